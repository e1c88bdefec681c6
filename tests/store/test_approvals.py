"""Snapshots and approvals: kept as they were signed, found in the order of signing."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import text

from forms_service.domain.approval import Approval
from forms_service.domain.snapshot import open_snapshot, take_snapshot
from forms_service.store.database import Database
from forms_service.store.snapshots import KeptSnapshot
from tests.store.samples import NOW, digest

FILES = {"people.yaml": "li: {name: 李}\r\n".encode(), "policies/tax.yaml": "\ufeffpolicy: tax\n".encode()}
SNAPSHOT = take_snapshot(FILES)
APPROVAL = Approval(
    "organisation", SNAPSHOT.sha256, "公司与政策", SNAPSHOT.sha256, dt.date(2026, 12, 1), NOW, "wang_jian", NOW
)


def test_a_snapshot_is_kept_once_and_whole(database: Database) -> None:
    kept = KeptSnapshot(SNAPSHOT.sha256, SNAPSHOT.content, NOW, "office")
    with database.write() as tx:
        assert tx.snapshots.keep(kept)
        assert not tx.snapshots.keep(replace(kept, kept_by="li"))
    with database.read() as tx:
        assert tx.snapshots.get(SNAPSHOT.sha256) == kept
        assert tx.snapshots.get(digest("other")) is None
        assert tx.snapshots.all() == (kept,)
        assert open_snapshot(tx.snapshots.all()[0].content) == FILES


def test_approvals_come_back_in_the_order_of_signing(database: Database) -> None:
    with database.write() as tx:
        assert tx.approvals.last() == 0
        assert [tx.approvals.add(replace(APPROVAL, subject=words), b"sig", "PEM") for words in "ab"] == [1, 2]
        assert tx.approvals.last() == 2
    with database.read() as tx:
        found = tx.approvals.after(0)
        assert [signed.approval.subject for signed in found if signed.approval] == ["a", "b"]
        assert found[0].statement == replace(APPROVAL, subject="a").statement()
        assert all(signed.agrees for signed in found)
        assert [signed.seq for signed in tx.approvals.after(1)] == [2]


def test_a_row_that_says_other_than_its_statement_does_not_agree(database: Database) -> None:
    insert = text(
        "INSERT INTO approvals SELECT seq + 1, kind, :sha256, subject, effective, person, at, :statement, signature,"
        " certificate_pem FROM approvals WHERE seq = 1"
    )
    with database.write() as tx:
        tx.approvals.add(APPROVAL, b"sig", "PEM")
        connection = tx.approvals.connection
        connection.execute(insert, {"sha256": digest("other"), "statement": APPROVAL.statement()})
    with database.read() as tx:
        assert [signed.agrees for signed in tx.approvals.after(0)] == [True, False]


def test_a_statement_that_cannot_be_read_is_no_approval(database: Database) -> None:
    insert = text(
        "INSERT INTO approvals SELECT seq + 1, kind, sha256, subject, effective, person, at, :statement, signature,"
        " certificate_pem FROM approvals WHERE seq = 1"
    )
    with database.write() as tx:
        tx.approvals.add(APPROVAL, b"sig", "PEM")
        tx.approvals.connection.execute(insert, {"statement": APPROVAL.statement() + b" "})
    with database.read() as tx:
        assert [signed.approval for signed in tx.approvals.after(1)] == [None]
