"""Append-only tables: triggers of the database itself refuse to change or delete what was written."""

from alembic import op


def keep(*tables: str) -> None:
    """Let tables only grow from now on."""
    write = {"sqlite": _keep_on_sqlite, "postgresql": _keep_on_postgresql}[op.get_bind().dialect.name]
    for table in tables:
        write(table)


def let_go(table: str) -> None:
    """Lift what `keep` put on a table, for a migration that widens it; the migration keeps it again."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{verb}")
    else:
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(f"DROP FUNCTION {table}_only_grows()")


def _keep_on_sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )


def _keep_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
    )
