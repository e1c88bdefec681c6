import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.checking import Context, check_values
from forms_service.domain.patterns import code_fault, pattern_fault
from forms_service.domain.values import Attachment, Single, print_value, read_value
from tests.domain.small_form import FIRM, TODAY, codes, judge, message, small_form

SHA = "0123456789abcdef" * 4
FORM = small_form(
    """
    words: {label: 品名, type: text, max_length: 30}
    story: {label: 说明, type: longtext}
    count: {label: 件数, type: integer}
    weight: {label: 重量, type: decimal, places: 3}
    ratio: {label: 比值, type: decimal}
    price: {label: 单价, type: money}
    rate: {label: 税率, type: percent}
    day: {label: 日期, type: date}
    agreed: {label: 同意, type: yesno}
    way: {label: 方式, type: choice, options: {a_mail: 邮寄, b_self: 自取}}
    customer: {label: 客户, type: party}
    unit: {label: 部门, type: department}
    who: {label: 经手人, type: person}
    proof: {label: 凭证, type: attachment, accept: [pdf, jpg]}
    tax_id: {label: 税号, type: text, pattern: tax_id}
    batch: {label: 批号, type: text, pattern: "[A-Z]{2}[0-9]{4,6}"}
    """
)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("words", "  板材 A  ", "板材 A"),
        ("words", " ", None),
        ("story", "一\r\n二\r三\n", "一\n二\n三"),
        ("count", "1,200", 1200),
        ("count", "12.0", 12),
        ("weight", "0.125", Decimal("0.125")),
        ("weight", "１２．５", Decimal("12.5")),
        ("weight", "-3", Decimal(-3)),
        ("price", "12,000.50", Decimal("12000.50")),
        ("price", "１２，０００", Decimal(12000)),
        ("price", "9999999999999.99", Decimal("9999999999999.99")),
        ("price", "-0", Decimal(0)),
        ("rate", "5", Decimal("0.05")),
        ("rate", "5%", Decimal("0.05")),
        ("rate", "５．５％", Decimal("0.055")),
        ("day", "2026-11-24", TODAY),
        ("day", "2026/1/5", dt.date(2026, 1, 5)),
        ("day", "２０２６／１１／２４", TODAY),
        ("agreed", "yes", True),
        ("agreed", "否", False),
        ("way", "a_mail", "a_mail"),
        ("customer", "dongsheng", "东升电子有限公司"),
        ("customer", "东升电子有限公司", "东升电子有限公司"),
        ("unit", "qa", "质量管理部"),
        ("who", "lin", "林小芳"),
        ("proof", f"扫描 1.PDF SHA-256 {SHA}", Attachment("扫描 1.PDF", SHA)),
        ("proof", f"a.jpeg SHA-256 {SHA}", Attachment("a.jpeg", SHA)),
        ("tax_id", "２３５４７１８５", "23547185"),
        ("batch", "QK20463", "QK20463"),
    ],
)
def test_answer_is_read_as_it_was_meant(field: str, typed: str, value: Single) -> None:
    values, problems = judge(FORM, {field: typed})
    assert (values[field], problems) == (value, ())


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("words", "长" * 300, "max_length"),
        ("words", "一\n二", "odd_character"),
        ("words", "a\tb", "odd_character"),
        ("words", "a\u202eb", "odd_character"),
        ("words", "a\u2066b", "odd_character"),
        ("words", "a\u200bb", "odd_character"),
        ("words", "\ufeff", "odd_character"),
        ("words", "a\u00adb", "odd_character"),
        ("words", "a\u3164b", "odd_character"),
        ("words", "a\ufe0fb", "odd_character"),
        ("words", "a\x00b", "odd_character"),
        ("words", "a\ue000b", "odd_character"),
        ("words", "a\ud800b", "odd_character"),
        ("story", "一\u2028二", "odd_character"),
        ("story", "长" * 2001, "max_length"),
        ("count", "1.5", "too_many_places"),
        ("weight", "0.1234", "too_many_places"),
        ("weight", "十二", "not_a_number"),
        ("weight", "10²", "not_a_number"),
        ("weight", "①", "not_a_number"),
        ("weight", "٣", "not_a_number"),
        ("weight", "1e3", "not_a_number"),
        ("weight", "NaN", "not_a_number"),
        ("weight", "+5", "not_a_number"),
        ("weight", "1,2", "not_a_number"),
        ("weight", "1 000", "not_a_number"),
        ("weight", "9" * 10_000, "not_a_number"),
        ("ratio", "0.1234567", "too_many_places"),
        ("price", "1.005", "too_many_places"),
        ("price", "￥100", "not_a_number"),
        ("price", "5%", "not_a_number"),
        ("price", "10000000000000", "too_large"),
        ("rate", "0.12345", "too_many_places"),
        ("day", "2026-02-30", "not_a_date"),
        ("day", "115/11/24", "not_a_date"),
        ("day", "24.11.2026", "not_a_date"),
        ("day", "0026-11-24", "not_a_date"),
        ("day", "2026-11/24", "not_a_date"),
        ("agreed", "maybe", "unknown_option"),
        ("way", "邮寄", "unknown_option"),
        ("customer", "东升电子", "not_listed"),
        ("unit", "sale", "not_listed"),
        ("who", "王伟", "same_name"),
        ("proof", "a.pdf", "not_a_file"),
        ("proof", f"../a.pdf SHA-256 {SHA}", "not_a_file"),
        ("proof", f"a.exe SHA-256 {SHA}", "wrong_file_type"),
        ("proof", f"pdf SHA-256 {SHA}", "wrong_file_type"),
        ("proof", f"a\u202efdp.pdf SHA-256 {SHA}", "odd_character"),
        ("tax_id", "23547186", "check_digit"),
        ("tax_id", "2354718", "pattern"),
        ("batch", "qk20463", "pattern"),
        ("batch", "QK" + "1" * 10_000, "max_length"),
    ],
)
def test_odd_answer_is_a_problem(field: str, typed: str, code: str) -> None:
    assert codes(FORM, {field: typed}) == [(field, code)]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("words", "长" * 300, "「品名」最多 30 个字，现在有 300 个字。请删减 270 个字。"),
        ("words", "a\u202eb", "「品名」里有不能签进单据的字符：U+202E（改变文字方向的符号）。"),
        ("price", "abc", "「单价」应填金额，如 12,000.00，现在是「abc」。请只填数字。"),
        ("price", "1.005", "「单价」最多 2 位小数，现在是「1.005」。请改成这个精度。"),
        ("rate", "0.12345", "「税率」最多 4 位小数，现在是「0.12345」。请改成这个精度。"),
        ("count", "1.5", "「件数」应填整数，现在是「1.5」。请改成这个精度。"),
        ("day", "115/11/24", "年份写四位，现在是「115/11/24」。请照此改写。"),
        ("way", "x", "「方式」填的「x」不是这一栏的选项。请从这些里选：邮寄、自取。"),
        ("customer", "东升电子", "填的「东升电子」不在往来单位名册里。是不是「东升电子有限公司」？"),
        ("tax_id", "23547186", "「税号」填的「23547186」检查码不符，很可能有一位填错。请对照证件重填。"),
    ],
)
def test_message_says_what_was_found_and_what_to_do(field: str, typed: str, said: str) -> None:
    assert said in message(FORM, {field: typed})


