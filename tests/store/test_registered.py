"""The register's query on every database: who sees which row, and in what order."""

import datetime as dt

import pytest

from forms_service.store.database import Database
from forms_service.store.registered import Sight, Wanted
from tests.store.samples import NOW, digest, document, signature

DAY = dt.timedelta(days=1)


@pytest.fixture
def kept(database: Database) -> Database:
    """Store a draft, and four numbered documents of which each is seen for another reason."""
    with database.write() as tx:
        tx.documents.add(document("draft"), ["chen"])
        for place, name in enumerate("abcd"):
            ended = {"state": "finished", "step": None, "ended_at": NOW + 9 * DAY} if name == "d" else {}
            signed = (signature(person="lin", on_behalf_of="wu"),) if name == "b" else ()
            fields: dict[str, object] = {
                "numbered_at": NOW + place * DAY,
                "opened_by": "chen" if name == "a" else "office",
            }
            fields |= {"case_due_at": NOW + 5 * DAY, "signatures": signed, "spec_sha256": digest(name)}
            tx.documents.add(document(name, **fields, **ended), ["sun"] if name == "c" else [])
            tx.facts.put(
                f"doc-{name}", {"customer": f"客户{name.upper()}", "unit": "制造部" if name in "bc" else "业务部"}
            )
    return database


def _found(database: Database, **narrowed: object) -> str:
    with database.read() as tx:
        found = tx.registered.find(Wanted("sales-allowance", **narrowed))  # type: ignore[arg-type]  # a test's own
    assert found.total == len(found.documents)
    return "".join(found_one.id[-1] for found_one in found.documents)


def test_a_draft_is_not_registered_and_the_last_number_comes_first(kept: Database) -> None:
    assert _found(kept) == "dcba"


def test_a_page_knows_how_many_there_are(kept: Database) -> None:
    with kept.read() as tx:
        page, past = (tx.registered.find(Wanted("sales-allowance"), limit=2, offset=offset) for offset in (1, 50))
    assert ([d.id for d in page.documents], page.total) == (["doc-c", "doc-b"], 4)
    assert (past.documents, past.total) == ((), 4)


def test_conditions_all_hold_together(kept: Database) -> None:
    assert _found(kept, equal=(("unit", "制造部"),)) == "cb"
    assert _found(kept, equal=(("unit", "制造部"),), text="客户ｂ", searched=("customer",)) == "b"
    assert _found(kept, text="a2611D") == "d"
    assert _found(kept, numbered_from=NOW + DAY, numbered_before=NOW + 2 * DAY) == "b"
    assert _found(kept, late_at=NOW + 6 * DAY) == "dcba"
    assert _found(kept, late_at=NOW) == "d"


@pytest.mark.parametrize(
    ("sight", "seen"),
    [
        (Sight("chen", ("chen",)), "a"),
        (Sight("lin", ("lin",)), "b"),
        (Sight("wu", ("wu",)), "b"),
        (Sight("sun", ("sun",)), "c"),
        (Sight("zhou", ("zhou", "sun")), "c"),
        (Sight("he", ("he",), finished=True), "d"),
        (Sight("feng", ("feng",), named=(("unit", "制造部"),)), "cb"),
        (Sight("gao", ("gao",), filling=(digest("a"), digest("b"))), "ba"),
        (Sight("xie", ("xie",), keeping=(digest("a"), digest("d"))), "d"),
        (Sight("deng", ("deng",), cut=((digest("b"), "prepare"), (digest("c"), "prepare"))), "b"),
        (Sight("luo", ("luo",), beside=((digest("b"), "prepare"),)), "b"),
        (Sight("nobody", ("nobody",)), ""),
    ],
)
def test_each_sees_what_is_theirs(kept: Database, sight: Sight, seen: str) -> None:
    assert _found(kept, sight=sight) == seen


def test_what_followed_stands_under_its_parent_in_the_order_opened(kept: Database) -> None:
    with kept.write() as tx:
        tx.documents.add(document("later", parent="doc-a", opened_at=NOW + DAY), [])
        tx.documents.add(document("first", parent="doc-a"), [])
        assert [child.id for child in tx.registered.following(["doc-a", "doc-b"])["doc-a"]] == [
            "doc-first",
            "doc-later",
        ]
