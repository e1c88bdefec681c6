import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.checking import calculate, check_values, defaults
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import print_document, read_document
from tests.domain.small_form import CONTEXT, codes, judge, message, small_form

BILL = """
    net: {label: 金额, type: money, required: yes, min: 0.01}
    tax_rate: {label: 税率, type: percent, default: policy.tax_rate}
    tax_amount: {label: 税额, type: money, calc: net * tax_rate}
    total: {label: 总额, type: money, calc: net + tax_amount}
    in_words: {label: 大写, type: text, calc: capital(total)}
    limit: {label: 核定, type: money}
    signed_on: {label: 签收日, type: date, max: today}
    seen_on: {label: 验收日, type: date, min: signed_on}
    way: {label: 方式, type: choice, options: {mail: 邮寄, self_: 自取}}
    address: {label: 地址, type: text, required: yes, show_when: way == "mail"}
    note: {label: 复核意见, type: text, required: yes}
"""
CHECKS = """
    - rule: net <= limit
      say: 金额 {net} 超过核定 {limit}，税率 {tax_rate}，方式 {way}，今天 {today}。请改小。
    - rule: total < 1000
      say: 总额 {total} 不小，请确认。
      mark: total
      level: warning
    - rule: not (note == "免" and net > 100)
      say: 金额 {net} 不能免。
      mark: note
"""


def bill(rounding: str = "half_up") -> FormSpec:
    return small_form(BILL, CHECKS, later=("note",), rounding=rounding)


def test_required_field_left_blank_is_a_problem() -> None:
    assert codes(bill(), {}) == [("net", "required")]
    assert message(bill(), {"net": "  "}) == "「金额」必须填写，现在是空白。请填写。"


def test_field_of_a_later_step_is_not_required_yet() -> None:
    assert ("note", "required") not in codes(bill(), {"net": "1"})


def test_field_of_a_later_step_may_not_be_filled_now() -> None:
    assert codes(bill(), {"net": "1", "note": "好"}) == [("note", "unowned_field")]


def test_calculated_field_may_not_be_typed() -> None:
    assert codes(bill(), {"net": "1", "total": "5"}) == [("total", "unowned_field")]


def test_unknown_field_is_refused() -> None:
    assert codes(bill(), {"net": "1", "lines.1.x": "5", "x" * 999: "1"})[0][1] == "unowned_field"


def test_blank_text_for_a_strange_field_says_nothing() -> None:
    assert codes(bill(), {"net": "1", "note": " "}) == []


def test_calculated_fields_follow_what_they_read() -> None:
    values, _ = judge(bill(), {"net": "100", "tax_rate": "5"})
    assert (values["tax_amount"], values["total"], values["in_words"]) == (Decimal(5), Decimal(105), "壹佰零伍元整")


@pytest.mark.parametrize(("rounding", "tax"), [("half_up", "0.13"), ("half_even", "0.12")])
def test_calculated_money_is_settled_to_cents_in_the_specs_rounding(rounding: str, tax: str) -> None:
    values, _ = judge(bill(rounding), {"net": "2.50", "tax_rate": "5"})
    assert values["tax_amount"] == Decimal(tax)


def test_calculation_on_a_blank_is_blank() -> None:
    values, _ = judge(bill(), {"net": "100"})
    assert (values["tax_amount"], values["in_words"]) == (None, None)


def test_calculation_without_an_answer_is_a_problem_at_its_field() -> None:
    form = small_form("a: {label: 甲, type: decimal}\nb: {label: 乙, type: decimal, calc: 1 / a}")
    values, problems = judge(form, {"a": "0"})
    assert values["b"] is None
    assert [(p.where, p.code) for p in problems] == [("b", "division_by_zero")]
    assert problems[0].message == "「乙」算不出来：除数是 0，算不出来。请检查作除数的栏位。"


def test_calculated_number_too_large_to_print_is_a_problem() -> None:
    form = small_form("a: {label: 甲, type: money}\nb: {label: 乙, type: money, calc: a * 1000}")
    assert codes(form, {"a": "9999999999999"}) == [("b", "number_too_large")]


def test_negative_total_cannot_be_written_in_words() -> None:
    form = small_form("a: {label: 甲, type: money}\nb: {label: 乙, type: text, calc: capital(a)}")
    assert codes(form, {"a": "-5"}) == [("b", "not_in_words")]


def test_chain_of_calculations_may_stand_in_any_order() -> None:
    form = small_form(
        """
        c: {label: 丙, type: integer, calc: b + 1}
        b: {label: 乙, type: integer, calc: a + 1}
        a: {label: 甲, type: integer}
        """
    )
    assert judge(form, {"a": "1"})[0] == {"c": 3, "b": 2, "a": 1}


@pytest.mark.parametrize(
    ("field", "typed", "code", "said"),
    [
        ("net", "0", "too_small", "「金额」不能小于 0.01，现在是 0.00。请改成 0.01 或更大的数。"),
        (
            "signed_on",
            "2026-11-25",
            "too_late",
            "「签收日」不能晚于 2026-11-24，现在是 2026-11-25。请改成 2026-11-24 或更早的日期。",
        ),
    ],
)
def test_bound_is_told_as_the_field_prints(field: str, typed: str, code: str, said: str) -> None:
    typed_all = {"net": "1", field: typed}
    assert codes(bill(), typed_all) == [(field, code)]
    assert message(bill(), typed_all) == said


def test_bound_may_be_another_field() -> None:
    assert codes(bill(), {"net": "1", "signed_on": "2026-11-20", "seen_on": "2026-11-19"}) == [("seen_on", "too_early")]


def test_blank_bound_bounds_nothing() -> None:
    assert codes(bill(), {"net": "1", "seen_on": "2020-01-01"}) == []


