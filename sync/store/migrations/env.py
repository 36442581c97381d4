"""Alembic's entry: runs the migrations on the engine it is given, in one transaction."""

from alembic import context

from sync.store.database import writing
from sync.store.schema import metadata

with writing(context.config.attributes["engine"]) as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, user_module_prefix="columns."
    )
    with context.begin_transaction():
        context.run_migrations()
