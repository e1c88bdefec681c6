import datetime as dt
import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.evaluating import Column, EvaluationError, Known, Rounding, broken_rows, evaluate
from forms_service.domain.expression import Expression, Kind, parse_expression
from forms_service.domain.functions import FUNCTIONS
from forms_service.domain.problem import Place
from forms_service.domain.values import Attachment, Single, TableRow, Value

NAMES: dict[str, Kind] = {
    "net": "money",
    "rate": "number",
    "zero": "number",
    "blank": "number",
    "truth": "boolean",
    "unsaid": "boolean",
    "word": "text",
    "shipped_on": "date",
    "proof": "text",
    "lines": "rows",
    "lines.amount": "numbers",
    "lines.limit": "numbers",
    "lines.ok": "booleans",
    "none": "rows",
    "none.x": "numbers",
    "none.ok": "booleans",
    "policy.tax_rate": "number",
}
ROWS: tuple[TableRow, ...] = (
    {"amount": Decimal(5), "limit": Decimal(4), "ok": True},
    {"amount": None, "limit": Decimal(1), "ok": None},
    {"amount": Decimal("2.50"), "limit": Decimal(9), "ok": False},
)
SCOPE: dict[str, Value | Column] = {
    "net": Decimal("100.05"),
    "rate": 3,
    "zero": Decimal(0),
    "truth": True,
    "word": "甲乙",
    "shipped_on": dt.date(2026, 11, 1),
    "proof": Attachment("a.pdf", "0" * 64),
    "lines": ROWS,
    "none": (),
    "policy.tax_rate": Decimal("0.05"),
    "today": dt.date(2026, 11, 24),
}


def read(source: str) -> Expression:
    return parse_expression(source, Place("t.yaml", 1, 1), NAMES)


def value(source: str, scope: Known | None = None, rounding: Rounding = "half_up") -> Single | Column:
    return evaluate(read(source), SCOPE if scope is None else scope, rounding=rounding)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("net * policy.tax_rate", Decimal("5.0025")),
        ("-net + 1", Decimal("-99.05")),
        ("net - rate * 2", Decimal("94.05")),
        ("1 + 2 * 3 - 4 / 2", Decimal(5)),
        ("round(net * policy.tax_rate, 2)", Decimal("5.00")),
        ("round(2.5)", Decimal(3)),
        ("abs(-net)", Decimal("100.05")),
        ("min(net, 5, rate)", Decimal(3)),
        ("max(net, 5)", Decimal("100.05")),
        ("0 < rate <= 3", True),
        ("0 < rate < 3", False),
        ("rate in [1, 3]", True),
        ("rate in [-3]", False),
        ("word not in ['甲']", True),
        ("word == '甲乙'", True),
        ("truth == yes", True),
        ("not truth", False),
        ("'大' if net > 100 else '小'", "大"),
        ("today + 30", dt.date(2026, 12, 24)),
        ("shipped_on < today - 22", True),
        ("days_between(shipped_on, today)", Decimal(23)),
        ("len(lines)", Decimal(3)),
        ("len(none)", Decimal(0)),
        ("len(word)", Decimal(2)),
        ("filled(proof)", True),
        ("capital(net)", "壹佰元零伍分"),
    ],
)
def test_expression_gives(source: str, expected: Single) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("lines.amount * 2", (Decimal(10), None, Decimal("5.00"))),
        ("lines.amount <= lines.limit", (False, None, True)),
        ("round(lines.amount / 3, 2)", (Decimal("1.67"), None, Decimal("0.83"))),
        ("lines.amount / sum(lines.amount) > 0.5", (True, None, False)),
        ("filled(lines.amount)", (True, False, True)),
        ("0 if lines.amount == 5 else 1 / (lines.amount - 5)", (Decimal(0), None, Decimal("-0.4"))),
        ("none.x + 1", ()),
    ],
)
def test_column_is_computed_row_by_row(source: str, expected: Column) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum(lines.amount)", Decimal("7.50")),
        ("min(lines.amount)", Decimal("2.50")),
        ("max(lines.amount)", Decimal(5)),
        ("len(lines.amount)", Decimal(2)),
        ("len(lines.amount * 2)", Decimal(2)),
        ("all(lines.ok)", False),
        ("any(lines.ok)", True),
        ("all(lines.amount > 0)", True),
        ("sum(none.x)", Decimal(0)),
        ("min(none.x)", None),
        ("max(none.x)", None),
        ("all(none.ok)", True),
        ("any(none.ok)", False),
    ],
)
def test_fold_skips_blank_cells(source: str, expected: Single) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "blank",
        "-blank",
        "blank + 1",
        "1 - blank",
        "round(blank, 2)",
        "abs(blank)",
        "min(blank, 1)",
        "blank == 0",
        "blank in [1]",
        "0 < blank < 5",
        "0 < rate < blank",
        "not unsaid",
        "unsaid and yes",
        "unsaid or no",
        "1 if unsaid else 2",
        "capital(blank)",
        "days_between(shipped_on, shipped_on + blank)",
    ],
)
def test_blank_makes_the_answer_blank(source: str) -> None:
    assert value(source) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("unsaid and no", False),
        ("no and unsaid", False),
        ("unsaid or yes", True),
        ("5 < rate < blank", False),
        ("filled(blank)", False),
        ("not filled(word)", False),
    ],
)
def test_known_part_decides_beside_a_blank(source: str, expected: Single) -> None:
    assert value(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 / zero if zero != 0 else 0", Decimal(0)),
        ("zero != 0 and 1 / zero > 2", False),
        ("zero == 0 or 1 / zero > 2", True),
    ],
)
def test_what_is_not_asked_is_not_computed(source: str, expected: Single) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("1 / zero", "division_by_zero"),
        ("zero / zero", "division_by_zero"),
        ("sum(lines.amount / zero)", "division_by_zero"),
        ("today + 99999999", "date_out_of_range"),
        ("today + 0.5", "date_out_of_range"),
        ("capital(-net)", "not_in_words"),
        ("capital(net / 7)", "not_in_words"),
        ("*".join(["999999999999999999"] * 6), "number_too_large"),
    ],
)
def test_expression_without_an_answer_says_why(source: str, code: str) -> None:
    with pytest.raises(EvaluationError) as refusal:
        value(source)
    assert refusal.value.code == code


