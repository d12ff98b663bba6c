"""A card knows how far its installation has come: one that only observes shows agents nothing.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FUNCTION = "attune_facts(text, text, text, text, text, text, integer)"
BEFORE = "jsonb_build_object('paused_until', paused_until)"
AFTER = "jsonb_build_object('paused_until', paused_until, 'stage', stage)"


def upgrade() -> None:
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)


def _replace(old: str, new: str) -> None:
    connection = op.get_bind()
    defined = connection.execute(sa.text("SELECT pg_get_functiondef(CAST(:f AS regprocedure))"), {"f": FUNCTION})
    text = defined.scalar_one()
    if old not in text:
        raise RuntimeError("attune_facts is not as it was left")
    connection.exec_driver_sql(text.replace(old, new).replace("%", "%%"))
