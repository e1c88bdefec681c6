from decimal import Decimal

import pytest

from forms_service.domain.expression import Kind, parse_expression
from forms_service.domain.functions import FUNCTIONS
from forms_service.domain.problem import Place
from forms_service.domain.tree import Arithmetic, Call, Constant

PLACE = Place("demo.yaml", 7, 12)
NAMES: dict[str, Kind] = {
    "net": "money",
    "tax_rate": "number",
    "qty": "number",
    "reason": "text",
    "evidence": "text",
    "needs_rd": "boolean",
    "shipped_on": "date",
    "lines": "rows",
    "lines.amount": "numbers",
    "lines.new_price": "numbers",
    "lines.old_price": "numbers",
    "lines.item": "texts",
    "policy.tax_rate": "number",
    "complaint.limit": "money",
}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("net", "money"),
        ("-net + 1", "money"),
        ("net * tax_rate", "money"),
        ("net / complaint.limit", "number"),
        ("round(net * policy.tax_rate, 2)", "money"),
        ("sum(lines.amount)", "number"),
        ("lines.amount * tax_rate", "numbers"),
        ("lines.new_price <= lines.old_price", "booleans"),
        ("all(lines.new_price <= lines.old_price)", "boolean"),
        ("not any(lines.item == 'x')", "boolean"),
        ("0 < qty <= 100", "boolean"),
        ("evidence in ['a', 'b']", "boolean"),
        ("evidence not in ['a', 'b']", "boolean"),
        ("needs_rd == yes and not (net > 5000 or qty == 0)", "boolean"),
        ("net if needs_rd else 0", "money"),
        ("'甲' if needs_rd else '乙'", "text"),
        ("today + 30", "date"),
        ("days_between(shipped_on, today) > 30", "boolean"),
        ("max(net, complaint.limit, 0)", "money"),
        ("min(lines.amount)", "number"),
        ("len(lines) + len(reason) + len(lines.item)", "number"),
        ("abs(lines.amount)", "numbers"),
        ("filled(reason)", "boolean"),
        ("capital(net)", "text"),
        ("  net\n  + 1 ", "money"),
    ],
)
def test_expression_is_typed_when_it_is_read(source: str, kind: Kind) -> None:
    assert parse_expression(source, PLACE, NAMES).kind == kind


def test_roots_are_the_names_before_the_dot() -> None:
    expression = parse_expression("sum(lines.amount) * policy.tax_rate + net", PLACE, NAMES)
    assert expression.roots == {"lines", "policy", "net"}
    assert expression.names == {"lines.amount", "policy.tax_rate", "net"}


def test_number_is_the_decimal_that_was_written() -> None:
    tree = parse_expression("0.1 + 0.10", PLACE, {}).tree
    assert isinstance(tree, Arithmetic)
    assert [str(part.value) for part in (tree.left, tree.right) if isinstance(part, Constant)] == ["0.1", "0.10"]


def test_number_after_chinese_text_is_read_from_its_own_place() -> None:
    tree = parse_expression("'折让' == reason and qty == 12.50", PLACE, NAMES)
    assert "12.50" in repr(tree)


@pytest.mark.parametrize(("word", "truth"), [("yes", True), ("true", True), ("no", False), ("false", False)])
def test_yes_and_no_are_truths(word: str, truth: bool) -> None:
    assert parse_expression(word, PLACE, {}).tree == Constant(truth, 0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_example_of_each_function_calls_it_rightly(name: str) -> None:
    names: dict[str, Kind] = {**NAMES, "lines.qty": "numbers", "grand_total": "money"}
    tree = parse_expression(FUNCTIONS[name].example, PLACE, names).tree
    assert isinstance(tree, Call)
    assert tree.function == name


def test_literal_keeps_eighteen_digits_and_ten_places() -> None:
    tree = parse_expression("999999999999999999.0123456789", PLACE, {}).tree
    assert tree == Constant(Decimal("999999999999999999.0123456789"), 0)