@pytest.mark.parametrize(("rounding", "expected"), [("half_up", Decimal("2.35")), ("half_even", Decimal("2.34"))])
def test_rounding_is_the_specs(rounding: Rounding, expected: Decimal) -> None:
    assert value("round(2.345, 2)", rounding=rounding) == expected


def test_largest_amount_times_quantity_is_exact() -> None:
    scope = {"net": Decimal("9999999999999.99"), "rate": Decimal("123456.789")}
    assert value("net * rate", scope) == Decimal("1234567889999998765.43211")


def test_minus_zero_is_never_a_rounded_answer() -> None:
    assert str(value("round(-0.001, 2)")) == "0.00"


def test_decimal_settings_of_the_thread_do_not_matter() -> None:
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
        assert value("net * 1000.01") == Decimal("100051.0005")


def test_today_is_never_the_clocks() -> None:
    with pytest.raises(RuntimeError, match="today"):
        value("today", {})


def test_column_may_be_given_by_its_whole_name() -> None:
    assert value("sum(lines.amount)", {"lines.amount": (Decimal(1), Decimal(2))}) == Decimal(3)


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("all(lines.amount <= lines.limit)", [0]),
        ("not any(lines.limit > 3)", [0, 2]),
        ("net > 0 and all(lines.amount > 3) and all(lines.ok)", [2]),
        ("all(lines.amount > 0)", []),
        ("sum(lines.amount) > 100", []),
        ("any(lines.amount > 100)", []),
    ],
)
def test_rule_over_rows_names_those_that_break_it(source: str, rows: list[int]) -> None:
    assert broken_rows(read(source), SCOPE) == tuple(("lines", row) for row in rows)


def test_every_function_computes_what_its_rule_promises() -> None:
    five = Decimal(5)
    row = {"qty": five, "amount": five}
    scope = {**SCOPE, "net": five, "tax_rate": five, "grand_total": five, "reason": "a", "lines": (row,)}
    names: dict[str, Kind] = {
        "net": "number", "tax_rate": "number", "grand_total": "money", "reason": "text", "shipped_on": "date",
        "lines": "rows", "lines.amount": "numbers", "lines.qty": "numbers",
    }  # fmt: skip
    types = {"number": Decimal, "money": Decimal, "text": str, "date": dt.date, "boolean": bool}
    for function in FUNCTIONS.values():
        expression = parse_expression(function.example, Place("t.yaml", 1, 1), names)
        assert isinstance(evaluate(expression, scope), types[expression.kind])


@given(st.decimals(-(10**12), 10**12, places=2), st.decimals(0, 10**5, places=3))
def test_product_then_sum_agrees_with_whole_numbers(amount: Decimal, quantity: Decimal) -> None:
    exact = int(amount * 100) * int(quantity * 1000)
    assert value("net * rate + net * rate", {"net": amount, "rate": quantity}) == Decimal(2 * exact).scaleb(-5)
