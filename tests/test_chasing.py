"""Chasing on real parts: who is due a word gets it once, and a slip is drawn up once."""

import datetime as dt
import email
import email.policy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.domain.delegation import Delegation
from forms_service.domain.errors import NotYours, WrongState
from forms_service.workflow.chasing import chase_pending, draw_up_slip
from forms_service.workflow.sweeping import sweep
from tests.errand import (
    BEFORE,
    ERRAND,
    LATE,
    ON_DUE,
    chase_at,
    errand_world,
    go_to,
    mails,
    open_errand,
    send_errand,
    slips,
)
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return errand_world(tmp_path / "office")


def test_whoever_holds_a_step_is_reminded_the_workday_before_and_on_the_due_day(world: World) -> None:
    send_errand(world)
    chase_at(world, "2026-11-25 09:00", BEFORE, ON_DUE)
    assert mails(world) == [
        ("sun.yue", "还剩 1 天：交办单 E2611001「质管处理」"),
        ("sun.yue", "今天到期：交办单 E2611001「质管处理」"),
    ]


def test_a_reminder_says_what_whose_and_by_when(world: World) -> None:
    document = send_errand(world)
    chase_at(world, BEFORE)
    body = world.mail()
    assert "孙悦 您好" in body
    assert (
        "《交办单》E2611001 停在「质管处理」，由您办理，应于 2026-11-27 周五 24:00 前办完，还剩 1 天。请办理。" in body
    )
    assert f"/documents/{document.id}" in body


def test_a_reminder_stands_in_the_inbox_as_a_note_and_in_the_ledger(world: World) -> None:
    document = send_errand(world)
    chase_at(world, ON_DUE)
    with world.office.database.read() as tx:
        assert [note.words for note in tx.notes.of("sun_yue")] == ["E2611001「质管处理」今天到期。请办理。"]
        event = tx.ledger.of(document.id)[-1].event
    assert (event.kind, event.actor, event.data["to"]) == ("reminded", "office", "孙悦")


def test_what_was_sent_is_not_sent_again(world: World) -> None:
    send_errand(world)
    assert chase_at(world, ON_DUE) == 1
    assert chase_at(world, "2026-11-27 09:05", "2026-11-27 18:00") == 0
    assert len(mails(world)) == 1


def test_a_delegate_is_reminded_beside_the_principal(world: World) -> None:
    send_errand(world)
    today, at = dt.date(2026, 11, 26), world.clock.at
    away = Delegation("d", "sun_yue", "tang_ying", "", None, today, today, "出差", "sun_yue", at)
    with world.office.database.write() as tx:
        tx.delegations.add(away)
    chase_at(world, BEFORE)
    assert sorted(to for to, _ in mails(world)) == ["sun.yue", "tang.ying"]


@pytest.mark.regulation("14a")
def test_a_slip_is_drawn_up_on_its_issuers_desk_the_working_day_a_step_is_late(world: World) -> None:
    document = send_errand(world)
    chase_at(world, "2026-11-28 09:00", "2026-11-29 09:00")
    assert slips(world, document) == ()
    chase_at(world, "2026-11-30 00:00")
    (slip,) = slips(world, document)
    given = dict(slip.given.answers)
    assert (slip.state, slip.step, slip.opened_by, slip.signatures) == ("open", "demand", "office", ())
    assert (given["unit"], given["step_name"], given["handler"]) == ("质量管理部", "质管处理", "孙悦")
    assert (given["due_on"], given["days_late"], given["time_no"]) == ("2026-11-27", "3", "1")
    with world.office.database.read() as tx:
        assert set(tx.documents.candidates(slip.id)) == {"zhao_min", "su_ting"}


@pytest.mark.regulation("14a")
def test_a_slip_is_drawn_up_again_each_two_workdays_while_the_step_is_late(world: World) -> None:
    document = send_errand(world)
    chase_at(world, LATE, "2026-12-01 09:00", "2026-12-02 09:00", "2026-12-04 09:00")
    assert [dict(slip.given.answers)["time_no"] for slip in slips(world, document)] == ["1", "2", "3"]


def test_a_step_that_is_signed_in_the_end_is_not_chased_any_more(world: World) -> None:
    document = send_errand(world)
    chase_at(world, LATE)
    world.sign(document, "sun_yue", raw={"view": "已处理"})
    chase_at(world, "2026-12-02 09:00")
    assert len(slips(world, document)) == 1


def test_a_step_that_comes_back_is_chased_anew(world: World) -> None:
    document = send_errand(world)
    chase_at(world, ON_DUE)
    document = world.sign(document, "sun_yue", decision="return:prepare", opinion="请写清批号")
    document = world.sign(document, "li_wen", raw={"item": "查一批料"})
    assert chase_at(world, "2026-11-30 09:00") == 1  # due again on Monday, three days after Friday
    assert mails(world)[-1] == ("sun.yue", "今天到期：交办单 E2611001「质管处理」")


def test_those_above_are_told_once(world: World) -> None:
    send_errand(world)
    chase_at(world, LATE, "2026-12-02 09:00")
    told = [subject for to, subject in mails(world) if to == "wang.jian" and "质管" in subject]
    assert told == ["已逾期 3 天：交办单 E2611001「质管处理」"]
    assert "由孙悦办理" in _body_to(world, "wang.jian")


