"""Accounts that wait to be scored, and why a case's words do not count for its account.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from core.store.migrations.tenancy import grant, keep_apart

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("left_out", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "account_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("account_due_account", "account_due", ["tenant_id", "account_id"])
    keep_apart("account_due")
    grant("account_due")


def downgrade() -> None:
    op.drop_table("account_due")
    op.drop_column("case_file", "left_out")
