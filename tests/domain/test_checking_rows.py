from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import print_document, read_document
from tests.domain.small_form import codes, judge, message, small_form

TABLE = """
    lines:
      label: 明细
      type: table
      rows: 1..4
      columns:
        item: {label: 品名, type: text, required: yes}
        qty: {label: 数量, type: decimal, places: 3, min: 0.001, max: stock}
        old: {label: 原价, type: money}
        new: {label: 实价, type: money}
        amount: {label: 金额, type: money, calc: "round((old - new) * qty, 2)"}
        share: {label: 占比, type: percent, calc: amount / total}
    stock: {label: 库存, type: integer}
    total: {label: 合计, type: money, calc: sum(lines.amount)}
"""
CHECKS = """
    - rule: all(lines.new <= lines.old)
      say: 实价 {lines.new} 不得高于原价 {lines.old}。请改小。
      mark: lines.new
    - rule: not any(lines.qty == 7) and len(lines) < 4
      say: 数量 {lines.qty} 要再看
    - rule: total <= 1000
      say: 合计 {total} 太多（{lines.amount}）。
      mark: lines.amount
"""


def table() -> FormSpec:
    return small_form(TABLE, CHECKS)


def row(number: int, item: str = "板", qty: str = "1", old: str = "10", new: str = "8") -> dict[str, str]:
    cells = {"item": item, "qty": qty, "old": old, "new": new}
    return {f"lines.{number}.{column}": text for column, text in cells.items()}


def test_rows_are_read_and_calculated() -> None:
    values, problems = judge(table(), {**row(1, qty="2"), **row(2, new="4")})
    assert problems == ()
    assert values["total"] == Decimal(10)
    assert isinstance(values["lines"], tuple)
    assert [(line["amount"], line["share"]) for line in values["lines"]] == [
        (Decimal(4), Decimal("0.4")),
        (Decimal(6), Decimal("0.6")),
    ]


def test_blank_rows_between_are_closed_up() -> None:
    values, problems = judge(table(), {**row(2, item="甲"), **row(4, item="乙"), "lines.1.item": " "})
    assert problems == ()
    assert isinstance(values["lines"], tuple)
    assert [line["item"] for line in values["lines"]] == ["甲", "乙"]


def test_problem_names_the_row_as_it_was_typed() -> None:
    typed = {**row(1), **row(4, new="11")}
    assert codes(table(), typed) == [("lines.4.new", "check")]
    assert message(table(), typed) == "实价 11.00 不得高于原价 10.00（第 4 行）。请改小。"


def test_check_over_rows_names_each_row_that_breaks_it() -> None:
    typed = {**row(1, new="11"), **row(2), **row(3, new="12")}
    assert codes(table(), typed) == [("lines.1.new", "check"), ("lines.3.new", "check")]


def test_check_without_mark_or_full_stop_still_names_row_and_cell() -> None:
    typed = row(2, qty="7")
    assert codes(table(), typed) == [("lines.2.qty", "check")]
    assert message(table(), typed) == "数量 7 要再看（第 2 行）"


def test_check_over_the_whole_table_stands_at_the_table() -> None:
    typed = {**row(1, old="900"), **row(2, old="800")}
    assert codes(table(), typed) == [("lines", "check")]
    assert message(table(), typed) == "合计 1,684.00 太多（892.00、792.00）。"


def test_row_with_anything_in_it_needs_its_required_cells() -> None:
    assert codes(table(), {**row(1), "lines.3.qty": "1"}) == [("lines.3.item", "required")]
    assert "「明细」第 3 行「品名」必须填写" in message(table(), {**row(1), "lines.3.qty": "1"})


def test_cell_that_cannot_be_read_is_told_once() -> None:
    assert codes(table(), row(1, item="\u200b", qty="x")) == [
        ("lines.1.item", "odd_character"),
        ("lines.1.qty", "not_a_number"),
    ]


def test_too_few_rows_are_a_problem() -> None:
    assert codes(table(), {}) == [("lines", "too_few_rows")]
    assert message(table(), {}) == "「明细」至少要填 1 行，现在一行也没有填。请补填。"


def test_row_beyond_the_printed_ones_is_a_problem() -> None:
    assert codes(table(), {**row(1), "lines.5.qty": "1"}) == [("lines.5.qty", "too_many_rows")]
    assert message(table(), {**row(1), "lines.5.qty": "1"}).startswith("「明细」只印 4 行，第 5 行印不下。")


def test_calculated_or_unknown_column_may_not_be_typed() -> None:
    typed = {**row(1), "lines.1.amount": "5", "lines.1.colour": "红", "lines.01.qty": "1", "lines": "x"}
    assert codes(table(), typed) == [
        ("lines", "unowned_field"),
        ("lines.1.colour", "unowned_field"),
        ("lines.1.amount", "unowned_field"),
        ("lines.01.qty", "unowned_field"),
    ]


def test_bound_of_a_column_may_read_the_form() -> None:
    assert codes(table(), {**row(2, qty="5"), "stock": "4"}) == [("lines.2.qty", "too_large")]


def test_column_without_an_answer_names_its_row() -> None:
    typed = {**row(2, old="8"), **row(3, old="8")}
    assert codes(table(), typed) == [("lines.2.share", "division_by_zero"), ("lines.3.share", "division_by_zero")]


def test_hidden_table_must_be_empty_and_needs_no_rows() -> None:
    form = small_form(
        """
        more: {label: 有明细, type: yesno}
        lines:
          label: 明细
          type: table
          rows: 1..2
          show_when: more
          columns:
            item: {label: 品名, type: text}
        """
    )
    assert codes(form, {"more": "no"}) == []
    assert codes(form, {"lines.1.item": "a"}) == [("lines", "must_be_empty")]
    assert codes(form, {"more": "yes"}) == [("lines", "too_few_rows")]


FORM = table()
NUMBERS = ("1", "2.5", "12,000.50", "0")
CELLS = {"item": ("板", "1"), "qty": ("1", "2.5", "0.001"), "old": NUMBERS, "new": NUMBERS}


@given(st.fixed_dictionaries({}, optional={
    f"lines.{number}.{column}": st.sampled_from(typed) for number in range(1, 5) for column, typed in CELLS.items()
}))  # fmt: skip
def test_rows_read_back_from_their_printed_widgets(typed: dict[str, str]) -> None:
    values, _ = judge(FORM, typed)
    printed = print_document(FORM, values, frozenset({"lines", "stock", "total"}))
    assert read_document(FORM, printed) == values
