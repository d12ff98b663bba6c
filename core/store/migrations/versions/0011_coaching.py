"""Counts of hints for the team, and when a case last interrupted somebody.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from core.store.migrations.tenancy import grant, keep_apart

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("coach_count", "alert")


def upgrade() -> None:
    op.create_table(
        "coach_count",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "day", "code", "outcome"),
    )
    op.create_table(
        "alert",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("installation_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "installation_id", "external_id"),
    )
    keep_apart(*TABLES)
    grant(*TABLES)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
