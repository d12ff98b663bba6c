"""Support opens an organisation's console for a stated reason, for an hour at most; the organisation sees it.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

from core.store.migrations.tenancy import grant, keep_apart

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "support_access",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("reviewed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "name"),
    )
    keep_apart("support_access")
    grant("support_access")


def downgrade() -> None:
    op.drop_table("support_access")
