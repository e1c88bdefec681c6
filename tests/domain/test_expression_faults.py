import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.expression import ExpressionFault, Kind, parse_expression
from forms_service.domain.problem import Place, Problem
from tests.domain.test_expression import NAMES, PLACE

OPTIONS = {"evidence": ("signed_form", "invoice_copy")}


def faults(source: str, *, expect: frozenset[Kind] = frozenset()) -> tuple[Problem, ...]:
    names: dict[str, Kind] = {**NAMES, "other.qty": "numbers"}
    with pytest.raises(ExpressionFault) as refusal:
        parse_expression(source, PLACE, names, expect=expect, options=OPTIONS)
    return refusal.value.problems


def found(source: str) -> list[tuple[int, str]]:
    """List each fault's offset in the source and its code."""
    return [(p.where.column - PLACE.column, p.code) for p in faults(source) if isinstance(p.where, Place)]


@pytest.mark.parametrize(
    ("source", "offset", "code"),
    [
        ("", 0, "expression_empty"),
        ("   ", 0, "expression_empty"),
        ("net ** 2", 4, "not_allowed"),
        ("net // 2", 4, "not_allowed"),
        ("net % 2", 4, "not_allowed"),
        ("net << 2", 0, "not_allowed"),
        ("net >> 2", 0, "not_allowed"),
        ("net = 2", 4, "not_allowed"),
        ("net > 1 && qty > 1", 8, "not_allowed"),
        ("net is 2", 4, "not_allowed"),
        ("needs_rd == True", 12, "not_allowed"),
        ("reason == None", 10, "not_allowed"),
        ("lambda + 1", 0, "not_allowed"),
        ("reason == 'x", 10, "not_allowed"),
        ("(net, qty)", 0, "not_allowed"),
        ("[1]", 0, "not_allowed"),
        ("lines[0]", 0, "not_allowed"),
        ("sum(*lines)", 4, "not_allowed"),
        ("lines.amount.sum()", 0, "not_allowed"),
        ("(net).real", 0, "unknown_name"),
        ("(net + 1).real", 1, "not_allowed"),
        ("qty in 5", 7, "not_allowed"),
        ("qty in []", 7, "not_allowed"),
        ("qty in [net]", 8, "not_allowed"),
        ("1 < qty in [2]", 4, "not_allowed"),
        ("net ≥ 5", 4, "bad_character"),
        ("金 + 1", 0, "bad_character"),
        ("net; qty", 3, "bad_character"),
        ("net\u202e", 3, "bad_character"),
        ("reason == 'a\u202eb'", 10, "bad_character"),
        ("reason == 'a\0b'", 10, "bad_character"),
        ("reason == 'a\ud800'", 10, "bad_character"),
        ("007", 0, "bad_number"),
        ("1e5", 0, "bad_number"),
        ("0x10", 0, "bad_number"),
        ("1_000", 0, "bad_number"),
        ("5.", 0, "bad_number"),
        (".5 + net", 0, "bad_number"),
        ("1" * 19, 0, "bad_number"),
        ("'a' 'b'", 4, "missing_sign"),
        ("f'{net}'", 1, "missing_sign"),
        ("(net", 0, "brackets"),
        ("net)", 3, "brackets"),
        ("(net]", 4, "brackets"),
        ("net +", 5, "syntax"),
        ("net + * 2", 6, "syntax"),
        ("nett", 0, "unknown_name"),
        ("'折让' == resaon", 8, "unknown_name"),
        ("lines.amout", 0, "unknown_name"),
        ("net.__class__", 0, "unknown_name"),
        ("smu(lines.amount)", 0, "unknown_function"),
        ("__import__('os')", 0, "unknown_function"),
        ("today()", 0, "unknown_function"),
        ("round()", 0, "wrong_arguments"),
        ("abs(net, 1)", 0, "wrong_arguments"),
        ("round(net, qty)", 11, "wrong_arguments"),
        ("round(net, 11)", 11, "wrong_arguments"),
        ("round(net, 0.5)", 11, "wrong_arguments"),
        ("net > reason", 0, "kinds_differ"),
        ("net == shipped_on", 0, "kinds_differ"),
        ("shipped_on >= '2026-01-01'", 0, "kinds_differ"),
        ("qty in [1, 'a']", 11, "kinds_differ"),
        ("max(net, today)", 0, "kinds_differ"),
        ("net if needs_rd else reason", 0, "kinds_differ"),
        ("reason < 'b'", 0, "wrong_kind"),
        ("lines > 3", 0, "wrong_kind"),
        ("net * net", 0, "wrong_kind"),
        ("qty / net", 0, "wrong_kind"),
        ("reason + 'x'", 0, "wrong_kind"),
        ("today - shipped_on", 0, "wrong_kind"),
        ("-reason", 1, "wrong_kind"),
        ("not net", 4, "wrong_kind"),
        ("needs_rd and net", 13, "wrong_kind"),
        ("sum(lines.item)", 4, "wrong_kind"),
        ("capital(reason)", 8, "wrong_kind"),
        ("sum(net)", 0, "not_a_column"),
        ("all(needs_rd)", 0, "not_a_column"),
        ("max(net, lines.amount)", 0, "not_a_column"),
        ("lines.amount + other.qty", 0, "two_tables"),
        ("all(lines.amount > 0 and other.qty > 0)", 4, "two_tables"),
        ("evidence == 'invoice_cpy'", 12, "unknown_option"),
        ("evidence in ['signed_from']", 13, "unknown_option"),
    ],
)
def test_fault_is_named_at_its_place(source: str, offset: int, code: str) -> None:
    assert (offset, code) in found(source)


