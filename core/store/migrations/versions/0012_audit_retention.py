"""The audit trail has an end of its time as well: its oldest rows go, up to an anchored root.

Revision: 0012, after 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APP = "attune_app"

# With the owner's rights, because the application may not delete from the chain; so it decides itself what is old.
# The policies bind the owner too: it sees the tenant of the caller's transaction and no other.
PURGE = """
CREATE FUNCTION attune_purge_audit(p_before date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_last bigint;
    v_gone bigint;
BEGIN
    IF p_before > current_date - 180 THEN
        RAISE EXCEPTION 'the audit trail is kept for six months at least';
    END IF;
    SELECT max(seq) INTO v_last FROM audit_root WHERE day < p_before;
    DELETE FROM audit WHERE seq <= v_last;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    DELETE FROM audit_root WHERE seq < v_last;
    RETURN v_gone;
END $$;
"""


def upgrade() -> None:
    op.execute(PURGE)
    op.execute("REVOKE ALL ON FUNCTION attune_purge_audit(date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION attune_purge_audit(date) TO {APP}")


def downgrade() -> None:
    op.execute("DROP FUNCTION attune_purge_audit(date)")
