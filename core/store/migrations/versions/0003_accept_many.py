"""The intake function for deliveries that came at the same moment.

Revision: 0003, after 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Each delivery under its own tenant's policy; one round trip and one commit for all of them.
ACCEPT_EACH = """
CREATE FUNCTION attune_accept_each(p_deliveries jsonb) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    delivery jsonb;
    fresh integer[] := '{}';
BEGIN
    FOR delivery IN SELECT value FROM jsonb_array_elements(p_deliveries) LOOP
        fresh := fresh || attune_accept(delivery ->> 'tenant', delivery ->> 'installation',
            (delivery ->> 'received_at')::timestamptz, delivery -> 'events');
    END LOOP;
    RETURN fresh;
END $$;
"""


def upgrade() -> None:
    op.execute(ACCEPT_EACH)


def downgrade() -> None:
    op.execute("DROP FUNCTION attune_accept_each(jsonb)")
