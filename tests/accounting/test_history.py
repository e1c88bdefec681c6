"""What is in the books already speaks against booking it again, or more than the invoice was written for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from forms_service.accounting.checks import check_posting
from forms_service.accounting.evidence import Evidence
from forms_service.accounting.history import check_case
from forms_service.accounting.vouchers import Voucher
from tests.accounting.samples import evidence, firm, request, voucher


def _codes(**changes: object) -> list[str]:
    return [problem.code for problem in check_posting(request(**changes))]


def _booked(**changes: object) -> Voucher:
    return replace(voucher(), evidence=replace(evidence(), document_id="doc-b", number="A2611002", **changes))  # type: ignore[arg-type]  # a sample


def _of(**changes: object) -> Evidence:
    return replace(evidence(), **changes)  # type: ignore[arg-type]  # a sample


def test_the_same_amount_of_the_same_case_and_invoice_is_booked_once() -> None:
    assert _codes(earlier=(_booked(),)) == ["booked_twice"]


@pytest.mark.parametrize(
    "changes", [{"complaint_no": "261104"}, {"net": Decimal("1.00")}, {"invoice_no": "QK20463158"}]
)
def test_another_case_amount_or_invoice_is_not_the_same(changes: dict[str, object]) -> None:
    assert _codes(earlier=(_booked(**changes),)) == []


@pytest.mark.parametrize(("limit", "codes"), [("1033.17", []), ("1033.16", ["invoice_overdrawn"])])
def test_an_invoice_gives_back_no_more_than_it_was_written_for(limit: str, codes: list[str]) -> None:
    found = _of(invoice_amount=Decimal(limit))
    assert found.net == Decimal("933.17")
    assert _codes(evidence=found, earlier=(_booked(net=Decimal("100.00")),)) == codes


def test_more_pieces_than_the_invoice_has_do_not_come_back() -> None:
    found = _of(qty=Decimal(60), invoice_qty=Decimal(100))
    assert _codes(evidence=found, earlier=(_booked(qty=Decimal(41), net=Decimal("1.00")),)) == ["invoice_overdrawn"]


@pytest.mark.regulation("13(2)①b")
@pytest.mark.parametrize(("found", "codes"), [("45", []), ("45.001", ["case_overdrawn"])])
def test_several_returns_of_a_case_stay_together_within_what_was_approved(found: str, codes: list[str]) -> None:
    booked = _booked(qty=Decimal(60), net=Decimal("1.00"), invoice_no="QK20463158")
    returned = _of(qty=Decimal(found))
    assert [problem.code for problem in check_case(returned, (booked,), Decimal(105))] == codes
    assert not list(check_case(returned, (), Decimal(1)))


def test_limits_that_nobody_confirmed_book_nothing() -> None:
    assert _codes(unconfirmed=("客户投诉金额核决权限",)) == ["limits_unconfirmed"]


def test_another_buyer_than_the_customer_is_refused() -> None:
    assert _codes(evidence=_of(customer_tax_id="53071926"), buyer=firm().parties[0]) == ["buyer_differs"]
