import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forms_service.domain.events import GENESIS, first_broken
from forms_service.store.database import Database
from forms_service.store.engine import WRITES, make_engine
from forms_service.store.tables import APPEND_ONLY
from tests.store.samples import event


def _append_many(url: str, actor: str, times: int) -> None:
    with Database.open(url) as database:
        for count in range(times):
            with database.write() as tx:
                tx.ledger.append(event("noted", "", actor, count=count))


def _append_then_fail(database: Database) -> None:
    with database.write() as tx:
        tx.ledger.append(event())
        raise LookupError


def _tamper(url: str, *statements: str) -> None:
    """Change the database as its administrator could: triggers off, then plain SQL."""
    engine = make_engine(url)
    on_sqlite = engine.dialect.name == "sqlite"
    off = (
        ("DROP TRIGGER ledger_refuses_update", "DROP TRIGGER ledger_refuses_delete")
        if on_sqlite
        else ("ALTER TABLE ledger DISABLE TRIGGER ALL",)
    )
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        for statement in (*off, *statements):
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def five(database: Database, url: str) -> str:
    """Store five rows and name where."""
    with database.write() as tx:
        for count in range(5):
            tx.ledger.append(
                event("noted", "doc-a" if count % 2 else "", "chen", amount=f"{count}.00", note="折让", done=True)
            )
    database.close()
    return url


def test_rows_are_chained_from_genesis_without_a_gap(database: Database) -> None:
    with database.write() as tx:
        assert tx.ledger.head() is None
        rows = [tx.ledger.append(event(kind)) for kind in ("opened", "signed", "sealed")]
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]


def test_rows_come_back_as_they_were_appended(five: str) -> None:
    with Database.open(five) as database, database.read() as tx:
        rows = tuple(tx.ledger.rows())
        assert first_broken(rows) is None
        assert tx.ledger.head() == rows[-1]
        assert tx.ledger.of("doc-a") == (rows[1], rows[3])
        assert tuple(tx.ledger.rows(after=3)) == rows[3:]
        assert rows[1].event == event("noted", "doc-a", "chen", amount="1.00", note="折让", done=True)


def test_an_event_goes_with_its_transaction(database: Database) -> None:
    with pytest.raises(LookupError):
        _append_then_fail(database)
    with database.read() as tx:
        assert tx.ledger.head() is None


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE ledger SET actor = 'lin' WHERE seq = 3", 3),
        ("UPDATE ledger SET data = '{}' WHERE seq = 2", 2),
        ("UPDATE ledger SET data = 'no json' WHERE seq = 4", 4),
        ("UPDATE ledger SET at = '2026-11-24 09:00:00.000000' WHERE seq = 1", 1),
        ("UPDATE ledger SET kind = 'other' WHERE seq = 5", 5),
        ("UPDATE ledger SET document_id = 'doc-b' WHERE seq = 2", 2),
        ("UPDATE ledger SET hash = 'abc' WHERE seq = 5", 5),
        ("DELETE FROM ledger WHERE seq = 1", 2),
        ("DELETE FROM ledger WHERE seq = 3", 4),
        ("UPDATE ledger SET seq = 9 WHERE seq = 5", 9),
    ],
)
def test_a_tampered_ledger_names_the_first_row_that_does_not_follow(five: str, statement: str, seq: int) -> None:
    _tamper(five, statement)
    with Database.open(five) as database, database.read() as tx:
        assert tx.ledger.first_broken() == seq


def test_a_row_whose_time_cannot_be_read_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/office.db"
    _append_many(url, "chen", 3)
    _tamper(url, "UPDATE ledger SET at = 'yesterday' WHERE seq = 3")
    with Database.open(url) as database, database.read() as tx:
        assert tx.ledger.first_broken() == 3


def test_a_whole_ledger_is_whole(five: str) -> None:
    with Database.open(five) as database, database.read() as tx:
        assert tx.ledger.first_broken() is None


_FILL = """
INSERT INTO numbers VALUES ('memo', '2026-11', 1, 'A2611001');
INSERT INTO published_forms VALUES ('memo', 1, 'x', 'y', '2026-11-24 00:00:00', 'chen');
INSERT INTO documents (id, form, version, spec_sha256, number, state, step, round, head, opened_by, opened_at,
    step_opened_at, due_at, subject, amount, revision, void_reason, supersedes, distributed_at)
    VALUES ('d', 'memo', 1, 'x', 'A2611001', 'open', 'prepare', 1, 'h', 'chen',
    '2026-11-24 00:00:00', '2026-11-24 00:00:00', NULL, '', '', 1, '', NULL, NULL);
INSERT INTO vouchers (document_id, number, evidence_sha256, body, posted_at, posted_by)
    VALUES ('d', 'V1', 'e', '{}', '2026-11-24 00:00:00', 'chen');
INSERT INTO snapshots VALUES ('s', '{}', '2026-11-24 00:00:00', 'office');
INSERT INTO approvals VALUES (1, 'organisation', 's', '', '2026-11-24', 'wang', '2026-11-24 00:00:00', '', '', '')
"""


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_only_grows_refuses_to_be_changed(database: Database, table: str, statement: str) -> None:
    with database.write() as tx:
        tx.ledger.append(event())
        for sql in _FILL.split(";"):
            tx.ledger.connection.execute(text(sql))
    columns = {"numbers": "seq", "ledger": "kind", "published_forms": "version", "vouchers": "body"}
    column = columns.get(table, "sha256")
    with pytest.raises(DBAPIError, match="only grows"), database.write() as tx:
        tx.ledger.connection.execute(text(statement.format(table, column, column)))


def test_processes_appending_at_once_keep_one_chain(url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(_append_many, [(url, actor, 20) for actor in ("chen", "lin", "wang")])
    with Database.open(url) as database, database.read() as tx:
        assert tx.ledger.first_broken() is None
        assert len(tuple(tx.ledger.rows())) == 60
