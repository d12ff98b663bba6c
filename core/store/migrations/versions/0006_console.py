"""Who may open the console.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from core.store.migrations.tenancy import grant, keep_apart

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_TENANTS = ("console_user", "console_session")


def upgrade() -> None:
    op.create_table(
        "console_user",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name"),
    )
    op.create_table(
        "console_session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("installation_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("user_ref", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("console_session_expiry", "console_session", ["tenant_id", "expires_at"])
    # Outside the policy: asked before a tenant is known, and holds digests and counts only.
    op.create_table(
        "sign_in_try",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )
    keep_apart(*OF_TENANTS)
    grant("console_user", "console_session", "sign_in_try")


def downgrade() -> None:
    op.drop_table("sign_in_try")
    op.drop_table("console_session")
    op.drop_table("console_user")
