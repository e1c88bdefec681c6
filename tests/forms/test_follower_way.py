"""What follows from a complaint, taken through the office: allowance, return, certificate, notice and their books."""

from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, ProblemsFound
from forms_service.signing.verify import verify
from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.opening import open_document
from forms_service.workflow.posting import look_at, post
from forms_service.workflow.reading import read
from tests.cases import (
    RETURNED,
    UNFOUNDED,
    child,
    children,
    customer_accepts,
    customer_refuses,
    go_on,
    next_turn,
    settle,
    sign_step,
)
from tests.paper import PNG, take_in
from tests.stories import Story, allowance_at_the_customer, closed_case, sealed_allowance
from tests.world import World

ORIGINAL = {"proof": "invoice", "buyer_stamped": "yes", "proof_scan": f"发票.png SHA-256 {'0' * 64}"}


@pytest.fixture
def case(tmp_path: Path) -> Story:
    """A case decided for an allowance, in an office of its own."""
    return closed_case().taken(tmp_path / "office")


@pytest.fixture
def goods(tmp_path: Path) -> Story:
    """A case decided for a return, in an office of its own."""
    return closed_case(**RETURNED).taken(tmp_path / "office")


@pytest.fixture
def asked(tmp_path: Path) -> Story:
    """An allowance of which the customer is next, in an office of its own."""
    return allowance_at_the_customer().taken(tmp_path / "office")


@pytest.fixture
def sealed(tmp_path: Path) -> Story:
    """An allowance whose copies are sealed, in an office of its own."""
    return sealed_allowance().taken(tmp_path / "office")


@pytest.mark.regulation("13(1)①c", "13(1)①d", "13(1)①e")
def test_an_allowance_goes_to_both_managers_then_to_the_customer_then_to_its_keepers(asked: Story) -> None:
    world, waiting = asked.world, asked.document
    assert [signature.person for signature in waiting.signatures] == ["li_wen", "lin_guo", "wang_jian"]
    assert waiting.step == "customer"
    done = go_on(world, customer_accepts(world, waiting))
    assert done.state == "finished"
    settle(world)
    keepers = {d: _copies(world, d, done) for d in ("sales", "accounting")}
    assert keepers == {"sales": [1], "accounting": [2]}


def _copies(world: World, department: str, document: Document) -> list[int]:
    return [e.copy_no for e in world.office.archive.entries(department) if e.document_id == document.id]


@pytest.mark.regulation("13(1)①d")
def test_no_link_is_sent_before_the_general_manager_signed(case: Story) -> None:
    world = case.world
    waiting = go_on(world, case.child("sales-allowance"), "gm")
    assert invite_pending(world.office) == 0
    sign_step(world, waiting)
    assert invite_pending(world.office) == 1


def test_a_customer_may_refuse_an_allowance(asked: Story) -> None:
    assert customer_refuses(asked.world, asked.document, "数量不对").state == "refused"


@pytest.mark.regulation("13(2)⑤b")
def test_stamped_paper_proves_an_allowance_and_is_no_signature_of_the_customer(asked: Story) -> None:
    world = asked.world
    stamped = take_in(world, asked.document, "li_wen", PNG)
    with pytest.raises(ProblemsFound, match="不是电子签章同意"):
        sign_step(world, stamped)
    assert sign_step(world, stamped, evidence="signed_form").state == "finished"


@pytest.mark.regulation("13(2)⑤d", "9(7)e")
def test_an_allowance_is_booked_from_its_verified_copy_beside_the_complaints(sealed: Story) -> None:
    voucher = post(sealed.world.office, sealed.world.person("he_mei"), sealed.document.id)
    assert [(line.account_code, line.debit, line.credit) for line in voucher.lines] == [
        ("4190", Decimal("9000.00"), Decimal("0.00")),
        ("2281", Decimal("450.00"), Decimal("0.00")),
        ("1156", Decimal("0.00"), Decimal("9450.00")),
    ]


@pytest.mark.regulation("13(1)①a")
def test_compensation_is_booked_as_a_loss_and_reduces_no_tax(tmp_path: Path) -> None:
    case = closed_case(allowance_amount="", compensation_amount="9000.00").taken(tmp_path / "office")
    world, paid = case.world, case.child("sales-allowance")
    lines = {f"lines__1__{name}": "" for name in ("item", "qty", "old_price", "new_price")}
    done = go_on(world, customer_accepts(world, go_on(world, paid, compensation="9000.00", **lines)))
    settle(world)
    warned = [p.message for p in look_at(world.office, done.id).problems if p.level == "warning"]
    assert any("不是税法上的折让" in message for message in warned)
    voucher = post(world.office, world.person("he_mei"), done.id)
    assert [line.account_code for line in voucher.lines] == ["7590", "2209"]


