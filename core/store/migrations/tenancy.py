"""What a migration does with a tenant's new table. Earlier migrations rest on it: add to it, do not change it."""

from __future__ import annotations

from alembic import op

APP = "attune_app"
OWN = "tenant_id = (SELECT current_setting('attune.tenant', true))"


def keep_apart(*tables: str) -> None:
    """Let nobody, the owner included, see or write rows of a tenant that the transaction was not opened for."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY only_own_tenant ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def grant(*tables: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Give the application its rights on tables, and the use of their sequences."""
    op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {APP}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")
