"""Step times: what the ledger says of how long each step took, who kept it, and that nothing pauses a time."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms_service.domain.course import Within
from forms_service.domain.document import Document
from forms_service.domain.events import Data, Event, LedgerRow
from forms_service.domain.people import CalendarRules, Policy
from forms_service.domain.step_times import StepTime, stays, step_times, time_of_step
from forms_service.domain.workdays import Reckoning
from forms_service.store.almanac import make_calendar
from tests.domain.small_form import FIRM, small_form

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = Policy("days", "期限", dt.date(2026, 1, 1), (), (("look_days", "3"),), confirmed=True, sha256="0" * 64)
CHINA = Reckoning(replace(FIRM, policies=(DAYS,)), make_calendar(CalendarRules(("CN",), (2026,))))
_FORM = small_form("item: {label: 品名, type: text}\nview: {label: 意见, type: text}", later=("view",))
FIRST, SECOND = _FORM.steps[0].id, _FORM.steps[1].id
SPEC = replace(
    _FORM,
    steps=(
        replace(_FORM.steps[0], within=Within(2, workdays=True)),
        replace(_FORM.steps[1], within=Within(0, workdays=False, setting="look_days")),
        *_FORM.steps[2:],
    ),
)


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def _document(step: str | None, opened: str, due: str | None) -> Document:
    return Document(
        id="d1",
        form="small",
        version=1,
        spec_sha256=SPEC.sha256,
        number="S1",
        state="open" if step else "finished",
        step=step,
        round=1,
        head="0" * 64,
        opened_by="lin",
        opened_at=_at("11-23 09:00"),
        step_opened_at=_at(opened),
        due_at=_at(due) if due else None,
    )


def _rows(*events: tuple[str, str, str, Data]) -> tuple[LedgerRow, ...]:
    """Chain events, each as kind, instant, actor and data."""
    made = (Event(_at(at), kind, "d1", actor, data) for kind, at, actor, data in events)
    return tuple(LedgerRow(seq, event, "", "") for seq, event in enumerate(made, 1))


def _signed(at: str, actor: str, before: Document, **data: str) -> tuple[str, str, str, Data]:
    kept: Data = {"step": before.step, "round": before.round, **time_of_step(before), **data}
    return "signed", at, actor, kept


OPENED: tuple[str, str, str, Data] = ("opened", "11-23 09:00", "lin", {})
AT_FIRST = _document(FIRST, "11-23 09:00", "11-25 23:59:59")
AT_SECOND = _document(SECOND, "11-27 10:00", "11-30 23:59:59")


def _times(now: str, document: Document, *rows: LedgerRow, waiting: tuple[str, ...] = ()) -> tuple[StepTime, ...]:
    return step_times(SPEC, document, rows, waiting, _at(now), CHINA)


def test_a_signed_step_took_from_its_opening_to_its_signature() -> None:
    (time,) = _times(
        "12-01 09:00", _document(None, "11-24 10:00", None), *_rows(OPENED, _signed("11-24 10:00", "lin", AT_FIRST))
    )
    assert (time.department, time.person, time.used, time.allowed) == ("sales", "lin", 1, Decimal(2))
    assert (time.opened_at, time.due_at, time.ended_at) == (AT_FIRST.opened_at, AT_FIRST.due_at, _at("11-24 10:00"))
    assert time.days_late == 0


def test_a_step_signed_after_its_due_day_was_late_by_the_days_it_counts() -> None:
    (time,) = _times(
        "12-01 09:00", _document(None, "11-30 10:00", None), *_rows(OPENED, _signed("11-30 10:00", "lin", AT_FIRST))
    )
    assert (time.used, time.days_late) == (5, 3)  # workdays: the weekend counts for neither


def test_the_step_at_hand_is_counted_to_now_for_every_department_that_has_it() -> None:
    rows = _rows(OPENED, _signed("11-27 10:00", "lin", AT_FIRST))
    done, *here = _times("12-02 09:00", AT_SECOND, *rows, waiting=("qa", "sales", "qa"))
    assert done.ended_at is not None
    assert [(time.department, time.person, time.used, time.allowed, time.days_late) for time in here] == [
        ("qa", "", 5, Decimal(3), 2),
        ("sales", "", 5, Decimal(3), 2),
    ]


def test_the_time_that_a_customer_takes_is_not_taken_off() -> None:
    rows = _rows(OPENED, _signed("12-04 10:00", "contact:a@example.com", AT_FIRST))
    (time,) = _times("12-05 09:00", _document(None, "12-04 10:00", None), *rows)
    assert (time.department, time.used, time.days_late) == ("", 9, 7)


def test_a_return_begins_a_stay_of_its_own() -> None:
    _, _, _, kept = _signed("", "", AT_SECOND)
    again = replace(_document(FIRST, "11-30 10:00", "12-02 23:59:59"), round=2)
    rows = _rows(OPENED, _signed("11-27 10:00", "lin", AT_FIRST), ("returned", "11-30 10:00", "wang2", kept))
    times = _times("12-01 09:00", again, *rows, waiting=("sales",))
    assert [(time.step.id, time.round, time.used) for time in times] == [(FIRST, 1, 4), (SECOND, 1, 3), (FIRST, 2, 1)]


def test_what_a_delegate_signed_counts_for_the_department_of_whom_they_act_for() -> None:
    rows = _rows(OPENED, _signed("11-24 10:00", "wang2", AT_FIRST, on_behalf_of="lin"))
    (time,) = _times("12-01 09:00", _document(None, "11-24 10:00", None), *rows)
    assert (time.person, time.department) == ("lin", "sales")


def test_an_event_that_kept_no_times_opened_with_the_turn_before() -> None:
    old: Data = {"step": FIRST, "round": 1}
    rows = _rows(OPENED, ("invited", "11-23 12:00", "office", {}), ("signed", "11-24 10:00", "lin", old))
    (stay,) = stays(rows)
    assert (stay.opened_at, stay.due_at, stay.ended_at) == (_at("11-23 09:00"), None, _at("11-24 10:00"))