@pytest.mark.regulation("13(1)②c", "13(1)②d", "13(1)②e", "13(2)②c")
def test_the_first_copy_of_a_return_is_cut_when_both_managers_signed_and_the_others_when_the_goods_came(
    goods: Story,
) -> None:
    world = goods.world
    waiting = go_on(world, goods.child("goods-return"), "gm")
    settle(world)
    keepers = ("sales", "warehouse", "accounting")
    assert [_copies(world, keeper, waiting) for keeper in keepers] == [[], [], []]
    approved = sign_step(world, waiting)
    settle(world)
    assert [_copies(world, keeper, approved) for keeper in keepers] == [[1], [], []]
    received = go_on(world, approved, "proof")
    settle(world)
    assert [_copies(world, keeper, received) for keeper in keepers] == [[1, 4], [2], []]
    go_on(world, received, proof="certificate")
    settle(world)
    assert [_copies(world, keeper, received) for keeper in keepers] == [[1, 4], [2], [3]]


@pytest.mark.regulation("13(2)④d", "13(2)④e", "13(2)a", "13(2)b")
def test_a_return_is_booked_with_the_certificate_that_the_buyer_signed(goods: Story) -> None:
    world = goods.world
    returned = go_on(world, goods.child("goods-return"))
    settle(world)
    said = [problem.message for problem in look_at(world.office, returned.id).problems if problem.level == "error"]
    assert any("销货退回证明单" in message for message in said)
    paper = go_on(world, child(world, returned, "return-certificate"))
    values = read(world.office, paper).values
    six = ("back_qty", "back_price", "net", "kept_qty", "kept_price", "kept_amount")
    assert [str(values[name]) for name in six] == ["100", "86.50", "8650.00", "1900", "86.50", "164350.00"]
    assert customer_accepts(world, paper).state == "finished"
    settle(world)
    voucher = post(world.office, world.person("he_mei"), returned.id)
    assert [(line.account_code, line.debit or line.credit) for line in voucher.lines] == [
        ("4170", Decimal("8650.00")),
        ("2281", Decimal("432.50")),
        ("1221", Decimal("5200.00")),
        ("1156", Decimal("9082.50")),
        ("5111", Decimal("5200.00")),
    ]


@pytest.mark.regulation("13(2)①b")
def test_more_than_the_tolerance_is_booked_only_with_an_approved_memorial(goods: Story) -> None:
    world = goods.world
    told = {"received_qty": "105.001", "scrap_qty": "105.001", "instruction_no": "请示 9", "difference_note": "多退"}
    done = go_on(world, goods.child("goods-return"), **told, **ORIGINAL)
    settle(world)
    with pytest.raises(ProblemsFound, match="签呈"):
        post(world.office, world.person("he_mei"), done.id)
    memorial = open_document(world.office, world.person("zhao_min"), "memorial", parent=done.id)
    assert go_on(world, memorial, kind="over_tolerance").state == "finished"
    settle(world)
    assert post(world.office, world.person("he_mei"), done.id).evidence.qty == Decimal("105.001")


@pytest.mark.regulation("13(1)②a")
def test_a_rework_is_not_accountings_to_book(tmp_path: Path) -> None:
    case = closed_case(allowance_amount="", rework_qty="40").taken(tmp_path / "office")
    world = case.world
    done = go_on(
        world, case.child("goods-return"), treatment="rework", received_qty="40", scrap_qty="0", usable_qty="40"
    )
    settle(world)
    with pytest.raises(NotFound, match="没有要入的账"):
        look_at(world.office, done.id)


@pytest.mark.regulation("9(13)a", "9(13)b")
def test_a_disputed_receivable_goes_up_as_a_memorial(tmp_path: Path) -> None:
    case = closed_case(**UNFOUNDED).taken(tmp_path / "office")
    world = case.world
    notified = go_on(world, case.child("receivable-notice"), "collect")
    turn = next_turn(world, notified)
    assert turn is not None
    assert [person.id for person in turn.claim.people] == ["li_wen"]
    assert notified.due_at is not None
    assert world.office.today(notified.due_at).isoformat() == "2026-12-28"
    disputed = {"result": "disputed", "collected_on": "", "amount_collected": "", "dispute": "客户要求先换货再付款"}
    done = go_on(world, notified, **disputed)
    settle(world)
    assert [document.form for document in children(world, done)] == ["memorial"]


@pytest.mark.regulation("7(4)①c", "7(2)②")
def test_the_plant_signs_its_measures_as_done_and_quality_management_checks_them(case: Story) -> None:
    world, waiting = case.world, case.child("measure-check")
    assert waiting.due_at is not None
    assert world.office.today(waiting.due_at).isoformat() == "2026-12-20"
    done = go_on(world, waiting)
    assert [(s.step, s.person) for s in done.signatures] == [("check", "wu_gang"), ("verify", "sun_yue")]


@pytest.mark.parametrize("department", ["sales", "accounting"])
def test_every_copy_of_an_allowance_is_accepted_offline(department: str) -> None:
    world = sealed_allowance().world
    (entry,) = (e for e in world.office.archive.entries(department) if e.document_id == sealed_allowance().document.id)
    copy = world.office.archive.read_copy(department, entry.month, entry.file_name)
    assert verify(copy, world.office.trust, None, world.office.now(), world.office.fonts).verdict == "accepted"
