"""A confirmed point of the checklist knows which texts it was confirmed for, and since when they are public.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checklist", sa.Column("version", sa.Text(), server_default="", nullable=False))
    op.add_column("checklist", sa.Column("published_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("checklist", "published_on")
    op.drop_column("checklist", "version")
