import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.accounting.vouchers import CannotPost, Voucher, check_entries, make_voucher
from forms_service.domain.people import Account
from forms_service.domain.spec import Posting
from forms_service.domain.values import Values
from tests.accounting.samples import TODAY, document, evidence, firm, posting, recalculated, voucher

ACCOUNTS = (Account("a", "4190", "销货折让"), Account("b", "2281", "销项税额"), Account("c", "1156", "应收帐款"))
AMOUNTS = st.decimals("0.01", "9999999999.99", places=2)


def _make(values: Values, rule: Posting | None = None, accounts: tuple[Account, ...] = ()) -> Voucher:
    return make_voucher(
        rule or posting(), values, accounts or firm().accounts, evidence(), number="V1", date=TODAY, currency="CNY"
    )


def test_an_allowance_debits_allowance_and_tax_and_credits_the_receivable() -> None:
    lines = [(line.no, line.account_code, f"{line.debit}", f"{line.credit}") for line in voucher().lines]
    assert lines == [(1, "4190", "933.17", "0.00"), (2, "2281", "46.66", "0.00"), (3, "1156", "0.00", "979.83")]
    assert voucher().total == Decimal("979.83")


def test_a_summary_names_the_document() -> None:
    assert voucher().summary == "销货折让 A2611001 东升电子有限公司"


def test_a_summary_stays_on_one_line() -> None:
    made = _make({**recalculated(), "customer": "东升\r\n=cmd\t有限公司"})
    assert made.summary == "销货折让 A2611001 东升 =cmd 有限公司"


def test_a_zero_tax_makes_no_line() -> None:
    values = {"net": Decimal("10.00"), "tax_amount": Decimal("0.00"), "grand_total": Decimal("10.00")}
    assert [line.account_code for line in _make(values).lines] == ["4190", "1156"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"net": None}, ["amount_missing"]),
        ({"net": "12.00"}, ["amount_missing"]),
        ({"net": Decimal("NaN"), "grand_total": None}, ["amount_missing", "amount_missing"]),
        ({"net": Decimal("-1.00")}, ["amount_negative"]),
        ({"net": Decimal("933.171")}, ["amount_fraction"]),
        ({"net": Decimal("1e40")}, ["amount_too_large"]),
        ({"net": Decimal("933.18")}, ["unbalanced"]),
        ({"net": Decimal(0), "tax_amount": Decimal(0), "grand_total": Decimal(0)}, ["nothing_to_post"]),
    ],
)
def test_odd_amounts_make_no_voucher(changes: Values, codes: list[str]) -> None:
    with pytest.raises(CannotPost) as caught:
        _make({**recalculated(), **changes})
    assert [problem.code for problem in caught.value.problems] == codes


def test_an_account_that_is_missing_doubled_or_without_code_is_told() -> None:
    accounts = firm().accounts
    doubled = (*accounts, accounts[0])
    uncoded = (replace(accounts[0], code=" "), *accounts[1:])
    for wrong in (accounts[1:], doubled, uncoded):
        assert [p.code for p in check_entries(posting(), recalculated(), wrong)] == ["account_unmapped"]


def test_an_unbalanced_voucher_says_both_sums() -> None:
    (problem,) = check_entries(posting(), {**recalculated(), "net": Decimal("933.18")}, firm().accounts)
    assert "借方合计 979.84，贷方合计 979.83" in problem.message


def test_a_voucher_comes_back_from_its_json() -> None:
    assert Voucher.from_json(voucher().to_json()) == voucher()


def test_evidence_without_invoice_comes_back_too() -> None:
    bare = replace(voucher(), evidence=replace(evidence(), invoice_date=None, tax_rate=None, tax_amount=None))
    assert Voucher.from_json(bare.to_json()) == bare


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"lines": [{"debit": "x"}]}'])
def test_another_text_is_no_voucher(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Voucher.from_json(text)


def test_evidence_takes_what_the_books_want_from_the_form() -> None:
    found = evidence()
    assert (found.number, found.opened_on, found.customer_code) == ("A2611001", dt.date(2026, 11, 20), "dongsheng")
    assert (found.complaint_no, found.invoice_no) == ("261103", "QK20463157")
    assert (found.tax_rate, found.tax_amount) == (Decimal("0.05"), Decimal("46.66"))
    assert found.document_id == document().id


@given(AMOUNTS, AMOUNTS)
def test_every_voucher_is_balanced_to_the_cent(net: Decimal, tax: Decimal) -> None:
    rule = Posting((("debit", "a", "net"), ("debit", "b", "tax"), ("credit", "c", "total")), "折让 {no}")
    made = _make({"net": net, "tax": tax, "total": net + tax}, rule, ACCOUNTS)
    assert sum(line.debit for line in made.lines) == sum(line.credit for line in made.lines) == net + tax
    assert all((line.debit > 0) != (line.credit > 0) for line in made.lines)
    assert Voucher.from_json(made.to_json()) == made
