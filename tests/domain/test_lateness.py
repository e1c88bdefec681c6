"""Lateness: who is reminded when, from when a slip is due and which one, and what is never counted twice."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.calendars import CalendarGap
from forms_service.domain.course import Late, Reminder, Who, Within
from forms_service.domain.document import Document
from forms_service.domain.lateness import Prompt, days_late, limit_of, look
from forms_service.domain.people import CalendarRules
from forms_service.domain.problem import Place
from forms_service.domain.workdays import Allowed, Reckoning
from forms_service.store.almanac import make_calendar
from tests.domain.small_form import FIRM, small_form

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Reckoning(FIRM, make_calendar(CalendarRules(("CN",), (2026,))))
PLACE = Place("form.yaml", 1, 1)
TWO_WORKDAYS = Within(2, workdays=True)
CHASED = Late(
    remind=(
        Reminder("before", 1, workdays=True),
        Reminder("on", 0, workdays=False),
        Reminder("every", 2, workdays=True),
    ),
    slip="reminder-slip",
    again=TWO_WORKDAYS,
    tell=Who("role", "gm"),
    place=PLACE,
)
SPEC = small_form("item: {label: 品名, type: text}")


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def _document(opened: str = "11-23 09:00", days: str = "3", *, workdays: bool = False) -> Document:
    """Return a document whose step at hand opened on a Monday and has so many days."""
    opened_at = _at(opened)
    return Document(
        id="d1",
        form="small",
        version=1,
        spec_sha256=SPEC.sha256,
        number="S1",
        state="open",
        step=SPEC.steps[0].id,
        round=1,
        head="0" * 64,
        opened_by="lin",
        opened_at=opened_at,
        step_opened_at=opened_at,
        due_at=CHINA.due(opened_at, Allowed(Decimal(days), workdays)),
    )


def _due(document: Document, now: str, late: Late = CHASED) -> dict[str, int]:
    return {prompt.kind: prompt.ordinal for prompt in look(late, document, _at(now), CHINA).due}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("11-24 23:59:59", {}),
        ("11-25 00:00", {"before": 1}),
        ("11-25 23:59:59", {"before": 1}),
        ("11-26 00:00", {"on": 1}),
        ("11-26 23:59:59", {"on": 1}),
        ("11-27 00:00", {"on": 1, "slip": 1, "tell": 1}),
        ("11-30 00:00", {"every": 1, "slip": 1, "tell": 1}),
        ("12-01 00:00", {"every": 1, "slip": 2, "tell": 1}),
        ("12-02 00:00", {"every": 2, "slip": 2, "tell": 1}),
    ],
)
def test_a_step_due_on_thursday_is_chased_day_by_day(now: str, due: dict[str, int]) -> None:
    assert _due(_document(), now) == due


def test_a_slip_waits_for_the_first_working_day_on_which_the_step_is_late() -> None:
    document = _document("11-24 09:00")  # due on Friday
    assert "slip" not in _due(document, "11-29 12:00")
    assert _due(document, "11-30 00:00")["slip"] == 1


def test_a_step_due_at_noon_is_late_in_the_afternoon() -> None:
    document = _document(days="0.5")
    assert "slip" not in _due(document, "11-24 11:59:59")
    assert _due(document, "11-24 12:00:00")["slip"] == 1


def test_nobody_is_reminded_on_the_day_a_step_opens() -> None:
    assert _due(_document(days="1"), "11-23 10:00") == {}
    assert _due(_document(days="1"), "11-24 00:00") == {"on": 1}


def test_of_what_nobody_looked_at_for_days_the_newest_alone_is_due() -> None:
    assert _due(_document(), "12-17 09:00") == {"every": 7, "slip": 8, "tell": 1}


def test_a_slip_comes_once_where_nothing_says_again() -> None:
    once = replace(CHASED, again=None)
    assert _due(_document(), "12-17 09:00", once)["slip"] == 1


def test_a_form_that_only_reminds_draws_up_nothing_and_tells_nobody() -> None:
    quiet = replace(CHASED, slip="", again=None, tell=None)
    assert _due(_document(), "11-27 00:00", quiet) == {"on": 1}


def test_the_next_look_is_when_there_is_more_to_do() -> None:
    again = [
        look(CHASED, _document(), _at(now), CHINA).again_at for now in ("11-23 10:00", "11-25 10:00", "11-27 10:00")
    ]
    assert again == [_at("11-25 00:00"), _at("11-26 00:00"), _at("11-30 00:00")]


def test_a_document_without_a_time_is_never_looked_at_again() -> None:
    assert look(CHASED, replace(_document(), due_at=None), _at("11-27 00:00"), CHINA).again_at is None


def test_a_document_that_ended_calls_for_nothing() -> None:
    ended = replace(_document(), state="finished", step=None)
    assert look(CHASED, ended, _at("12-17 00:00"), CHINA).due == ()


def test_a_case_that_is_due_before_its_step_makes_the_step_late() -> None:
    document = replace(_document(), case_due_at=_at("11-24 23:59:59"))
    assert limit_of(document) == _at("11-24 23:59:59")
    assert _due(document, "11-25 09:00")["slip"] == 1


def test_a_step_that_opens_in_a_late_case_still_has_its_own_time() -> None:
    document = replace(_document(), case_due_at=_at("11-20 23:59:59"))
    assert limit_of(document) == document.due_at


def test_a_step_without_a_time_of_its_own_that_opens_in_a_late_case_is_late_at_once() -> None:
    document = replace(_document(), due_at=None, case_due_at=_at("11-20 23:59:59"))
    assert _due(document, "11-23 09:00") == {"slip": 1, "tell": 1}


def test_a_prompt_says_from_when_it_holds() -> None:
    slip = next(p for p in look(CHASED, _document(), _at("11-27 18:00"), CHINA).due if p.kind == "slip")
    assert slip == Prompt(_at("11-27 00:00"), "slip", 1)


@pytest.mark.parametrize(
    ("now", "late"),
    [("11-26 23:59:59", 0), ("11-27 00:00", 1), ("11-28 12:00", 2), ("11-30 00:00", 4)],
)
def test_late_days_are_counted_with_the_one_begun(now: str, late: int) -> None:
    assert days_late(SPEC, _document(), _at(now), CHINA) == late


def test_late_days_are_counted_as_the_firm_counts() -> None:
    working = Reckoning(FIRM, replace(CHINA.calendar, day_mode="workdays"))
    assert days_late(SPEC, _document(), _at("11-30 09:00"), working) == 2


def test_a_step_late_since_noon_is_one_day_late() -> None:
    assert days_late(SPEC, _document(days="0.5"), _at("11-24 15:00"), CHINA) == 1


def test_a_step_is_not_chased_into_a_year_that_the_calendar_does_not_cover() -> None:
    with pytest.raises(CalendarGap, match="2027"):
        look(CHASED, _document("12-28 09:00", "2"), _at("12-31 09:00"), CHINA)
