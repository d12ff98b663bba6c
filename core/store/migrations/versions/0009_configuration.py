"""Versions of what an organisation has set, and what became of a disagreement.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.store.migrations.tenancy import grant, keep_apart

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configuration",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version"),
    )
    keep_apart("configuration")
    op.add_column("feedback", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feedback", sa.Column("decided_by", sa.Text(), server_default="", nullable=False))
    op.add_column("feedback", sa.Column("decision", sa.Text(), server_default="", nullable=False))
    # A version is never changed; going back makes a new one.
    grant("configuration", rights="SELECT, INSERT, DELETE")


def downgrade() -> None:
    for name in ("decided_at", "decided_by", "decision"):
        op.drop_column("feedback", name)
    op.drop_table("configuration")
