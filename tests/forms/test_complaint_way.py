"""The complaint's way through the office: number, route, limits, returns, copies and what opens by itself."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable
from forms_service.workflow.opening import open_document, openable_from
from forms_service.workflow.reading import read
from tests.cases import (
    UNFOUNDED,
    case_world,
    child,
    children,
    go_on,
    next_turn,
    open_complaint,
    settle,
    sign_step,
)
from tests.stories import Story, case_before, closed_case
from tests.world import World

KEEPERS = ("qa", "plant", "sales", "accounting", "gm_office")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One office for all tests of this room; every case has an order of its own, so that none counts with another."""
    return case_world(tmp_path_factory.mktemp("office"))


@pytest.fixture
def closed(tmp_path: Path) -> Story:
    """A case decided for an allowance, its copies sealed and what follows opened, in an office of its own."""
    return closed_case().taken(tmp_path / "office")


@pytest.fixture
def before(tmp_path: Path) -> Callable[[str], Story]:
    """Take the usual case as it stood before a step, in an office of its own."""
    return lambda step: case_before(step).taken(tmp_path / "office")


def begin(world: World, until: str = "", **typed: str) -> Document:
    own = {"order_no": f"SO-{world.clock.at:%d%H%M%S}"}
    return go_on(world, open_complaint(world), until, **{**own, **typed})


def decider(world: World, case: Document) -> str:
    turn = next_turn(world, case)
    assert turn is not None
    assert turn.step.id == "decide"
    return turn.claim.role


@pytest.mark.regulation("8(1)", "9(3)a")
def test_a_complaint_is_numbered_when_the_office_accepts_it(before: Callable[[str], Story]) -> None:
    waiting = before("register")
    assert waiting.document.number.startswith("未编号-")
    assert re.fullmatch(r"2611\d\d", sign_step(waiting.world, waiting.document).number)


@pytest.mark.regulation("9(1)f", "9(3)c", "9(4)d")
def test_each_step_goes_to_the_desk_that_the_regulation_names(before: Callable[[str], Story]) -> None:
    start, desks = before("register"), []
    case = start.document
    while (turn := next_turn(start.world, case)) is not None:
        desks.append((turn.step.id, turn.claim.role))
        case = sign_step(start.world, case)
    assert desks[:6] == [
        ("register", "gm_office"),
        ("qa", "dept:qa"),
        ("plant", "dept:plant"),
        ("mgr_office", "mgr_office_head"),
        ("review", "gm_office"),
        ("propose", "person:li_wen"),
    ]
    assert [step for step, _ in desks[6:]] == ["advise", "direct", "talk", "confirm", "digest", "decide"]


@pytest.mark.regulation("9(3)g")
@pytest.mark.parametrize(("needs_rd", "following"), [("yes", "rd"), ("no", "review")])
def test_research_is_asked_when_the_abnormality_needs_it(world: World, needs_rd: str, following: str) -> None:
    case = sign_step(world, begin(world, "mgr_office", needs_rd=needs_rd))
    assert case.step == following


@pytest.mark.regulation("9(5)c", "11")
def test_the_amount_picks_exactly_one_decider(before: Callable[[str], Story]) -> None:
    start = before("digest")
    limits = {"5000.00": "sales_manager", "5000.01": "deputy_gm", "50000.00": "deputy_gm", "50000.01": "gm"}
    case, found = start.document, {}
    for amount in limits:
        case = sign_step(start.world, case, allowance_amount=amount)
        found[amount] = decider(start.world, case)
        case = sign_step(start.world, case, "return:digest", "金额请再核")
    assert found == limits


def test_cases_of_one_order_count_together(world: World) -> None:
    order = f"SO-{world.clock.at:%d%H%M%S}"
    first = begin(world, "decide", order_no=order, allowance_amount="4000")
    assert decider(world, first) == "sales_manager"
    second = begin(world, "decide", order_no=order, allowance_amount="4000")
    assert decider(world, second) == "deputy_gm"
    assert str(read(world.office, second).values["counted_amount"]) == "8000.00"