def test_bound_without_an_answer_is_a_problem() -> None:
    form = small_form("a: {label: 甲, type: decimal}\nb: {label: 乙, type: decimal, max: 1 / a}")
    assert codes(form, {"a": "0", "b": "1"}) == [("b", "division_by_zero")]


def test_shown_field_is_required() -> None:
    assert codes(bill(), {"net": "1", "way": "mail"}) == [("address", "required")]


def test_hidden_field_is_not_required_and_must_be_empty() -> None:
    assert codes(bill(), {"net": "1", "way": "self_"}) == []
    assert codes(bill(), {"net": "1", "way": "self_", "address": "某路"}) == [("address", "must_be_empty")]


def test_field_whose_condition_is_not_known_is_hidden() -> None:
    assert codes(bill(), {"net": "1", "address": "某路"}) == [("address", "must_be_empty")]


def test_broken_check_prints_values_as_their_cells_do() -> None:
    said = message(bill(), {"net": "900", "limit": "12.5", "tax_rate": "5", "way": "self_"})
    assert said == "金额 900.00 超过核定 12.50，税率 5%，方式 自取，今天 2026-11-24。请改小。"


def test_check_without_a_mark_stands_at_the_first_field_it_reads() -> None:
    assert codes(bill(), {"net": "5", "limit": "1"}) == [("net", "check")]


def test_blank_in_a_message_is_called_blank() -> None:
    assert "税率 （空白），方式 （空白）" in message(bill(), {"net": "5", "limit": "1"})


def test_check_on_a_blank_is_not_broken() -> None:
    assert codes(bill(), {"net": "5"}) == []


def test_warning_keeps_its_level_and_its_mark() -> None:
    _, problems = judge(bill(), {"net": "1000", "tax_rate": "5"})
    assert [(p.where, p.level, p.message) for p in problems] == [("total", "warning", "总额 1,050.00 不小，请确认。")]


def test_check_says_nothing_of_a_field_that_must_be_mended_anyhow() -> None:
    assert codes(bill(), {"net": "-5", "limit": "-10"}) == [("net", "too_small")]


def test_check_without_an_answer_is_a_problem() -> None:
    form = small_form("a: {label: 甲, type: decimal}", "- {rule: 1 / a > 2, say: 甲太小。}")
    assert codes(form, {"a": "0"}) == [("a", "division_by_zero")]


def test_later_step_is_not_asked_what_it_cannot_mend() -> None:
    form = bill()
    before, _ = judge(form, {"net": "5", "limit": "1"})
    _, problems = check_values(form, form.steps[1], {"note": "好"}, before, CONTEXT)
    assert problems == ()


def test_later_step_is_asked_what_it_can_mend() -> None:
    form = bill()
    _, problems = check_values(form, form.steps[1], {"note": "免"}, {"net": Decimal(101)}, CONTEXT)
    assert [(p.where, p.message) for p in problems] == [("note", "金额 101.00 不能免。")]


def test_later_step_has_its_own_required_fields() -> None:
    form = bill()
    _, problems = check_values(form, form.steps[1], {}, {"net": Decimal(1)}, CONTEXT)
    assert [(p.where, p.code) for p in problems] == [("note", "required")]


def test_values_of_earlier_steps_stand_beside_the_new_ones() -> None:
    form = bill()
    before, _ = judge(form, {"net": "100", "tax_rate": "5"})
    after, _ = check_values(form, form.steps[1], {"note": "好"}, before, CONTEXT)
    assert after == {**before, "note": "好"}


def test_locked_calculation_is_not_done_again_under_a_new_policy() -> None:
    form = small_form(
        """
        net: {label: 金额, type: money}
        tax: {label: 税额, type: money, calc: net * policy.tax_rate}
        note: {label: 意见, type: text}
        """,
        later=("note",),
    )
    before, _ = judge(form, {"net": "100"})
    dearer = replace(CONTEXT, policy={"tax_rate": Decimal("0.06")})
    after, _ = check_values(form, form.steps[1], {"note": "好"}, before, dearer)
    assert (after["tax"], calculate(form, after, dearer)["tax"]) == (Decimal(5), Decimal(6))


def test_problems_stand_in_the_order_of_the_fields() -> None:
    form = bill()
    typed = {"foo": "1", "seen_on": "x", "way": "x", "net": "x", "signed_on": "x", "limit": "x"}
    assert [where for where, _ in codes(form, typed)] == ["net", "limit", "signed_on", "seen_on", "way", "foo"]


def test_default_comes_from_the_policy() -> None:
    assert defaults(bill(), bill().steps[0], CONTEXT) == {"tax_rate": Decimal("0.05")}


def test_default_may_read_what_was_signed_before() -> None:
    form = small_form(
        """
        net: {label: 金额, type: money}
        due: {label: 到期日, type: date, default: today + 30}
        paid: {label: 已付, type: money, default: net}
        """,
        later=("due", "paid"),
    )
    begun = defaults(form, form.steps[1], CONTEXT, {"net": Decimal("12.50")})
    assert begun == {"due": dt.date(2026, 12, 24), "paid": Decimal("12.50")}


@given(st.decimals(0, 10**12, places=2), st.decimals(0, 100, places=4), st.sampled_from(["half_up", "half_even"]))
def test_whole_document_reads_back_from_its_printed_widgets(net: Decimal, rate: Decimal, rounding: str) -> None:
    form = FORMS[rounding]
    values, _ = judge(form, {"net": f"{net:f}", "tax_rate": f"{rate:f}", "way": "mail", "address": "某路 1 号"})
    printed = print_document(form, values, frozenset(field.id for field in form.fields))
    assert read_document(form, printed) == values


FORMS = {rounding: bill(rounding) for rounding in ("half_up", "half_even")}
