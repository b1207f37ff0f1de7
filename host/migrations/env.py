"""Alembic's entry: it runs on the connection that `migrate` hands in, and commits nothing itself."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="app",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