def test_every_fault_of_an_expression_is_told_at_once() -> None:
    assert found("nett + lines.amout * smu(resaon) + lines[0]") == [
        (0, "unknown_name"),
        (7, "unknown_name"),
        (21, "unknown_function"),
        (25, "unknown_name"),
        (35, "not_allowed"),
    ]


def test_a_fault_causes_no_second_fault_around_it() -> None:
    assert found("round(nett * 2, 2) > net and qty > 1") == [(6, "unknown_name")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nett", "没有叫 nett 的栏位。您是不是要写 net？"),
        ("smu(lines.amount)", "没有叫 smu 的函数。您是不是要写 sum？"),
        ("evidence == 'invoice_cpy'", "您是不是要写 invoice_copy？"),
        ("net ≥ 5", "「≥」是全角或印刷符号，式子里请写半角的 >=。"),
        ("（net）", "「（」是全角或印刷符号，式子里请写半角的 (。"),
        ("net > reason", "金额不能和文字比较"),
        ("today()", "后面不加括号"),
        ("net * 5%", "例如 5% 写 0.05"),
        ("sum(net)", "请照这样写：sum(lines.amount)。"),
        ("today - shipped_on", "请写 days_between(前, 后)"),
    ],
)
def test_message_says_what_to_write_instead(source: str, said: str) -> None:
    assert said in faults(source)[0].message


def test_check_that_is_no_condition_is_refused() -> None:
    problem = faults("net + 1", expect=frozenset({"boolean"}))[0]
    assert (problem.code, problem.where) == ("not_boolean", PLACE)


def test_condition_on_rows_is_told_to_say_all_or_any() -> None:
    problem = faults("lines.new_price <= lines.old_price", expect=frozenset({"boolean"}))[0]
    assert "all(…) 或 any(…)" in problem.message


def test_text_cannot_give_a_number() -> None:
    assert faults("reason", expect=frozenset({"number", "money"}))[0].code == "wrong_kind"


def test_place_counts_lines_of_a_folded_expression() -> None:
    assert faults("net\n  + resaon")[0].where == Place("demo.yaml", 8, 5)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("(" * 60 + "1" + ")" * 60, "expression_too_deep"),
        ("not " * 240 + "needs_rd", "expression_too_deep"),
        ("-" * 900 + "1", "expression_too_deep"),
        ("1" + " + 1" * 240, "expression_too_deep"),
        ("abs(" * 55 + "1" + ")" * 55, "expression_too_deep"),
        ("x." * 499 + "x", "unknown_name"),
        ("1 + " * 300 + "1", "expression_too_long"),
        ("9" * 900, "bad_number"),
    ],
)
def test_size_of_an_expression_is_bounded(source: str, code: str) -> None:
    assert [problem.code for problem in faults(source)] == [code]


@given(st.text(alphabet=string.printable + "（）金≥\u202e\0\ud800", max_size=60))
def test_any_text_is_an_expression_or_a_fault(source: str) -> None:
    try:
        expression = parse_expression(source, PLACE, NAMES)
    except ExpressionFault as refusal:
        assert refusal.problems  # noqa: PT017 — either end is right, no other is
    else:
        assert expression.source == source


@given(st.lists(st.sampled_from("net qty reason lines lines.amount 1 0.5 'a' ( ) [ ] + - * / < == and or not in if else sum round all , today yes".split(" ")), max_size=14))  # fmt: skip # noqa: E501, SIM905 — one list of words
def test_any_row_of_words_is_an_expression_or_a_fault(words: list[str]) -> None:
    source = " ".join(words)
    try:
        expression = parse_expression(source, PLACE, NAMES)
    except ExpressionFault as refusal:
        assert refusal.problems  # noqa: PT017 — either end is right, no other is
    else:
        assert expression.source == source
