"""Numbers and days at their edges, in a whole office: the hundredth of a month, leap days, the year's end, midnight."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import SeriesFull
from forms_service.domain.numbering import parse_pattern
from forms_service.workflow.opening import open_document
from tests.cases import go_on, open_complaint, sign_step
from tests.forms.office import full_office
from tests.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMPLAINT, ALLOWANCE, ABNORMALITY = "customer-complaint", "sales-allowance", "abnormality"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return an office in which those who sign below have their keys, so that no reading of the clock is for these."""
    world = full_office(tmp_path / "office")
    for person in ("xie_fang", "li_wen", "chen_zhi", "zhao_min"):
        world.person(person)
    return world


def _set_clock(world: World, text: str) -> None:
    """Set the clock so that it shows this time in Shanghai when it is next read."""
    world.clock.at = dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)
    world.clock.at -= dt.timedelta(seconds=1)


def _shown(at: dt.datetime | None) -> str:
    assert at is not None
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _use_up(world: World, form: str, pattern: str, count: int) -> None:
    """Draw so many numbers of this month, as so many documents would have."""
    today = world.office.today(world.clock.at)
    with world.office.database.write() as tx:
        for _ in range(count):
            tx.numbers.draw(form, parse_pattern(pattern), today)


def _report(world: World) -> Document:
    return open_document(world.office, world.person("xie_fang"), ABNORMALITY)


def _at_register(world: World, region: str = "domestic") -> Document:
    return go_on(world, open_complaint(world), until="register", region=region)


def _accept(world: World, cases: Iterable[Document]) -> list[str]:
    """Let the office of the general manager accept cases one after another; returns their numbers."""
    return [sign_step(world, case).number for case in cases]


@pytest.mark.regulation("8(1)")
def test_the_hundredth_case_of_a_month_has_three_digits_and_intake_goes_on(world: World) -> None:
    waiting = [_at_register(world) for _ in range(3)]
    _use_up(world, COMPLAINT, "{yy}{mm}{seq:2+}", 98)
    assert _accept(world, waiting) == ["261199", "2611100", "2611101"]


def test_the_office_is_told_once_that_a_series_grew(world: World) -> None:
    _use_up(world, ABNORMALITY, "X{yy}{mm}{seq:2+}", 98)
    for _ in range(3):
        _report(world)
    with world.office.database.read() as tx:
        told = [note.words for note in tx.notes.of("zhao_min") if "流水号已用完" in note.words]
    assert len(told) == 1
    assert "X2611100" in told[0]


def test_a_series_of_fixed_width_is_full_loudly_and_draws_nothing(world: World) -> None:
    _use_up(world, ALLOWANCE, "A{yy}{mm}{seq:3}", 998)
    today = world.office.today(world.clock.at)
    with world.office.database.write() as tx:
        assert tx.numbers.draw(ALLOWANCE, parse_pattern("A{yy}{mm}{seq:3}"), today) == "A2611999"
    with pytest.raises(SeriesFull, match="第 1000 号"):
        _use_up(world, ALLOWANCE, "A{yy}{mm}{seq:3}", 1)
    with world.office.database.read() as tx:
        assert len(tx.numbers.drawn(ALLOWANCE)) == 999


@pytest.mark.regulation("8(2)")
def test_a_case_opened_in_november_and_accepted_in_december_is_decembers(world: World) -> None:
    _set_clock(world, "2026-11-30 16:00:00")
    case = _at_register(world)
    _set_clock(world, "2026-12-01 09:00:00")
    assert _accept(world, [case]) == ["261201"]


@pytest.mark.parametrize(
    ("opened", "number"),
    [
        ("2026-11-30 23:59:59", "X261101"),
        ("2026-12-01 00:00:00", "X261201"),
        ("2026-12-31 23:59:59", "X261201"),
        ("2027-01-01 00:00:00", "X270101"),
        ("2028-02-29 23:59:59", "X280201"),
        ("2028-03-01 00:00:00", "X280301"),
    ],
)
def test_a_number_is_of_the_day_that_the_firm_has(opened: str, number: str, world: World) -> None:
    _set_clock(world, opened)
    assert _report(world).number == number


def test_a_series_begins_anew_with_the_year(world: World) -> None:
    _set_clock(world, "2026-12-31 23:59:00")
    last = [_report(world).number for _ in range(2)]
    _set_clock(world, "2027-01-01 00:00:00")
    assert [*last, _report(world).number] == ["X261201", "X261202", "X270101"]


@pytest.mark.regulation("10(1)a", "10(1)b")
@pytest.mark.parametrize(
    ("accepted", "region", "due"),
    [
        ("2026-12-02 09:00:00", "domestic", "2026-12-17 23:59:59"),
        ("2026-12-02 09:00:00", "abroad", "2026-12-22 23:59:59"),
        ("2026-12-20 23:59:50", "domestic", "2027-01-04 23:59:59"),
        ("2026-12-21 00:00:10", "domestic", "2027-01-05 23:59:59"),
        ("2028-02-14 09:00:00", "domestic", "2028-02-29 23:59:59"),
        ("2028-02-15 09:00:00", "domestic", "2028-03-01 23:59:59"),
        ("2027-02-14 09:00:00", "domestic", "2027-03-01 23:59:59"),
    ],
)
def test_a_case_is_due_so_many_days_after_it_was_accepted(accepted: str, region: str, due: str, world: World) -> None:
    _set_clock(world, accepted)
    world.clock.pass_(hours=-1)
    case = _at_register(world, region)
    _set_clock(world, accepted)
    assert _shown(sign_step(world, case).case_due_at) == due


@pytest.mark.regulation("9(1)c", "10(1)c")
def test_the_time_before_a_case_is_accepted_does_not_count(world: World) -> None:
    _set_clock(world, "2026-11-27 09:00:00")
    case = _at_register(world)
    _set_clock(world, "2026-12-02 09:00:00")
    assert _shown(sign_step(world, case).case_due_at) == "2026-12-17 23:59:59"


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-12-30 10:00:00", "2026-12-31 23:59:59"),
        ("2026-12-31 10:00:00", "2027-01-04 23:59:59"),  # New Year's Day and the weekend
        ("2028-02-28 10:00:00", "2028-02-29 23:59:59"),
        ("2028-02-29 10:00:00", "2028-03-01 23:59:59"),
        ("2027-02-26 10:00:00", "2027-03-01 23:59:59"),
    ],
)
def test_a_steps_workday_goes_over_leap_days_and_the_years_end(opened: str, due: str, world: World) -> None:
    _set_clock(world, opened)
    assert _shown(_report(world).due_at) == due


@pytest.mark.parametrize(
    ("opened", "due"),
    [("2026-11-24 23:59:59", "2026-11-25 23:59:59"), ("2026-11-25 00:00:00", "2026-11-26 23:59:59")],
)
def test_midnight_begins_the_next_day(opened: str, due: str, world: World) -> None:
    _set_clock(world, opened)
    assert _shown(_report(world).due_at) == due
