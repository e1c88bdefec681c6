"""§13(1)②, §13(2)②④: returned goods, from what the form must say to the proof that the buyer gives."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from forms_service.workflow.chasing import chase_pending
from tests.cases import child, next_turn, sign_step
from tests.regulation.office import CLOSED, REFUSED, Moment
from tests.world import copy_of

SCAN = f"发票.png SHA-256 {'0' * 64}"
COPY = {
    "proof": "invoice_copy",
    "buyer_stamped": "yes",
    "proof_scan": SCAN,
    "back_qty": "100",
    "back_price": "86.50",
    "back_amount": "8650.00",
    "kept_qty": "1900",
    "kept_price": "86.50",
    "kept_amount": "164350.00",
}


@pytest.fixture(scope="module")
def goods(way: Mapping[str, Moment], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Moment]:
    """The return of the case as it stood before each of its steps up to accounting's. Tests look at it only."""
    folder, moments = tmp_path_factory.mktemp("goods"), {}
    world = way[CLOSED].taken(folder / "office").world
    document = child(world, way[CLOSED].case, "goods-return")
    while (turn := next_turn(world, document)) is not None and turn.step.id != "account":
        moments[turn.step.id] = Moment(copy_of(world, folder / turn.step.id), document)
        document = sign_step(world, document)
    return moments


@pytest.mark.regulation("13(1)②a", "13(1)②b")
def test_sales_hands_in_no_return_without_reason_and_treatment(goods: Mapping[str, Moment]) -> None:
    assert goods["prepare"].turn.claim.role == "person:li_wen"
    assert goods["prepare"].gaps("reason", "treatment") >= {"reason", "treatment"}


@pytest.mark.regulation("13(1)②b")
def test_the_basis_of_a_return_is_its_case_whatever_is_typed(
    goods: Mapping[str, Moment], way: Mapping[str, Moment], tmp_path: Path
) -> None:
    moment = goods["prepare"].taken(tmp_path / "office")
    signed = Moment(moment.world, sign_step(moment.world, moment.case, complaint_no="261199"))
    assert signed.reading.values["complaint_no"] == way[CLOSED].case.number


@pytest.mark.regulation("13(1)②c", "13(1)②e")
def test_the_warehouse_receives_nothing_before_both_managers_approved(goods: Mapping[str, Moment]) -> None:
    assert (goods["deputy_gm"].turn.claim.role, goods["gm"].turn.claim.role) == ("deputy_gm", "gm")
    for step in ("deputy_gm", "gm"):
        with pytest.raises(REFUSED):
            goods[step].try_to_sign("zheng_tao", "warehouse")
    signed = [signature.step for signature in goods["warehouse"].case.signatures]
    assert signed[:3] == ["prepare", "deputy_gm", "gm"]


@pytest.mark.regulation("13(1)②f", "13(1)②d")
def test_goods_that_do_not_come_by_the_planned_day_are_pressed_for_at_sales(
    goods: Mapping[str, Moment], tmp_path: Path
) -> None:
    moment = goods["inspect"].taken(tmp_path / "office")
    assert moment.due == "2026-12-18 23:59"
    moment.world.clock.at = dt.datetime(2026, 12, 21, 2, 0, tzinfo=dt.UTC)
    chase_pending(moment.world.office)
    assert any(moment.case.number in words and "逾期" in words for words in moment.words_to("li_wen"))
    assert child(moment.world, moment.case, "reminder-slip").state == "open"


@pytest.mark.regulation("13(2)②a")
def test_the_warehouse_itself_counts_and_signs_for_the_count(goods: Mapping[str, Moment]) -> None:
    assert goods["warehouse"].gaps("received_qty") >= {"received_qty"}
    counted = goods["proof"]
    signed = counted.case.signed("warehouse")
    assert signed is not None
    assert counted.world.person(signed.person).department == "warehouse"
    assert str(counted.reading.values["received_qty"]) == "100"


@pytest.mark.regulation("13(2)②b")
@pytest.mark.parametrize("qty", ["99", "101"])
def test_another_count_is_signed_only_on_instruction(goods: Mapping[str, Moment], qty: str) -> None:
    assert goods["warehouse"].faults(received_qty=qty) == {"instruction_no", "difference_note"}
    assert goods["warehouse"].faults(received_qty=qty, instruction_no="请示 7") == {"difference_note"}


@pytest.mark.regulation("13(2)②b")
def test_on_instruction_the_warehouse_signs_for_what_there_is(goods: Mapping[str, Moment], tmp_path: Path) -> None:
    moment = goods["warehouse"].taken(tmp_path / "office")
    told = {"instruction_no": "总经理室 1204 请示", "difference_note": "客户少退一片"}
    signed = Moment(moment.world, sign_step(moment.world, moment.case, received_qty="99", **told))
    assert [str(signed.reading.values[name]) for name in ("approved_qty", "received_qty")] == ["100", "99"]


@pytest.mark.regulation("13(2)④a")
def test_no_proof_is_chosen_before_the_warehouse_signed(goods: Mapping[str, Moment]) -> None:
    with pytest.raises(REFUSED):
        goods["warehouse"].try_to_sign("li_wen", "proof", proof="certificate")


@pytest.mark.regulation("13(2)④a")
@pytest.mark.parametrize("proof", ["", "invoice,certificate", "none"])
def test_one_proof_of_the_three_is_chosen(goods: Mapping[str, Moment], proof: str) -> None:
    assert "proof" in goods["proof"].faults(proof=proof)


@pytest.mark.regulation("13(2)④b")
def test_an_invoice_proves_nothing_without_the_buyers_stamp_and_its_scan(goods: Mapping[str, Moment]) -> None:
    invoice = {"proof": "invoice", "buyer_stamped": "yes", "proof_scan": SCAN}
    assert goods["proof"].faults(**{**invoice, "buyer_stamped": "no"}) == {"buyer_stamped"}
    assert goods["proof"].faults(**{**invoice, "proof_scan": ""}) == {"proof_scan"}


@pytest.mark.regulation("13(2)④c")
def test_an_invoice_copy_names_what_came_back_and_what_is_kept(goods: Mapping[str, Moment], tmp_path: Path) -> None:
    numbers = {"back_qty", "back_price", "back_amount", "kept_qty", "kept_price", "kept_amount"}
    moment = goods["proof"]
    assert moment.faults(**{**COPY, **dict.fromkeys(numbers, "")}) >= numbers
    assert "kept_qty" in moment.faults(**{**COPY, "kept_qty": "1901"})
    assert "kept_amount" in moment.faults(**{**COPY, "kept_amount": "164350.01"})
    taken = moment.taken(tmp_path / "office")
    assert sign_step(taken.world, taken.case, **COPY).step == "account"
