"""How an installation gets in and out: grants under way, steps, trials, the checklist, stages.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.store.migrations.tenancy import grant, keep_apart

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("grant_state", "setup_step", "trial", "checklist")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "grant_state",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "setup_step",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("installation_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "step"),
    )
    op.create_table(
        "trial",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("installation_id", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("person_ref", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "case_ref"),
    )
    op.create_index("trial_expiry", "trial", ["tenant_id", "expires_at"])
    op.create_table(
        "checklist",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "item"),
    )
    keep_apart(*TABLES)
    grant(*TABLES)
    _columns()


def _columns() -> None:
    op.add_column("directory", sa.Column("ended", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for column in (
        sa.Column("stage", sa.Text(), server_default="automated", nullable=False),
        sa.Column("observe_until", AT, nullable=True),
        sa.Column("modules", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("granted", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("plan", sa.Text(), server_default="", nullable=False),
        sa.Column("webhook_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("grant_refused_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("purge_after", AT, nullable=True),
    ):
        op.add_column("installation", column)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("directory", "ended")
    for column in (
        "stage",
        "observe_until",
        "modules",
        "granted",
        "plan",
        "webhook_ref",
        "grant_refused_at",
        "ended_at",
        "purge_after",
    ):
        op.drop_column("installation", column)
