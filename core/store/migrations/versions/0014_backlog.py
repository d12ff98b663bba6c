"""What waits without a job, of all installations in one round trip: asked every few seconds.

Revision: 0014, after 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Whole sets are taken from each other: row by row the planner, which knows nothing of the policies, may go quadratic.
BACKLOG = """
CREATE FUNCTION attune_backlog(p_places jsonb, p_settled timestamptz, p_now timestamptz, p_sought timestamptz)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    place record;
    waits jsonb := '[]';
BEGIN
    FOR place IN SELECT * FROM jsonb_to_recordset(p_places) AS one(tenant text, installation text) LOOP
        PERFORM set_config('attune.tenant', place.tenant, true);
        CONTINUE WHEN NOT EXISTS (
            SELECT FROM installation WHERE installation_id = place.installation
            AND stage <> 'ended' AND (paused_until IS NULL OR paused_until <= p_now));
        waits := waits || jsonb_build_object(
            'tenant', place.tenant,
            'installation', place.installation,
            'shards', (
                SELECT COALESCE(jsonb_agg(DISTINCT shard), '[]') FROM inbox
                WHERE installation_id = place.installation AND state = 'pending' AND received_at <= p_settled),
            'writes', EXISTS (
                SELECT FROM outbox
                WHERE installation_id = place.installation AND state <> 'dead' AND due_at <= p_now),
            'scores', EXISTS (SELECT FROM account_due) OR EXISTS (
                SELECT level, entity_id FROM identity_key
                EXCEPT SELECT level, entity_id FROM link WHERE installation_id = place.installation
                EXCEPT SELECT level, entity_id FROM sought
                WHERE installation_id = place.installation AND at > p_sought));
    END LOOP;
    RETURN waits;
END $$;
"""


def upgrade() -> None:
    op.execute(BACKLOG)


def downgrade() -> None:
    op.execute("DROP FUNCTION attune_backlog")
