import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import cast

import pytest

from forms_service.accounting.checks import check_posting
from forms_service.domain.values import TableRow, Values
from tests.accounting.samples import TODAY, allowance, evidence, firm, recalculated, request

DAY = dt.timedelta(days=1)


def _codes(**changes: object) -> list[str]:
    return [problem.code for problem in check_posting(request(**changes))]


def test_a_document_in_order_may_be_posted() -> None:
    assert _codes() == []


@pytest.mark.parametrize("verdict", ["refused", "review", "", "Accepted"])
def test_only_an_accepted_verdict_posts(verdict: str) -> None:
    assert _codes(verdict=verdict) == ["not_accepted"]


def test_a_posted_document_is_not_posted_again() -> None:
    (problem,) = check_posting(request(posted_as="V2611001"))
    assert problem.code == "already_posted"
    assert "V2611001" in problem.message


@pytest.mark.parametrize("number", ["A２611001", "=A1", "", "A" * 17])
def test_a_number_that_is_none_is_not_posted(number: str) -> None:
    assert _codes(evidence=replace(evidence(), number=number)) == ["bad_number"]


@pytest.mark.parametrize(
    ("field", "printed"),
    [("net", "933.18"), ("tax_amount", "46.65"), ("grand_total", "979.84")],
)
def test_a_figure_that_does_not_follow_is_named(field: str, printed: str) -> None:
    problems = check_posting(request(values={**recalculated(), field: Decimal(printed)}))
    assert (field, "figure_differs") in {(problem.where, problem.code) for problem in problems}


def test_words_that_do_not_follow_are_named() -> None:
    values = {**recalculated(), "in_words": "壹仟元整"}
    assert [p.where for p in check_posting(request(values=values))] == ["in_words"]


def test_a_cell_of_a_table_that_does_not_follow_is_named_by_row() -> None:
    rows = cast("tuple[TableRow, ...]", recalculated()["lines"])
    changed: Values = {**recalculated(), "lines": (rows[0], {**rows[1], "amount": Decimal("33.18")})}
    (problem,) = check_posting(request(values=changed))
    assert (problem.where, problem.code) == ("lines.2.amount", "figure_differs")
    assert "33.18" in problem.message
    assert "33.17" in problem.message


def test_a_table_that_lost_a_row_is_named() -> None:
    rows = cast("tuple[TableRow, ...]", recalculated()["lines"])
    assert _codes(values={**recalculated(), "lines": rows[:1]}) == ["figure_differs"]


def test_the_tax_is_worked_out_without_the_forms_formula() -> None:
    wrong: Values = {**recalculated(), "tax_amount": Decimal("93.32"), "grand_total": Decimal("1026.49")}
    assert _codes(values=wrong, recalculated=wrong) == ["tax_differs"]


@pytest.mark.parametrize(("rounding", "tax"), [("half_up", "0.03"), ("half_even", "0.02")])
def test_the_tax_is_rounded_as_the_form_says(rounding: str, tax: str) -> None:
    spec = replace(allowance(), rounding=rounding)  # type: ignore[arg-type]  # both are roundings of the language
    values: Values = {
        **recalculated(),
        "net": Decimal("0.50"),
        "tax_amount": Decimal(tax),
        "grand_total": Decimal("0.50") + Decimal(tax),
    }
    assert _codes(spec=spec, values=values, recalculated=values) == []


def test_a_tax_out_of_all_range_is_refused_not_crashed_on() -> None:
    huge: Values = {**recalculated(), "net": Decimal("1e40"), "tax_rate": Decimal("1e30")}
    assert set(_codes(values=huge, recalculated=huge)) == {"tax_out_of_range", "amount_too_large"}


def test_an_unmapped_account_is_told_before_posting() -> None:
    assert _codes(accounts=firm().accounts[1:]) == ["account_unmapped"]


def test_a_form_without_posting_is_not_posted() -> None:
    assert _codes(spec=replace(allowance(), posting=None)) == ["no_posting"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"date": TODAY + DAY}, "date_ahead"),
        ({"date": dt.date(2026, 11, 19)}, "date_before_document"),
        ({"closed_through": TODAY}, "period_closed"),
        ({"evidence": replace(evidence(), invoice_date=dt.date(2026, 11, 21))}, "invoice_after_document"),
    ],
)
def test_a_day_out_of_order_is_told(changes: dict[str, object], code: str) -> None:
    assert _codes(**changes) == [code]


def test_the_day_after_the_closed_books_is_open() -> None:
    assert _codes(closed_through=TODAY - DAY) == []


def test_all_faults_are_told_at_once() -> None:
    assert _codes(verdict="review", posted_as="V1", accounts=(), date=TODAY + DAY) == [
        "not_accepted",
        "already_posted",
        "account_unmapped",
        "account_unmapped",
        "account_unmapped",
        "date_ahead",
    ]
