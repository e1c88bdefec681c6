"""The schema's history: Alembic revisions, run by `store.migrating` when a database is opened."""