def test_a_return_to_the_proposal_takes_the_direction_with_it(before: Callable[[str], Story]) -> None:
    start = before("decide")
    back = sign_step(start.world, start.document, "return:propose", "折让过高，请重拟")
    assert (back.step, back.signed("direct"), back.signed("review") is None) == ("propose", None, False)
    assert go_on(start.world, back).state == "finished"


@pytest.mark.regulation("9(4)c")
def test_the_openers_manager_reads_over_what_was_agreed() -> None:
    start = case_before("confirm")
    turn = next_turn(start.world, start.document)
    assert turn is not None
    assert [person.id for person in turn.claim.people] == ["chen_zhi"]


def test_a_manager_does_not_decide_on_a_complaint_of_their_own(world: World) -> None:
    case = open_complaint(world, "chen_zhi")
    done = go_on(world, case, order_no="SO-OWN-1", allowance_amount="4000")
    decided = done.signed("decide")
    assert decided is not None
    assert decided.person == "shen_jia"


@pytest.mark.regulation("9(12)b")
def test_another_firms_liability_is_handled_with_the_units_named(world: World) -> None:
    outside = {"liable_share": "70%", "outside_party": "明达基板材料有限公司", "outside_share": "30%"}
    case = begin(world, "propose", **outside, joint_first="plant", joint_second="rd")
    joint = {signature.step: signature.person for signature in case.signatures if signature.step.startswith("joint")}
    assert joint == {"joint_1": "zhao_min", "joint_2": "wu_gang", "joint_3": "gao_yuan"}


def test_without_another_firm_nobody_is_asked_jointly() -> None:
    assert [s.step for s in case_before("propose").document.signatures][-1] == "review"


@pytest.mark.regulation("9(7)a")
def test_no_copy_is_cut_before_the_decision(before: Callable[[str], Story]) -> None:
    waiting = before("decide")
    settle(waiting.world)
    assert [_kept(waiting, keeper) for keeper in KEEPERS] == [[], [], [], [], []]


@pytest.mark.regulation("9(7)b", "9(7)c", "9(7)d", "9(7)e", "9(7)f")
def test_each_keeper_has_its_own_copy_of_a_decided_case() -> None:
    assert [_kept(closed_case(), keeper) for keeper in KEEPERS] == [[1], [2], [3], [4], [5]]


def _kept(case: Story, department: str) -> list[int]:
    return [e.copy_no for e in case.world.office.archive.entries(department) if e.document_id == case.document.id]


@pytest.mark.regulation("7(1)③b", "13(1)a", "13(1)①a", "14b")
def test_a_decided_allowance_opens_its_form_the_answer_and_the_review(closed: Story) -> None:
    world = closed.world
    opened = {"investigation-report", "sales-allowance", "customer-reply", "timeliness-review", "measure-check"}
    assert {document.form for document in children(world, closed.document)} == opened
    with pytest.raises(NotOpenable):
        open_document(world.office, world.person("li_wen"), "goods-return", parent=closed.document.id)


def test_a_penalty_waits_for_the_meeting_and_the_page_says_so(closed: Story) -> None:
    office, keeper = closed.world.office, closed.world.person("zhao_min")
    offered = {o.form: o.reason for o in openable_from(office, keeper, closed.document.id)}
    assert "责任比率还没有会同判定" in offered["reward-penalty"]


@pytest.mark.regulation("9(13)a")
def test_what_does_not_stand_is_collected_and_nothing_else(tmp_path: Path) -> None:
    case = closed_case(**UNFOUNDED).taken(tmp_path / "office")
    opened = {"investigation-report", "customer-reply", "timeliness-review", "receivable-notice"}
    assert {document.form for document in children(case.world, case.document)} == opened
    with pytest.raises(NotOpenable):
        open_document(case.world.office, case.world.person("li_wen"), "sales-allowance", parent=case.document.id)


