"""Monthly forms: opened by the office on the first for the month before, once, also after days without a worker."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.store.documents import Search
from forms_service.workflow.chasing import chase_pending
from forms_service.workflow.opening import openable_forms
from forms_service.workflow.reading import read
from forms_service.workflow.scheduling import schedule_pending
from tests.world import World, make_world

ROLL_CALL = """\
form: roll-call
version: 1
title: 月报
source: 测试办法 §9(9)
number: "V{yy}{mm}{seq:2+}"
rounding: half_up
visible_to_customer: no
opens_every: {month: previous, due_day: 10}
late: {remind: [2 days before, on due]}
fields:
  month: {label: 统计月份, type: text, calc: period}
  findings: {label: 检讨, type: text, required: yes, max_length: 40}
steps:
  - {id: prepare, name: 总经理室汇总, who: role gm_office, fills: [findings], sign: 汇总}
copies:
  - {no: 1, to: dept gm_office, name: 第一联 总经理室存, colour: white}
archive: {retain: business_record, index: [no, month]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 4 | opened_on 4 | month 4
    - findings 12
    - sign.prepare 12 x4
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which the monthly form came into force on 2026-11-24."""
    made = make_world(tmp_path / "office")
    made.publish(ROLL_CALL.encode(), "roll_call.yaml")
    return made


def _schedule_at(world: World, local: str) -> int:
    at = dt.datetime.fromisoformat(local).replace(tzinfo=world.office.local(world.clock.at).tzinfo)
    world.clock.at = at.astimezone(dt.UTC)
    return schedule_pending(world.office)


def _opened(world: World) -> tuple[Document, ...]:
    with world.office.database.read() as tx:
        return tuple(reversed(tx.documents.find(Search(form="roll-call"))))


def _months(world: World) -> list[object]:
    return [document.given.known()["period"] for document in _opened(world)]


def test_a_monthly_form_opens_on_the_first_in_the_firms_zone(world: World) -> None:
    counts = [_schedule_at(world, local) for local in ("2026-11-30 23:59:50", "2026-12-01 00:00:00")]
    assert counts == [0, 1]
    assert _months(world) == ["2026-11"]


def test_it_opens_on_the_desk_of_its_first_step_by_the_office(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    (document,) = _opened(world)
    assert (document.opened_by, document.step, document.number) == ("office", "prepare", "V261201")
    with world.office.database.read() as tx:
        assert set(tx.documents.candidates(document.id)) == {"zhao_min", "su_ting"}


def test_it_is_due_at_the_end_of_its_day(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    (document,) = _opened(world)
    due = [world.office.local(at).isoformat() for at in (document.due_at, document.case_due_at) if at]
    assert due == ["2026-12-10T23:59:59+08:00"] * 2


def test_it_opens_once_a_month(world: World) -> None:
    assert [_schedule_at(world, f"2026-12-{day} 08:00") for day in ("01", "02", "31")] == [1, 0, 0]


def test_it_opens_over_the_years_end(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    _schedule_at(world, "2027-01-01 00:00:00")
    assert _months(world) == ["2026-11", "2026-12"]
    december = _opened(world)[-1]
    assert december.case_due_at is not None
    assert world.office.local(december.case_due_at).date() == dt.date(2027, 1, 10)


def test_after_days_without_a_worker_the_missed_months_are_opened_with_their_own_due_days(world: World) -> None:
    assert _schedule_at(world, "2027-02-15 08:00") == 3
    assert _months(world) == ["2026-11", "2026-12", "2027-01"]
    due = [world.office.local(document.case_due_at).date() for document in _opened(world) if document.case_due_at]
    assert due == [dt.date(2026, 12, 10), dt.date(2027, 1, 10), dt.date(2027, 2, 10)]


def test_three_workers_at_once_open_one(world: World) -> None:
    world.clock.at = dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC)
    with ThreadPoolExecutor(3) as pool:
        counts = [future.result() for future in [pool.submit(schedule_pending, world.office) for _ in range(3)]]
    assert sum(counts) == len(_opened(world)) == 1


def test_nobody_opens_it_by_hand(world: World) -> None:
    forms = [form.form for form in openable_forms(world.office, world.person("zhao_min"))]
    assert "roll-call" not in forms


def test_a_new_version_does_not_open_a_month_again(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    world.publish(ROLL_CALL.replace("version: 1", "version: 2").encode(), "roll_call.yaml")
    assert schedule_pending(world.office) == 0


def test_the_month_is_printed_when_it_is_signed(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    ended = world.sign(_opened(world)[0], "zhao_min", raw={"findings": "无逾期"})
    assert read(world.office, ended).values["month"] == "2026-11"


def test_whoever_has_it_is_reminded_before_the_tenth(world: World) -> None:
    _schedule_at(world, "2026-12-01 08:00")
    world.clock.at = dt.datetime(2026, 12, 8, 1, tzinfo=dt.UTC)
    assert chase_pending(world.office) == 1
    assert "应于 2026-12-10 周四 24:00 前办完，还剩 2 天" in world.mail()
