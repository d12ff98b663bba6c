"""Accounts that wait to be scored, and why a case's words do not count for its account.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APP = "attune_app"


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
    op.execute("ALTER TABLE account_due ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE account_due FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY only_own_tenant ON account_due "
        "USING (tenant_id = (SELECT current_setting('attune.tenant', true))) "
        "WITH CHECK (tenant_id = (SELECT current_setting('attune.tenant', true)))"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON account_due TO {APP}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")


def downgrade() -> None:
    op.drop_table("account_due")
    op.drop_column("case_file", "left_out")
