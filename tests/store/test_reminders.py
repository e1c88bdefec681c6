"""What is sent is written first and once; what a killed sender left is taken once; documents are looked at when due."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from forms_service.store.database import Database
from forms_service.store.looks import Looked
from forms_service.store.reminders import SENDING_TAKES, Occasion
from forms_service.store.schedule import Scheduled
from tests.store.samples import NOW, document

OCCASION = Occasion("doc-a", "prepare", 1, "on", 1)
LATER = NOW + SENDING_TAKES


@pytest.fixture
def opened(database: Database) -> Database:
    """Store one open document, due tomorrow."""
    with database.write() as tx:
        tx.documents.add(document(due_at=NOW + dt.timedelta(days=1)), [])
    return database


def test_an_occasion_is_written_once_a_person(opened: Database) -> None:
    with opened.write() as tx:
        assert [r.person for r in tx.reminders.add(OCCASION, ["chen", "li", "chen"], NOW)] == ["chen", "li"]
    with pytest.raises(IntegrityError), opened.write() as tx:
        tx.reminders.add(OCCASION, ["li"], NOW)


def test_what_was_sent_is_told_apart_from_what_was_not(opened: Database) -> None:
    with opened.write() as tx:
        first, second = tx.reminders.add(OCCASION, ["chen", "li"], NOW)
        assert [tx.reminders.mark_sent(r, NOW) for r in (first, second)] == [False, True]
        assert all(r.sent_at == NOW for r in tx.reminders.of(OCCASION))


def test_what_was_left_unsent_is_taken_once_and_keeps_when_it_was_made(opened: Database) -> None:
    with opened.write() as tx:
        sent, _ = tx.reminders.add(OCCASION, ["chen", "li"], NOW)
        tx.reminders.mark_sent(sent, NOW)
    with opened.write() as tx:
        assert tx.reminders.take_left(OCCASION, NOW) == ()
        (taken,) = tx.reminders.take_left(OCCASION, LATER)
        assert (taken.person, taken.made_at, taken.taken_at) == ("li", NOW, LATER)
        assert tx.reminders.take_left(OCCASION, LATER) == ()


def test_another_step_round_kind_or_ordinal_is_another_occasion(opened: Database) -> None:
    others = [
        replace(OCCASION, step="gm"),
        replace(OCCASION, round=2),
        replace(OCCASION, kind="every"),
        replace(OCCASION, ordinal=2),
    ]
    with opened.write() as tx:
        tx.reminders.add(OCCASION, ["chen"], NOW)
        assert [tx.reminders.of(other) for other in others] == [()] * 4


def test_a_document_is_looked_at_when_its_time_comes_or_it_changed(opened: Database) -> None:
    def pending(at: dt.datetime) -> list[str]:
        with opened.read() as tx:
            return [standing.id for standing in tx.looks.pending(at, 10)]

    assert pending(NOW) == ["doc-a"]
    with opened.write() as tx:
        tx.looks.keep([Looked("doc-a", 1, LATER)])
    assert (pending(NOW), pending(LATER)) == ([], ["doc-a"])
    with opened.write() as tx:
        tx.looks.keep([Looked("doc-a", 1, None)])
    assert pending(LATER) == []
    with opened.write() as tx:
        tx.documents.save(tx.documents.get("doc-a"), 1, [])
    assert pending(NOW) == ["doc-a"]


def test_what_is_due_first_is_looked_at_first_and_what_ended_is_not(opened: Database) -> None:
    with opened.write() as tx:
        tx.documents.add(document("b", due_at=NOW), [])
        tx.documents.add(document("c"), [])
        tx.documents.add(document("d", state="finished", step=None), [])
    with opened.read() as tx:
        assert [standing.id for standing in tx.looks.pending(NOW, 10)] == ["doc-b", "doc-a", "doc-c"]
        assert [standing.id for standing in tx.looks.pending(NOW, 1)] == ["doc-b"]


def test_a_month_is_scheduled_once(database: Database) -> None:
    november = Scheduled("statistics", "2026-11", "doc-s", NOW)
    with database.write() as tx:
        tx.schedule.add(november)
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.schedule.add(replace(november, document_id="doc-t"))
    with database.read() as tx:
        assert (tx.schedule.periods("statistics"), tx.schedule.periods("review")) == (
            frozenset({"2026-11"}),
            frozenset(),
        )