@pytest.mark.regulation("13(1)a", "9(10)a")
def test_nothing_is_promised_before_the_decision(before: Callable[[str], Story]) -> None:
    waiting = before("decide")
    for form in ("sales-allowance", "goods-return", "customer-reply"):
        with pytest.raises(NotOpenable):
            open_document(waiting.world.office, waiting.world.person("li_wen"), form, parent=waiting.document.id)


@pytest.mark.regulation("9(2)a", "9(2)b", "9(2)c")
def test_whoever_was_named_reports_within_three_days_to_the_general_manager(world: World) -> None:
    case = begin(world, "mgr_office", reporter="吴刚")
    settle(world)
    report = child(world, case, "investigation-report")
    turn = next_turn(world, report)
    assert turn is not None
    assert [person.id for person in turn.claim.people] == ["wu_gang"]
    assert report.due_at is not None
    assert world.office.today(report.due_at) == dt.date(2026, 11, 27)
    done = go_on(world, report)
    assert [(s.step, s.person) for s in done.signatures] == [("report", "wu_gang"), ("gm", "wang_jian")]


@pytest.mark.regulation("9(8)a", "9(8)b", "9(10)b")
def test_a_customer_who_does_not_accept_the_conclusion_gets_a_new_form_with_the_old_attached(
    closed: Story,
) -> None:
    world = closed.world
    reply = go_on(world, closed.child("customer-reply"), accepted="no", objection="要求全数换货")
    assert [signature.person for signature in reply.signatures] == ["li_wen", "chen_zhi"]
    settle(world)
    again = go_on(world, closed.child("customer-complaint"), "countersign", order_no="SO-AGAIN-1")
    values = read(world.office, again).values
    assert (values["earlier_no"], values["earlier_sha256"]) == (closed.document.number, closed.document.head)
    assert go_on(world, again).state == "finished"


@pytest.mark.regulation("9(8)a")
def test_a_refusal_while_negotiating_is_a_result_and_goes_on(world: World) -> None:
    case = begin(world, "digest", outcome="refused")
    settle(world)
    assert case.state == "open"
    assert {document.form for document in children(world, case)} == {"investigation-report"}


@pytest.mark.regulation("14b", "14c")
def test_the_review_lists_every_step_with_its_times(closed: Story) -> None:
    review = go_on(closed.world, closed.child("timeliness-review"))
    assert review.state == "finished"
    values = read(closed.world.office, review).values
    rows = values["times"]
    assert isinstance(rows, tuple)
    assert (len(rows), values["late_count"]) == (len(closed.document.signatures), 0)


@pytest.mark.regulation("8(2)", "10(1)a", "10(1)c")
def test_the_month_and_the_clock_are_those_of_the_acceptance(before: Callable[[str], Story]) -> None:
    waiting = before("register")
    world = waiting.world
    world.clock.pass_(days=8)  # 2026-12-02
    case = sign_step(world, waiting.document)
    assert case.number == "261201"
    assert case.case_due_at is not None
    assert world.office.today(case.case_due_at) == dt.date(2026, 12, 17)
    assert str(read(world.office, case).values["due_on"]) == "2026-12-17"


@pytest.mark.regulation("10(1)b")
def test_a_case_abroad_has_twenty_days(world: World) -> None:
    case = begin(world, "qa", customer="Kestrel Instruments Pte. Ltd.", region="abroad")
    assert case.case_due_at is not None
    assert world.office.today(case.case_due_at) == dt.date(2026, 12, 14)


def test_a_complaint_without_a_number_can_be_looked_at_by_whoever_could_open_from_it(world: World) -> None:
    draft = begin(world, until="countersign")
    offered = {form.form: form.reason for form in openable_from(world.office, world.person("li_wen"), draft.id)}
    assert draft.number.startswith("未编号")
    assert "customer-complaint" not in offered
    assert offered.get("customer-reply", "要等").startswith("要等")
