"""Alembic's entry: one connection, one transaction a migration."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from core.store.tables import Base

LOCK = 7_001_001  # one migration at a time, whoever starts it


def run() -> None:
    engine = create_engine(context.config.attributes["address"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()
    engine.dispose()


run()
