"""Deadlines on real parts: when a step and a case are due, and that nothing pauses or restarts a time once begun."""

import datetime as dt
from pathlib import Path

import pytest

from forms_service.domain.calendars import CalendarGap
from forms_service.domain.document import Document
from forms_service.domain.step_times import stays
from forms_service.workflow.drafting import try_out
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.reading import read
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.withdrawing import withdraw_signature
from tests.errand import ERRAND, errand_world, open_errand, send_errand
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return errand_world(tmp_path / "office")


def _local(world: World, at: dt.datetime | None) -> str:
    assert at is not None
    return f"{world.office.local(at):%m-%d %H:%M:%S}"


def _go_to(world: World, local: str) -> None:
    at = dt.datetime.fromisoformat(local).replace(tzinfo=world.office.local(world.clock.at).tzinfo)
    world.clock.at = at.astimezone(dt.UTC)


def test_a_step_is_due_by_the_forms_own_days_or_the_policys(world: World) -> None:
    opened = open_errand(world)
    sent = world.sign(opened, "li_wen", raw={"item": "查一批料"})
    assert [_local(world, d.due_at) for d in (opened, sent)] == ["11-25 23:59:59", "11-27 23:59:59"]


def test_the_policys_days_are_those_in_force_when_the_step_opens(world: World) -> None:
    before = send_errand(world)
    world.amend("policies/stage_days.yaml", "qa_days: {value: 3,", "qa_days: {value: 0.5,")
    after = send_errand(world)
    assert [_local(world, d.due_at) for d in (before, after)] == ["11-27 23:59:59", "11-25 11:59:59"]


def test_a_case_is_due_from_the_step_that_begins_its_time(world: World) -> None:
    opened = open_errand(world)
    world.clock.pass_(days=3)
    sent = world.sign(opened, "li_wen", raw={"item": "查一批料"})
    assert opened.case_due_at is None
    assert _local(world, sent.case_due_at) == "12-12 23:59:59"  # fifteen days from the signing, not the opening


def test_the_due_day_of_a_case_is_printed_by_the_step_that_begins_it_and_known_later(world: World) -> None:
    values = read(world.office, send_errand(world)).values
    assert values["case_due_on"] == dt.date(2026, 12, 9)


def test_the_due_day_of_a_case_shows_before_the_step_that_begins_it_is_signed(world: World) -> None:
    opened = open_errand(world)
    values, _ = try_out(world.office, world.person("li_wen"), opened.id, {"item": "查一批料"})
    assert values["case_due_on"] == dt.date(2026, 12, 9)


def test_a_return_neither_stops_nor_restarts_the_time_of_a_case(world: World) -> None:
    sent = send_errand(world)
    world.clock.pass_(days=2)
    back = world.sign(sent, "sun_yue", decision="return:prepare", opinion="请写清批号")
    world.clock.pass_(days=1)
    again = world.sign(back, "li_wen", raw={"item": "查一批料"})
    assert again.case_due_at == sent.case_due_at
    assert read(world.office, again).values["case_due_on"] == dt.date(2026, 12, 9)
    assert _local(world, back.due_at) == "11-27 23:59:59"  # the step itself has its time anew


def test_a_signature_that_is_taken_back_buys_no_time(world: World) -> None:
    opened = open_errand(world)
    world.clock.pass_(hours=5)
    world.sign(opened, "li_wen", raw={"item": "查一批料"})
    back = withdraw_signature(world.office, world.person("li_wen"), opened.id)
    assert (back.step_opened_at, back.due_at) == (opened.step_opened_at, opened.due_at)


def test_a_step_without_a_time_is_due_with_its_case(world: World) -> None:
    last = world.sign(send_errand(world), "sun_yue", raw={"view": "好"})
    assert last.due_at == last.case_due_at


def test_a_document_that_ended_is_due_no_more(world: World) -> None:
    last = world.sign(send_errand(world), "sun_yue", raw={"view": "好"})
    ended = world.sign(last, "zhao_min")
    assert (ended.state, ended.due_at) == ("finished", None)


def test_a_signature_keeps_when_its_step_opened_and_was_due(world: World) -> None:
    sent = send_errand(world)
    world.clock.pass_(days=5)
    world.sign(sent, "sun_yue", raw={"view": "好"})
    with world.office.database.read() as tx:
        *_, stay = stays(tx.ledger.of(sent.id))
    assert (stay.step, stay.opened_at, stay.due_at) == ("look", sent.step_opened_at, sent.due_at)


def test_a_step_may_last_until_a_day_that_the_form_holds(tmp_path: Path) -> None:
    text = ERRAND.replace("within: policy qa_days", "within: until promised_on")
    text = text.replace("fills: [item]", "fills: [item, promised_on]")
    text = text.replace("view: {", "promised_on: {label: 约定日期, type: date, required: yes}\n  view: {")
    text = text.replace("- view 12", "- promised_on 4 | view 8")
    world = errand_world(tmp_path / "office", text)
    sent = world.sign(open_errand(world), "li_wen", raw={"item": "查一批料", "promised_on": "2026-12-06"})
    assert _local(world, sent.due_at) == "12-06 23:59:59"


def test_a_firm_may_count_working_days_and_move_ends_on_days_off(world: World) -> None:
    world.amend("calendar.yaml", "{value: calendar,", "{value: workdays,")
    assert _local(world, send_errand(world).due_at) == "11-27 23:59:59"
    assert _local(world, send_errand(world).case_due_at) == "12-15 23:59:59"


def test_an_end_on_a_day_off_moves_where_the_firm_says_so(world: World) -> None:
    world.clock.pass_(days=2)
    stays_put = send_errand(world)
    world.amend("calendar.yaml", "roll_forward:     {value: no,", "roll_forward:     {value: yes,")
    assert [_local(world, d.due_at) for d in (stays_put, send_errand(world))] == ["11-29 23:59:59", "11-30 23:59:59"]


def test_a_step_that_would_be_due_in_a_year_without_a_calendar_is_not_signed(world: World) -> None:
    _go_to(world, "2028-12-28 09:00")
    opened = open_errand(world)
    world.amend("calendar.yaml", "{value: calendar,", "{value: workdays,")
    with pytest.raises(CalendarGap, match="years 补上 2029"):
        world.sign(opened, "li_wen", raw={"item": "查一批料"})
    with world.office.database.read() as tx:
        assert tx.documents.get(opened.id).head == opened.head


def test_the_time_that_a_customer_takes_is_not_subtracted(world: World) -> None:
    document = _for_the_customer(world)
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    world.clock.pass_(days=6)
    send_code(world.office, token)
    grant = check_code(world.office, token, "314159")
    answer(world.office, token, grant, Answer(document.head, accepts=True, name="张丽华", consents=True))
    with world.office.database.read() as tx:
        *_, stay = stays(tx.ledger.of(document.id))
    assert stay.ended_at is not None
    assert (stay.opened_at, (stay.ended_at - stay.opened_at).days) == (document.step_opened_at, 6)


def _for_the_customer(world: World) -> Document:
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    return document
