"""Everything behind a card in one round trip, under its tenant's policy.

Revision: 0005, after 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FACTS = """
CREATE FUNCTION attune_facts(
    p_tenant text, p_installation text, p_level text, p_id text, p_actor text, p_course text, p_points integer
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_case case_file;
    v_person bigint;
    v_account bigint;
    v_subject text;
    v_subjects text[];
BEGIN
    PERFORM set_config('attune.tenant', p_tenant, true);
    IF p_level = 'case' THEN
        SELECT * INTO v_case FROM case_file WHERE installation_id = p_installation AND external_id = p_id;
        v_subject := 'case:' || v_case.id;
        v_person := v_case.person_id;
        v_account := v_case.account_id;
    ELSIF p_level = 'person' THEN
        SELECT entity_id INTO v_person FROM link
        WHERE installation_id = p_installation AND level = p_level AND external_id = p_id;
        v_subject := 'person:' || v_person;
        SELECT account_id INTO v_account FROM case_file
        WHERE person_id = v_person AND account_id IS NOT NULL ORDER BY last_turn_at DESC NULLS LAST LIMIT 1;
    ELSE
        SELECT entity_id INTO v_account FROM link
        WHERE installation_id = p_installation AND level = p_level AND external_id = p_id;
        v_subject := 'account:' || v_account;
    END IF;
    v_subjects := array_remove(ARRAY[v_subject, 'person:' || v_person, 'account:' || v_account], NULL);
    RETURN jsonb_build_object(
        'tenant', (SELECT jsonb_build_object('mode', mode, 'zone', time_zone) FROM tenant),
        'installation', (SELECT jsonb_build_object('paused_until', paused_until) FROM installation
            WHERE installation_id = p_installation),
        'waiting_since', (SELECT min(received_at) FROM inbox
            WHERE installation_id = p_installation AND state = 'pending'),
        'subject', v_subject, 'person', v_person, 'assignee_id', v_case.assignee_id,
        'seen', (SELECT jsonb_agg(to_jsonb(o) - 'tenant_id') FROM observation o WHERE o.subject = ANY(v_subjects)),
        -- Positions are those of the judgement: all turns of the case in time order.
        'said', (SELECT jsonb_agg(jsonb_build_object('position', t.n, 'text', t.words, 'at', t.at)) FROM (
                SELECT row_number() OVER (ORDER BY at, id) - 1 AS n, words, at FROM turn WHERE case_id = v_case.id) t
            WHERE t.n IN (SELECT (r ->> 'message')::bigint FROM observation o, jsonb_array_elements(o.reasons) r
                WHERE o.subject = v_subject AND o.key = 'attune_risk_flag' AND r ->> 'evidence' <> '')),
        'course', (SELECT jsonb_agg(jsonb_build_object('at', h.at, 'value', h.value -> 'value') ORDER BY h.at) FROM (
                SELECT at, value FROM history WHERE subject = v_subject AND key = p_course
                ORDER BY at DESC LIMIT p_points) h),
        'tasks', (SELECT jsonb_agg(jsonb_build_object('template', template, 'due_at', due_at) ORDER BY due_at)
            FROM task WHERE subject = v_subject AND state = 'open'),
        'disputed', EXISTS (SELECT 1 FROM feedback
            WHERE subject = v_subject AND kind = 'disagree' AND state = 'open'),
        'dismissed_at', (SELECT max(at) FROM feedback
            WHERE subject = v_subject AND kind = 'dismiss' AND actor = p_actor AND state = 'open')
    );
END $$;
"""


def upgrade() -> None:
    op.execute(FACTS)


def downgrade() -> None:
    op.execute("DROP FUNCTION attune_facts(text, text, text, text, text, text, integer)")
