import multiprocessing
import warnings
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forms_service.store.database import Database
from forms_service.store.engine import WRITES, make_engine
from forms_service.store.key_tables import metadata
from tests.store.samples import document, event


def _open(url: str) -> None:
    warnings.simplefilter("error")
    Database.open(url).close()


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database: Database) -> None:
    with database.read() as tx:
        context = MigrationContext.configure(tx.ledger.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_what_is_there(url: str) -> None:
    first = Database.open(url)
    with first.write() as tx:
        tx.ledger.append(event())
    first.close()
    with Database.open(url) as database, database.read() as tx:
        assert tx.ledger.head() is not None


def test_processes_may_open_a_new_database_at_once(url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(_open, [url] * 6)
    with Database.open(url) as database, database.read() as tx:
        assert tx.ledger.head() is None


def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    Database.open(url).close()
    engine = make_engine(url)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CommandError, match="9999"):
        Database.open(url)


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as tx:
        tx.ledger.append(event())


def test_a_writer_may_follow_a_reader_on_one_connection(database: Database) -> None:
    with database.read() as tx:
        assert tx.ledger.head() is None
    with database.write() as tx:
        assert tx.ledger.append(event()).seq == 1


def test_a_reader_sees_one_state_while_a_writer_works(database: Database) -> None:
    with database.read() as before:
        assert before.ledger.head() is None
        with database.write() as tx:
            tx.ledger.append(event())
        assert before.ledger.head() is None
    with database.read() as after:
        assert after.ledger.head() is not None


def test_sqlite_syncs_every_commit_and_keeps_its_references(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new folder/office.db"
    with Database.open(url) as database, database.read() as tx:
        found = [
            tx.ledger.connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 15_000]


def test_a_row_that_hangs_on_no_document_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.write() as tx:
        tx.judged.add("0" * 64, "doc-x", event().at)


def test_a_database_in_memory_serves_one_thread() -> None:
    with Database.open("sqlite://") as database:
        with database.write() as tx:
            tx.documents.add(document(), ["chen"])
        with database.read() as tx:
            assert tx.documents.candidates("doc-a") == ("chen",)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        Database.open("mysql://localhost/x")
