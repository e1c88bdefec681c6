import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from forms_service.domain.errors import NotFound, StalePage
from forms_service.store.database import Database
from forms_service.store.documents import Search
from tests.store.samples import NOW, digest, document, event, signature


def test_a_document_comes_back_as_it_was_stored(database: Database) -> None:
    full = document(
        due_at=NOW + dt.timedelta(days=2),
        signatures=(signature(), signature("gm", "wang", opinion="同意")),
        subject="大昌行",
        amount="12,600.00",
    )
    with database.write() as tx:
        stored = tx.documents.add(full, ["wang"])
    with database.read() as tx:
        assert tx.documents.get("doc-a") == stored == replace(full, revision=1)


def test_instants_come_back_in_utc_whatever_zone_they_were_given_in(database: Database) -> None:
    taipei = dt.timezone(dt.timedelta(hours=8))
    with database.write() as tx:
        tx.documents.add(document(opened_at=NOW.astimezone(taipei)), [])
    with database.read() as tx:
        read = tx.documents.get("doc-a").opened_at
    assert (read, read.tzinfo) == (NOW, dt.UTC)


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive"), database.write() as tx:
        tx.documents.add(document(opened_at=NOW.replace(tzinfo=None)), [])


def test_a_change_on_a_stale_revision_is_refused_and_changes_nothing(database: Database) -> None:
    with database.write() as tx:
        first = tx.documents.add(document(), ["chen"])
        second = tx.documents.save(replace(first, subject="先到"), first.revision, ["wang"])
    with pytest.raises(StalePage, match="刷新页面"), database.write() as tx:
        tx.documents.save(replace(first, subject="后到"), first.revision, ["lin"])
    with database.read() as tx:
        assert tx.documents.get("doc-a") == second
        assert tx.documents.candidates("doc-a") == ("wang",)


def test_an_unknown_document_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="doc-x"), database.read() as tx:
        tx.documents.get("doc-x")
    with pytest.raises(NotFound, match="A2611999"), database.read() as tx:
        tx.documents.numbered("sales-allowance", "A2611999")


def test_one_number_names_one_document_of_a_form(database: Database) -> None:
    with database.write() as tx:
        tx.documents.add(document("a", number="A2611001"), [])
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.documents.add(document("b", number="A2611001"), [])


def test_an_ended_document_stands_at_no_step(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.documents.add(document(state="finished", step="gm"), [])


@pytest.fixture
def filled(database: Database) -> Database:
    """Store three documents: a waits for wang, b is finished and was signed by wang, c is void and newest."""
    later = NOW + dt.timedelta(days=7)
    with database.write() as tx:
        tx.documents.add(document("a", subject="大昌行", amount="1,200.00", due_at=NOW), ["wang", "lin"])
        signed = (signature("gm", "wang"),)
        tx.documents.add(document("b", state="finished", step=None, signatures=signed, amount="88_0.00"), [])
        tx.documents.add(document("c", state="void", step=None, opened_by="lin", opened_at=later, form="memo"), [])
        tx.ledger.append(event("returned", "doc-c", "wang"))
        tx.ledger.append(event("opened", "doc-a", "wang"))
    return database


@pytest.mark.parametrize(
    ("search", "names"),
    [
        (Search(), "cab"),
        (Search(candidate="wang"), "a"),
        (Search(signed_by="wang"), "cb"),
        (Search(opened_by="lin"), "c"),
        (Search(states=("finished", "void")), "cb"),
        (Search(form="memo"), "c"),
        (Search(opened_from=NOW, opened_before=NOW + dt.timedelta(days=7)), "ab"),
        (Search(due_before=NOW + dt.timedelta(seconds=1)), "a"),
        (Search(text="2611B"), "b"),
        (Search(text=" 大昌 "), "a"),
        (Search(text="１２００"), "a"),
        (Search(text="1,200"), "a"),
        (Search(text="8_0"), "b"),
        (Search(text="大昌\0"), "a"),
        (Search(text="%"), ""),
        (Search(states=("finished",), distributed=False), "b"),
        (Search(distributed=True), ""),
        (Search(posted=False, states=("finished",)), "b"),
        (Search(posted=True), ""),
    ],
)
def test_a_search_finds_what_meets_every_condition(filled: Database, search: Search, names: str) -> None:
    with filled.read() as tx:
        assert "".join(found.id.removeprefix("doc-") for found in tx.documents.find(search)) == names
        assert tx.documents.count(search) == len(names)


def test_a_distributed_document_leaves_the_list_of_work(filled: Database) -> None:
    with filled.write() as tx:
        tx.documents.mark_distributed("doc-b", NOW)
        assert tx.documents.find(Search(states=("finished",), distributed=False)) == ()
        assert [found.id for found in tx.documents.find(Search(distributed=True))] == ["doc-b"]


def test_by_due_date_the_undated_come_last(filled: Database) -> None:
    with filled.read() as tx:
        assert [found.id for found in tx.documents.find(Search(), order="due")] == ["doc-a", "doc-b", "doc-c"]


def test_a_page_of_a_long_list_is_cut_by_limit_and_offset(filled: Database) -> None:
    with filled.read() as tx:
        assert [found.id for found in tx.documents.find(Search(), limit=1, offset=1)] == ["doc-a"]


def test_a_chain_that_lost_a_signature_is_stored_without_it(database: Database) -> None:
    with database.write() as tx:
        signed = tx.documents.add(document(signatures=(signature(), signature("gm", "wang"))), [])
        tx.documents.save(replace(signed, signatures=signed.signatures[:1], head=digest("x")), signed.revision, ["lin"])
    with database.read() as tx:
        assert [s.step for s in tx.documents.get("doc-a").signatures] == ["prepare"]
