"""What follows from a complaint: allowance, return, answer, report, review and notice, clause by clause."""

from decimal import Decimal

import pytest

from forms_service.domain.evaluating import evaluate
from tests.forms.desk import shelf
from tests.forms.stages import fill_to

COPY = {
    "proof": "invoice_copy",
    "buyer_stamped": "yes",
    "proof_scan": f"发票.pdf SHA-256 {'0' * 64}",
    "back_qty": "100",
    "back_price": "86.50",
    "back_amount": "8650.00",
    "kept_qty": "1900",
    "kept_price": "86.50",
    "kept_amount": "164350.00",
}
SCAN = f"盖章.pdf SHA-256 {'1' * 64}"


@pytest.mark.parametrize("form", ["sales-allowance", "goods-return"])
def test_the_usual_way_is_refused_nowhere(form: str) -> None:
    last = [step.id for step in shelf()[form].steps][-1]
    assert fill_to(form, last).said() == []


def test_an_allowance_is_no_more_than_was_decided() -> None:
    assert fill_to("sales-allowance", "prepare", lines__1__qty="1200.001").faulty() == {"lines"}


@pytest.mark.regulation("13(2)⑤a")
def test_an_allowance_states_old_price_allowance_and_what_is_received() -> None:
    row = fill_to("sales-allowance", "prepare").row("lines")
    assert [row[name] for name in ("allowance_price", "amount", "received")] == [
        Decimal("7.50"),
        Decimal("9000.00"),
        Decimal("94800.00"),
    ]


def test_compensation_is_no_taxed_allowance() -> None:
    values = fill_to("sales-allowance", "prepare").values
    assert values["tax_amount"] == Decimal("450.00")
    assert fill_to("sales-allowance", "prepare", compensation="0.01").faulty() == {"compensation"}


@pytest.mark.regulation("13(2)⑤b", "13(2)⑤c")
@pytest.mark.parametrize(
    ("evidence", "scan", "stopped"),
    [
        ("e_consent", "", set[str]()),
        ("e_consent", SCAN, {"evidence"}),
        ("signed_form", SCAN, set[str]()),
        ("signed_form", "", {"evidence"}),
        ("invoice_copy", "", {"invoice_copy"}),
    ],
)
def test_the_proof_of_an_allowance_is_what_the_customer_gave(evidence: str, scan: str, stopped: set[str]) -> None:
    filled = fill_to("sales-allowance", "proof", evidence=evidence, signed_scan=scan)
    assert filled.faulty() == stopped


@pytest.mark.regulation("13(2)⑤c")
def test_an_allowance_is_proven_in_three_ways() -> None:
    assert len(shelf()["sales-allowance"].field("evidence").options) == 3


@pytest.mark.regulation("13(1)①b")
def test_an_allowance_has_two_copies() -> None:
    assert [copy.to.name for copy in shelf()["sales-allowance"].copies] == ["sales", "accounting"]


@pytest.mark.regulation("13(1)①c", "13(1)②c")
@pytest.mark.parametrize("form", ["sales-allowance", "goods-return"])
def test_both_managers_always_sign_in_this_order(form: str) -> None:
    steps = [step for step in shelf()[form].steps if step.who.name in ("deputy_gm", "gm")]
    assert [(step.who.name, step.when) for step in steps] == [("deputy_gm", None), ("gm", None)]


@pytest.mark.regulation("13(1)②b")
@pytest.mark.parametrize("name", ["reason", "treatment", "complaint_no"])
def test_a_return_states_reason_treatment_and_basis(name: str) -> None:
    assert name in fill_to("goods-return", "prepare", **{name: ""}).faulty()


def test_a_return_is_for_what_was_decided() -> None:
    assert fill_to("goods-return", "prepare", treatment="rework").values["approved_qty"] == 40
    assert fill_to("goods-return", "prepare", treatment="exchange").faulty() == {"treatment"}


@pytest.mark.regulation("6d", "6e")
def test_returned_goods_are_inspected_then_received() -> None:
    spec = shelf()["goods-return"]
    assert spec.step_index("inspect") < spec.step_index("warehouse")
    assert [(s.who.name, s.id) for s in spec.steps if "received_qty" in s.fills] == [("warehouse_keeper", "warehouse")]


@pytest.mark.regulation("13(2)②a", "13(2)②b")
def test_a_count_that_differs_is_signed_only_by_instruction() -> None:
    differing = {"received_qty": "101", "scrap_qty": "101"}
    assert fill_to("goods-return", "warehouse", **differing).faulty() == {"instruction_no", "difference_note"}
    told = {"instruction_no": "总经理室 1204 请示", "difference_note": "客户多退一片"}
    assert fill_to("goods-return", "warehouse", **differing, **told).said() == []


@pytest.mark.regulation("13(2)①b", "13(2)①c", "13(2)①d")
@pytest.mark.parametrize(
    ("received", "ratio", "excess"),
    [("105", "", False), ("105.001", "", True), ("102", "2%", False), ("102.001", "2%", True), ("1", "", False)],
)
def test_the_orders_own_ratio_goes_before_the_firms(received: str, ratio: str, excess: bool) -> None:
    told = {"instruction_no": "请示 7", "difference_note": "数量不同"}
    filled = fill_to("goods-return", "warehouse", received_qty=received, scrap_qty=received, order_ratio=ratio, **told)
    assert filled.values["excess"] is excess
    assert filled.values["ratio_from"] == ("客户订制时注明" if ratio else "依公司规定")


