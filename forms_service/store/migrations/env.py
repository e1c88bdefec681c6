"""Alembic's way in: run the revisions on the connection and in the transaction that `store.migrating` holds."""

from alembic import context

from forms_service.store.key_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
context.run_migrations()
