"""§9(9), §12: the month's meeting, the penalties that wait for it, and the review of sanctions."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.store.documents import Search
from forms_service.workflow.opening import open_document
from forms_service.workflow.publicising import published
from forms_service.workflow.scheduling import schedule_pending
from tests.cases import go_on, settle, sign_step
from tests.regulation.office import CLOSED, REFUSED, Moment
from tests.world import World


@pytest.fixture(scope="module")
def december(way: Mapping[str, Moment], tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """The closed case on the first of December, with the month's forms opened."""
    moment = way[CLOSED].taken(tmp_path_factory.mktemp("december") / "office")
    moment.world.clock.at = dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)
    schedule_pending(moment.world.office)
    return moment


@pytest.fixture(scope="module")
def notice(december: Moment, tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """A penalty notice on the case, opened after the meeting, not yet filled."""
    world = december.taken(tmp_path_factory.mktemp("notice") / "office").world
    assert go_on(world, _form(world, "monthly-statistics")).state == "finished"
    return Moment(world, open_document(world.office, world.person("zhao_min"), "reward-penalty", december.case.id))


def _form(world: World, form: str) -> Document:
    with world.office.database.read() as tx:
        (found,) = tx.documents.find(Search(form=form))
    return found


@pytest.mark.regulation("9(9)a", "9(9)c", "12(1)a")
def test_both_forms_of_the_month_open_by_themselves_and_are_due_on_the_tenth(december: Moment) -> None:
    office = december.world.office
    for form in ("monthly-statistics", "sanction-review"):
        due = _form(december.world, form).case_due_at
        assert due is not None
        assert office.today(due) == dt.date(2026, 12, 10)


@pytest.mark.regulation("9(9)b", "9(9)c")
def test_the_meeting_has_measure_and_result_of_each_case_before_it_and_settles_every_share(
    december: Moment, tmp_path: Path
) -> None:
    world = december.taken(tmp_path / "office").world
    statistics = Moment(world, _form(world, "monthly-statistics"))
    assert "cases.1.plant_share" in statistics.faults(cases__1__plant_share="")
    assert "cases.1.other_share" in statistics.faults(cases__1__other_share="1%")
    meeting = Moment(world, sign_step(world, statistics.case))
    rows = meeting.reading.values["reviews"]
    assert isinstance(rows, tuple)
    assert [row["review_no"] for row in rows] == [december.case.number]
    assert all(row["measure"] and row["result"] for row in rows)
    for person in ("li_wen", "zhao_min"):
        with pytest.raises(REFUSED):
            meeting.try_to_sign(person, "heads_1")


@pytest.mark.regulation("12(1)a", "12(1)b", "12(1)c", "12(1)d")
def test_a_month_without_an_approved_sanction_is_reviewed_sent_on_and_publishes_nobody(
    december: Moment, tmp_path: Path
) -> None:
    world = december.taken(tmp_path / "office").world
    sent = Moment(world, sign_step(world, _form(world, "sanction-review")))
    assert sent.reading.values["sanctions"] == ()
    assert sent.turn.claim.role == "dept:hr"
    assert sign_step(world, sent.case).state == "finished"
    assert published(world.office) == ()


@pytest.mark.regulation("12(2)a")
def test_a_notice_goes_to_none_but_the_three_units_that_bear_a_share(notice: Moment) -> None:
    assert "unit" in notice.faults(unit="qa")
    assert "unit" in notice.faults(unit="service")


@pytest.mark.regulation("12(2)b", "12(2)c")
@pytest.mark.parametrize("person", ["wu_gang", "li_wen", "lin_guo", "peng_li"])
def test_nobody_but_the_office_draws_up_a_notice(notice: Moment, person: str) -> None:
    with pytest.raises(REFUSED):
        open_document(notice.world.office, notice.world.person(person), "reward-penalty", str(notice.case.parent))


@pytest.mark.regulation("12(2)d", "12(2)e", "12(2)f")
def test_the_general_manager_alone_approves_and_three_copies_follow(notice: Moment, tmp_path: Path) -> None:
    world = notice.taken(tmp_path / "office").world
    waiting = Moment(world, sign_step(world, notice.case))
    settle(world)
    assert _copies(waiting) == []
    for person in ("lin_guo", "zhao_min"):
        with pytest.raises(REFUSED):
            waiting.try_to_sign(person, "gm")
    done = Moment(world, go_on(world, waiting.case))
    settle(world)
    assert _copies(done) == ["gm_office", "accounting", "hr"]


def _copies(moment: Moment) -> list[str]:
    with moment.world.office.database.read() as tx:
        return [copy.department for copy in tx.copies.of(moment.case.id)]