@pytest.mark.regulation("13(2)④a")
def test_exactly_one_of_three_proofs_is_chosen_after_the_goods_were_received() -> None:
    spec = shelf()["goods-return"]
    assert len(spec.field("proof").options) == 3
    assert spec.step_index("proof") > spec.step_index("warehouse")
    assert fill_to("goods-return", "proof", proof="").faulty() == {"proof"}


@pytest.mark.regulation("13(2)④b")
def test_an_invoice_taken_back_bears_the_buyers_stamp() -> None:
    original = {"proof": "invoice", "proof_scan": SCAN}
    assert fill_to("goods-return", "proof", **original, buyer_stamped="yes").said() == []
    assert fill_to("goods-return", "proof", **original, buyer_stamped="no").faulty() == {"buyer_stamped"}
    assert fill_to("goods-return", "proof", proof="invoice", buyer_stamped="yes").faulty() == {"proof_scan"}


@pytest.mark.regulation("13(2)④c")
@pytest.mark.parametrize("name", ["back_qty", "back_price", "back_amount", "kept_qty", "kept_price", "kept_amount"])
def test_an_invoice_copy_states_six_numbers(name: str) -> None:
    assert fill_to("goods-return", "proof", **COPY).said() == []
    assert name in fill_to("goods-return", "proof", **{**COPY, name: ""}).faulty()


@pytest.mark.regulation("13(2)④c")
def test_what_an_invoice_copy_leaves_is_the_old_less_the_returned() -> None:
    assert "kept_qty" in fill_to("goods-return", "proof", **{**COPY, "kept_qty": "1899"}).faulty()
    assert "kept_amount" in fill_to("goods-return", "proof", **{**COPY, "kept_amount": "164350.01"}).faulty()


@pytest.mark.regulation("13(1)②d", "13(1)②e", "13(2)②c")
def test_the_copies_of_a_return_are_cut_when_their_keepers_need_them() -> None:
    copies = shelf()["goods-return"].copies
    assert [(copy.no, copy.to.name, copy.after) for copy in copies] == [
        (1, "sales", "gm"),
        (2, "warehouse", "warehouse"),
        (3, "accounting", ""),
        (4, "sales", "warehouse"),
    ]


@pytest.mark.regulation("13(2)①a")
@pytest.mark.parametrize(("received", "net"), [("1", "86.50"), ("100", "8650.00")])
def test_what_came_back_is_booked_down_to_one_piece(received: str, net: str) -> None:
    told = {"instruction_no": "请示 7", "difference_note": "其余由客户自行报废"}
    told = told if received != "100" else {}
    filled = fill_to("goods-return", "account", received_qty=received, scrap_qty=received, **told)
    assert filled.values["net"] == Decimal(net)


def test_what_is_reworked_or_exchanged_needs_no_proof_and_books_nothing() -> None:
    spec = shelf()["goods-return"]
    values = fill_to("goods-return", "warehouse", treatment="rework", received_qty="40", scrap_qty="40").values
    asked = [step.id for step in spec.steps if step.when is not None and evaluate(step.when, values) is True]
    assert (asked, values["net"]) == ([], 0)
    assert spec.posting is not None
    assert spec.posting.when is not None
    assert evaluate(spec.posting.when, values) is False


@pytest.mark.regulation("9(10)b")
def test_an_answer_goes_by_letter_or_telephone() -> None:
    options = shelf()["customer-reply"].field("channel").options
    assert [option.label.zh_hans for option in options] == ["书信", "电话"]


@pytest.mark.regulation("9(10)b")
@pytest.mark.parametrize("name", ["channel", "answered_on", "contact", "words", "accepted"])
def test_an_answer_says_how_when_to_whom_and_what(name: str) -> None:
    copied = {"earlier_outcome": "准予折让"}
    assert fill_to("customer-reply", "answer", **copied).said() == []
    assert name in fill_to("customer-reply", "answer", **copied, **{name: ""}).faulty()


@pytest.mark.regulation("9(2)b")
def test_a_report_goes_up_to_the_general_manager() -> None:
    assert [step.who.kind for step in shelf()["investigation-report"].steps] == ["person_field", "role"]
    assert shelf()["investigation-report"].steps[-1].who.name == "gm"


@pytest.mark.regulation("14b")
def test_a_review_counts_the_late_steps() -> None:
    times = {
        "case_due_on": "2026-12-09",
        "closed_on": "2026-12-11",
        "times__1__step": "质量管理部调查",
        "times__1__began_on": "2026-11-24",
        "times__1__late_days": "2",
        "times__2__step": "核决",
        "times__2__began_on": "2026-12-01",
        "times__2__late_days": "0",
    }
    values = fill_to("timeliness-review", "review", **times).values
    assert (values["late_count"], values["case_late_days"]) == (1, 2)


@pytest.mark.regulation("9(13)a")
def test_what_does_not_stand_is_collected_by_the_invoices_own_day() -> None:
    within = shelf()["receivable-notice"].step("collect").within
    assert within is not None
    assert within.until is not None
    assert within.until.source == "payment_due_on"


@pytest.mark.regulation("9(13)b")
def test_a_dispute_goes_up_as_a_memorial() -> None:
    (follow,) = shelf()["receivable-notice"].follow_on
    assert (follow.form, follow.offered) == ("memorial", False)
