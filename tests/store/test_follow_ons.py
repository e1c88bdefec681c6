"""What documents make due is opened once each, and copies remember who noted what of them."""

import datetime as dt

from forms_service.store.copies import SealedCopy
from forms_service.store.database import Database
from forms_service.store.documents import Search
from forms_service.store.receipts import ReceiptNoted
from tests.store.samples import NOW, digest, document, signature

LATER = NOW + dt.timedelta(hours=1)


def _with_document(database: Database) -> None:
    with database.write() as tx:
        tx.documents.add(document(), [])


def test_a_follow_on_is_closed_once(database: Database) -> None:
    _with_document(database)
    with database.write() as tx:
        tx.follow_ons.make_due("doc-a", 1, digest("head"), NOW)
        assert [due.ordinal for due in tx.follow_ons.pending()] == [1]
        closed = [tx.follow_ons.close("doc-a", 1, LATER, child) for child in ("doc-b", "doc-c")]
    with database.read() as tx:
        assert closed == [True, False]
        assert tx.follow_ons.pending() == ()
        due = tx.follow_ons.get("doc-a", 1)
        assert due is not None
        assert due.child == "doc-b"


def test_what_came_to_nothing_is_due_again_with_the_next_event(database: Database) -> None:
    _with_document(database)
    with database.write() as tx:
        tx.follow_ons.make_due("doc-a", 1, digest("first"), NOW)
        tx.follow_ons.close("doc-a", 1, NOW, None)
        tx.follow_ons.make_due("doc-a", 1, digest("second"), LATER)
        assert [due.head for due in tx.follow_ons.pending()] == [digest("second")]


def test_what_was_opened_is_never_due_again(database: Database) -> None:
    _with_document(database)
    with database.write() as tx:
        tx.follow_ons.make_due("doc-a", 1, digest("first"), NOW)
        tx.follow_ons.close("doc-a", 1, NOW, "doc-b")
        tx.follow_ons.make_due("doc-a", 1, digest("second"), LATER)
        assert tx.follow_ons.pending() == ()


def _copy(no: int, due_at: dt.datetime | None) -> SealedCopy:
    return SealedCopy("doc-a", no, f"第{no}联", "accounting", digest(f"copy {no}"), 9, NOW, receipt_due_at=due_at)


def test_a_copy_whose_receipt_is_past_due_is_listed_until_it_is_noted(database: Database) -> None:
    _with_document(database)
    with database.write() as tx:
        for copy in (_copy(1, None), _copy(2, LATER), _copy(3, LATER)):
            tx.copies.add(copy)
        assert tx.copies.unreceived(LATER) == ()
        late = LATER + dt.timedelta(seconds=1)
        assert [copy.no for copy in tx.copies.unreceived(late)] == [2, 3]
        tx.receipts.put(ReceiptNoted("doc-a", 2, (("booked_on", "2026-11-30"),), "zhou", LATER))
        assert [copy.no for copy in tx.copies.unreceived(late)] == [3]


def test_a_receipt_noted_again_stands_in_place_of_the_first(database: Database) -> None:
    _with_document(database)
    with database.write() as tx:
        for text in ("2026-11-29", "2026-11-30"):
            tx.receipts.put(ReceiptNoted("doc-a", 2, (("booked_on", text),), "zhou", LATER))
        assert [receipt.noted for receipt in tx.receipts.of("doc-a")] == [(("booked_on", "2026-11-30"),)]


def test_a_case_is_found_by_its_first_document(database: Database) -> None:
    with database.write() as tx:
        tx.documents.add(document(), [])
        tx.documents.add(document("b", parent="doc-a", dossier="doc-a"), [])
        tx.documents.add(document("c", parent="doc-b", dossier="doc-a"), [])
        tx.documents.add(document("d"), [])
        assert {found.id for found in tx.documents.find(Search(dossier="doc-a"))} == {"doc-a", "doc-b", "doc-c"}
        assert [found.id for found in tx.documents.find(Search(parent="doc-b"))] == ["doc-c"]


def test_a_document_is_uncut_from_the_agreeing_signature_to_the_sealed_copy(database: Database) -> None:
    with database.write() as tx:
        tx.documents.add(document("a", signatures=(signature("gm"),)), [])
        tx.documents.add(document("b", signatures=(signature("gm", decision="reject"),)), [])
        tx.documents.add(document("c", signatures=(signature("prepare"),)), [])
        assert [found.id for found in tx.documents.uncut(digest("spec"), "gm", 1)] == ["doc-a"]
        tx.copies.add(_copy(1, None))
        assert tx.documents.uncut(digest("spec"), "gm", 1) == ()
        assert [found.id for found in tx.documents.uncut(digest("spec"), "gm", 2)] == ["doc-a"]