def test_an_unsigned_slip_is_chased_as_any_other_document(world: World) -> None:
    document = send_errand(world)
    chase_at(world, LATE)
    (slip,) = slips(world, document)
    chase_at(world, "2026-12-01 09:00", "2026-12-02 09:00")
    about = [(subject.split("：")[0], to) for to, subject in mails(world) if slip.number in subject]
    assert sorted(about) == [
        ("今天到期", "su.ting"),
        ("今天到期", "zhao.min"),
        ("已逾期 1 个工作日", "su.ting"),
        ("已逾期 1 个工作日", "wang.jian"),
        ("已逾期 1 个工作日", "zhao.min"),
    ]


def test_a_case_that_is_late_while_its_step_is_in_time_is_chased(world: World) -> None:
    document = send_errand(world)
    go_to(world, "2026-12-08 09:00")
    document = world.sign(document, "sun_yue", raw={"view": "已处理"})  # the last step has no time but the case's
    assert world.office.local(document.due_at or world.clock.at).date() == dt.date(2026, 12, 9)
    chase_at(world, "2026-12-10 09:00")
    assert [dict(slip.given.answers)["step_name"] for slip in slips(world, document)] == ["总经理室结案"]


def test_a_form_that_says_nothing_of_being_late_is_never_chased(world: World) -> None:
    world.sign(world.open_allowance(), "li_wen")
    assert chase_at(world, "2026-12-30 09:00") == 0


def test_a_timer_never_signs(world: World) -> None:
    document = send_errand(world)
    chase_at(world, LATE, "2026-12-02 09:00", "2026-12-30 09:00")
    with world.office.database.read() as tx:
        assert tx.documents.get(document.id).signatures == document.signatures
        kinds = {row.event.kind for row in tx.ledger.rows() if row.event.actor == "office"}
    assert kinds <= {"published", "reminded", "opened"}


def test_after_days_without_a_worker_each_is_told_once_what_holds_now(world: World) -> None:
    document = send_errand(world)
    chase_at(world, "2026-12-17 09:00")
    assert sorted(to for to, _ in mails(world)) == ["sun.yue", "wang.jian"]
    assert len(slips(world, document)) == 1


def _at_once(act: Callable[[], object], times: int = 3) -> None:
    with ThreadPoolExecutor(times) as pool:
        for future in [pool.submit(act) for _ in range(times)]:
            future.result()


def test_three_workers_at_once_send_and_draw_up_everything_once(world: World) -> None:
    document = send_errand(world)
    go_to(world, "2026-12-02 09:00")
    _at_once(lambda: chase_pending(world.office))
    assert sorted(to for to, _ in mails(world)) == ["sun.yue", "wang.jian"]
    assert len(slips(world, document)) == 1


def test_an_overseer_opens_the_slip_that_stands_or_draws_one_up_now(world: World) -> None:
    document = send_errand(world)
    go_to(world, "2026-11-28 10:00")  # a Saturday: the worker waits for Monday
    zhao = world.person("zhao_min")
    drawn_up = draw_up_slip(world.office, zhao, document.id)
    assert draw_up_slip(world.office, zhao, document.id).id == drawn_up.id
    chase_at(world, LATE)
    assert slips(world, document) == (drawn_up,)


def test_two_overseers_at_once_draw_up_one_slip(world: World) -> None:
    document = send_errand(world)
    go_to(world, LATE)
    zhao = world.person("zhao_min")
    _at_once(lambda: draw_up_slip(world.office, zhao, document.id))
    assert len(slips(world, document)) == 1


def test_no_slip_is_drawn_up_for_what_is_in_time(world: World) -> None:
    document = send_errand(world)
    with pytest.raises(WrongState, match="不用催办"):
        draw_up_slip(world.office, world.person("zhao_min"), document.id)


def test_only_overseers_draw_up_slips(world: World) -> None:
    document = send_errand(world)
    go_to(world, LATE)
    with pytest.raises(NotYours):
        draw_up_slip(world.office, world.person("li_wen"), document.id)


def test_while_a_customer_has_the_document_the_one_who_opened_it_is_reminded(tmp_path: Path) -> None:
    close = "who: role gm_office, sign: 总经理室, can: [approve, return to look]"
    customer = "who: external customer, sign: 客户, sign_by: [esign_link], can: [approve, refuse], within: 2 days"
    fields = "item: {label: 交办事项, type: text, required: yes, max_length: 40}"
    text = ERRAND.replace(close, customer).replace(
        fields, f"{fields}\n  customer: {{label: 客户, type: party, required: yes}}"
    )
    text = text.replace("visible_to_customer: no", "visible_to_customer: yes")
    text = text.replace("fills: [item]", "fills: [item, customer]").replace("item 8 |", "item 4 | customer 4 |")
    world = errand_world(tmp_path / "office", text)
    raw = {"item": "查一批料", "customer": "东升电子有限公司"}
    document = world.sign(world.sign(open_errand(world), "li_wen", raw=raw), "sun_yue", raw={"view": "好"})
    chase_at(world, "2026-11-26 09:00")
    assert mails(world) == [("li.wen", f"今天到期：交办单 {document.number}「总经理室结案」")]
    assert "在等东升电子有限公司签章" in world.mail()
    assert "请与客户联系" in world.mail()


def test_a_sweep_tells_what_it_chased(world: World) -> None:
    send_errand(world)
    go_to(world, LATE)
    assert "提醒与催办 1 件" in sweep(world.office).words


def _body_to(world: World, name: str) -> str:
    files = sorted((world.settings.office_folder / "mail").glob("*.eml"))
    mails = (email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files)
    return next(str(mail.get_content()) for mail in mails if str(mail["To"]).startswith(name))
