"""Facts: kept with the document, found by equality, range and text, summed exactly."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import Select

from forms_service.domain.values import Single
from forms_service.store.database import Database
from forms_service.store.facts import equals, mentions, within
from tests.store.samples import document

DAY = dt.date(2026, 11, 24)
LONG = "板面沉金色差，部分焊盘氧化。" * 60


@pytest.fixture
def kept(database: Database) -> Database:
    """Store three documents with their facts."""
    rows: dict[str, dict[str, Single]] = {
        "a": {"customer": "东升电子", "amount": Decimal("12000.10"), "happened": DAY, "abroad": False, "said": LONG},
        "b": {"customer": "东升电子（苏州）", "amount": Decimal("0.20"), "happened": DAY + dt.timedelta(days=30)},
        "c": {"customer": "Nordlys", "amount": Decimal(9), "abroad": True, "ratio": Decimal("0.050000"), "said": ""},
    }
    with database.write() as tx:
        for name, values in rows.items():
            tx.documents.add(document(name), [])
            tx.facts.put(f"doc-{name}", values)
    return database


def _found(database: Database, query: Select[str]) -> list[str]:
    with database.read() as tx:
        return sorted(tx.facts.connection.scalars(query))


def test_facts_come_back_as_plain_texts(kept: Database) -> None:
    with kept.read() as tx:
        found = tx.facts.of(["doc-c"])["doc-c"]
    assert found == {"customer": "Nordlys", "amount": "9", "abroad": "yes", "ratio": "0.05"}


def test_only_the_facts_named_come_back(kept: Database) -> None:
    with kept.read() as tx:
        assert tx.facts.of(["doc-a", "doc-b"], ["amount"]) == {
            "doc-a": {"amount": "12000.1"},
            "doc-b": {"amount": "0.2"},
        }


def test_what_was_put_before_is_gone(kept: Database) -> None:
    with kept.write() as tx:
        tx.facts.put("doc-a", {"customer": "华成"})
        assert tx.facts.of(["doc-a"]) == {"doc-a": {"customer": "华成"}}


def test_an_equal_text_is_equal_to_its_end(kept: Database) -> None:
    assert _found(kept, equals("customer", "东升电子")) == ["doc-a"]
    assert _found(kept, equals("said", LONG)) == ["doc-a"]
    assert _found(kept, equals("said", f"{LONG}。")) == []


def test_a_part_of_a_text_is_found_in_the_fields_named(kept: Database) -> None:
    assert _found(kept, mentions(["customer"], "nordl")) == ["doc-c"]
    assert _found(kept, mentions(["customer", "said"], "焊盘")) == ["doc-a"]
    assert _found(kept, mentions(["customer"], "%")) == []


def test_a_range_holds_both_its_edges(kept: Database) -> None:
    assert _found(kept, within("amount", Decimal("0.20"), Decimal(9))) == ["doc-b", "doc-c"]
    assert _found(kept, within("happened", most=DAY)) == ["doc-a"]
    assert _found(kept, within("happened", DAY)) == ["doc-a", "doc-b"]


def test_a_sum_is_exact_and_a_blank_is_nothing(kept: Database) -> None:
    with kept.read() as tx:
        assert tx.facts.sum_of("amount", ["doc-a", "doc-b", "doc-c"]) == Decimal("12009.30")
        assert tx.facts.sum_of("ratio", ["doc-a"]) == 0
