"""Run by Alembic with a connection that `portal.store.migrate` hands over."""

from alembic import context

from portal.store.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
