"""Row-level security on every tenant table, the intake function, the queue, the application's rights.

Revision: 0002, after 0001
"""

from alembic import op
from procrastinate.schema import SchemaManager

from core.store.migrations.tenancy import APP, keep_apart

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As they were then: a migration does not change with the code.
TABLES = (
    "account",
    "audit",
    "audit_root",
    "basis",
    "budget",
    "call",
    "case_file",
    "counter",
    "history",
    "identity_key",
    "inbox",
    "installation",
    "ledger",
    "link",
    "observation",
    "outbox",
    "person",
    "quarantine",
    "signal",
    "sought",
    "task",
    "tenant",
    "tombstone",
    "turn",
    "written",
)

# One statement, one round trip, one commit: what a webhook's answer waits for.
ACCEPT = """
CREATE FUNCTION attune_accept(p_tenant text, p_installation text, p_received timestamptz, p_events jsonb)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE fresh integer;
BEGIN
    PERFORM set_config('attune.tenant', p_tenant, true);
    INSERT INTO inbox (tenant_id, installation_id, shard, kind, subject, event_id, occurred_at, received_at, payload)
    SELECT p_tenant, p_installation, e.shard, e.kind, e.subject, e.event_id, e.occurred_at, p_received, e.payload
    FROM jsonb_to_recordset(p_events) AS e(
        shard smallint, kind text, subject text, event_id text, occurred_at timestamptz, payload jsonb)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;
    RETURN fresh;
END $$;
"""


def upgrade() -> None:
    keep_apart(*TABLES)
    op.execute(ACCEPT)
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")
    # The audit chain only ever grows as far as the application is concerned.
    op.execute(f"REVOKE UPDATE, DELETE ON audit, audit_root FROM {APP}")


def downgrade() -> None:
    raise RuntimeError("restore a backup instead: queue and policies are not taken back")
