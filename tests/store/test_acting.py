"""Who acts for whom, who was told what and who was asked what: kept, found, and ended once."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from forms_service.domain.consultation import Consultation
from forms_service.domain.delegation import Delegation
from forms_service.domain.errors import NotFound, WrongState
from forms_service.store.database import Database
from forms_service.store.drafts import Draft
from tests.store.samples import NOW, digest, document

DAY = dt.timedelta(days=1)
TODAY = NOW.date()
LEAVE = Delegation("w1", "chen", "lin", "", Decimal("5000.00"), TODAY, TODAY + 2 * DAY, "休假", "chen", NOW)
ASKED = Consultation("q1", "doc-a", "gm", 1, "chen", "lin", "耐热吗？", NOW)


@pytest.fixture
def opened(database: Database) -> Database:
    with database.write() as tx:
        tx.documents.add(document(), [])
        tx.documents.add(document("b"), [])
    return database


def test_a_delegation_is_kept_as_it_was_made(database: Database) -> None:
    with database.write() as tx:
        tx.delegations.add(LEAVE)
        tx.delegations.add(replace(LEAVE, id="w2", cap=None, principal="wang", delegate="zhou", made_by="lin"))
        assert tx.delegations.get("w1") == LEAVE
        assert [found.id for found in tx.delegations.of("chen")] == ["w1"]
        assert [found.id for found in tx.delegations.of("lin")] == ["w1", "w2"]
        with pytest.raises(NotFound):
            tx.delegations.get("w3")


@pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_delegation_is_in_force_on_its_days_only(database: Database, day: int, holds: bool) -> None:
    with database.write() as tx:
        tx.delegations.add(LEAVE)
        assert bool(tx.delegations.in_force(TODAY + day * DAY)) is holds


def test_a_delegation_is_revoked_once(database: Database) -> None:
    with database.write() as tx:
        tx.delegations.add(LEAVE)
        tx.delegations.revoke("w1", "chen", NOW + DAY)
        assert tx.delegations.in_force(TODAY) == ()
        assert tx.delegations.get("w1") == replace(LEAVE, revoked_at=NOW + DAY, revoked_by="chen")
        with pytest.raises(WrongState):
            tx.delegations.revoke("w1", "lin", NOW + DAY)


def test_notes_are_their_readers_own_newest_first_until_seen(opened: Database) -> None:
    with opened.write() as tx:
        tx.notes.add(["chen", "lin", "chen"], "doc-a", "第一条", NOW)
        tx.notes.add(["chen"], None, "第二条", NOW + DAY)
        tx.notes.add([], None, "没有人", NOW)
        assert [note.words for note in tx.notes.of("chen")] == ["第二条", "第一条"]
        assert [note.document_id for note in tx.notes.of("chen", 1)] == [None]
        first = tx.notes.of("chen")[1]
        tx.notes.mark_seen("chen", first.no, NOW + DAY)
        assert (tx.notes.count_unseen("chen"), tx.notes.count_unseen("lin")) == (1, 1)
        tx.notes.mark_seen("chen", first.no, NOW + 2 * DAY)
        assert tx.notes.of("chen")[1].seen_at == NOW + DAY


def test_a_question_waits_for_its_answer_once(opened: Database) -> None:
    with opened.write() as tx:
        tx.consultations.add(ASKED)
        assert tx.consultations.waiting_for("lin") == tx.consultations.of("doc-a") == (ASKED,)
        tx.consultations.answer("q1", "合格", digest("合格"), NOW + DAY)
        assert tx.consultations.waiting_for("lin") == ()
        answered = replace(ASKED, opinion="合格", sha256=digest("合格"), answered_at=NOW + DAY)
        assert tx.consultations.get("q1") == answered
        with pytest.raises(WrongState):
            tx.consultations.answer("q1", "不合格", digest("不合格"), NOW + DAY)
        with pytest.raises(NotFound):
            tx.consultations.get("q2")


def test_the_questions_of_steps_that_are_over_are_closed(opened: Database) -> None:
    with opened.write() as tx:
        for asked in (ASKED, replace(ASKED, id="q2", step="rd"), replace(ASKED, id="q3", document_id="doc-b")):
            tx.consultations.add(asked)
        closed = tx.consultations.close_but("doc-a", ["rd"], NOW + DAY)
        assert [asked.id for asked in closed] == ["q1"]
        assert tx.consultations.close_but("doc-a", ["rd"], NOW + 2 * DAY) == ()
        assert [asked.id for asked in tx.consultations.waiting_for("lin")] == ["q2", "q3"]
        assert tx.consultations.get("q1").closed_at == NOW + DAY


def test_who_was_asked_in_vain_is_asked_no_more(opened: Database) -> None:
    with opened.write() as tx:
        tx.consultations.add(ASKED)
        tx.consultations.add(replace(ASKED, id="q2", asked="zhou"))
        tx.consultations.answer("q2", "合格", digest("合格"), NOW)
        tx.consultations.close_but("doc-a", (), NOW)
        assert tx.consultations.asked_in("doc-a") == {"zhou"}


def test_drafts_for_some_steps_outlast_the_others(opened: Database) -> None:
    with opened.write() as tx:
        for step in ("qa", "rd"):
            tx.drafts.save(Draft("doc-a", step, "chen", digest("head"), {}, NOW))
        tx.drafts.drop_but("doc-a", ["rd"])
        assert tx.drafts.get("doc-a", "qa", "chen") is None
        assert tx.drafts.get("doc-a", "rd", "chen") is not None