def test_message_never_repeats_an_unseen_character() -> None:
    assert "\u202e" not in message(FORM, {"weight": "1\u202e2"})


@pytest.mark.parametrize("code", ["23547185", "04595257", "10458574", "10458575", "91350100M000100Y43"])
def test_tax_id_with_its_check_digit_is_right(code: str) -> None:
    assert code_fault("tax_id", code) is None


@pytest.mark.parametrize("code", ["23547186", "04595253", "91350100M000100Y44", "19350100M000100Y43"])
def test_tax_id_with_a_slip_is_caught(code: str) -> None:
    fault = code_fault("tax_id", code)
    assert fault is not None
    assert fault[0] == "check_digit"


@pytest.mark.parametrize("code", ["91350100M000100I43", "9135010", "91350100m000100y43", "１２３４５６７８"])
def test_tax_id_of_another_shape_is_a_pattern_problem(code: str) -> None:
    fault = code_fault("tax_id", code)
    assert fault is not None
    assert fault[0] == "pattern"


@pytest.mark.parametrize("pattern", ["[A-Z]{2}[0-9]{8}", r"\d{3}-\d+", "(AB|CD)?[0-9]*", "[^-]+-[0-9]{1,4}", "tax_id"])
def test_plain_pattern_is_allowed(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|a)*",
        "((a{1,9}))*",
        "a?" * 30,
        "a*a*a*a*",
        "(?=a)a",
        r"(a)\1",
        "(?P<x>a)",
        "[a",
        "(a",
        "a**",
        "[a&&b]",
        "a" * 201,
    ],
)
def test_pattern_that_could_keep_the_server_busy_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern) is not None


PRINTABLE = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
TYPED = {
    "words": st.text(PRINTABLE, max_size=30),
    "story": st.text(PRINTABLE | st.just("\n"), max_size=60),
    "count": st.integers(-(10**13), 10**13).map("{:,}".format),
    "weight": st.decimals(-(10**12), 10**12, places=3).map("{:f}".format),
    "ratio": st.decimals(-(10**12), 10**12, places=6).map("{:f}".format),
    "price": st.decimals(-(10**12), 10**13, places=2).map("{:,}".format),
    "rate": st.decimals(-1000, 1000, places=4).map("{:f}%".format),
    "day": st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).map(str),
    "agreed": st.sampled_from(["yes", "no"]),
    "way": st.sampled_from(["a_mail", "b_self"]),
    "customer": st.just("dongsheng"),
    "proof": st.text(PRINTABLE, min_size=1, max_size=20).map(lambda name: f"{name}.pdf SHA-256 {SHA}"),
}


@given(st.fixed_dictionaries({}, optional=TYPED))
def test_value_that_passes_reads_back_from_its_printed_text(typed: dict[str, str]) -> None:
    values, problems = check_values(FORM, FORM.steps[0], typed, {}, Context(TODAY, {}, FIRM))
    faulty = {problem.where for problem in problems}
    for field in FORM.fields:
        value = values[field.id]
        assert not isinstance(value, tuple)
        if field.id not in faulty:
            assert read_value(field, print_value(field, value)) == value


@given(st.dictionaries(st.sampled_from([*TYPED, "tax_id", "batch", "who"]), st.text(max_size=40)))
def test_any_text_is_an_answer_or_a_problem(typed: dict[str, str]) -> None:
    values, problems = judge(FORM, typed)
    faulty = {problem.where for problem in problems}
    assert all(values[key] is None for key in faulty if isinstance(key, str))
    assert all(values[key] is not None or not text.strip() for key, text in typed.items() if key not in faulty)
