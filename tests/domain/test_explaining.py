from dataclasses import replace

import pytest

from forms_service.domain.explaining import explain
from forms_service.domain.expression import Kind, parse_expression
from forms_service.domain.functions import FUNCTIONS
from forms_service.domain.problem import Place
from forms_service.domain.wording import say
from tests.domain.spec_text import SHELF, demo_firm, note, read

HERE = Place("f", 1, 1)
NAMES: dict[str, Kind] = {
    "total": "money",
    "tax": "money",
    "urgent": "boolean",
    "kind": "text",
    "parts.qty": "numbers",
    "received_on": "date",
    "policy.tax_rate": "number",
}
EXAMPLE_NAMES: dict[str, Kind] = {
    "lines": "rows",
    "lines.amount": "numbers",
    "lines.qty": "numbers",
    "net": "money",
    "tax_rate": "number",
    "reason": "text",
    "shipped_on": "date",
    "grand_total": "money",
}
EXAMPLES = {
    "total > 5000": "「合计」大于 5000",
    "not urgent": "不是（「急件」）",
    "kind == 'swap'": "「类别」是「换件」",
    "kind not in ['swap', 'repair']": "「类别」不是「换件」、「修理」中任何一个",
    "urgent and total >= 1": "「急件」，并且「合计」不小于 1",
    "(total - tax) * 2": "（「合计」减「税额」）乘2",
    "-total": "负「合计」",
    "1 if urgent else 2": "如果「急件」就是1，否则是2",
    "all(parts.qty > 0)": "每一行「数量」大于 0",
    "min(total, tax)": "「合计」、「税额」中最小的",
    "days_between(received_on, today)": "「收件日」到当天的天数",
    "policy.tax_rate": "政策中的 tax_rate",
}


def explained() -> list[str]:
    return explain(note(), demo_firm()).splitlines()


@pytest.mark.parametrize("source", EXAMPLES)
def test_an_expression_is_said_with_the_labels_of_its_fields(source: str) -> None:
    assert say(parse_expression(source, HERE, NAMES), note().fields) == EXAMPLES[source]


def test_every_function_of_the_language_can_be_said() -> None:
    for function in FUNCTIONS.values():
        assert say(parse_expression(function.example, HERE, EXAMPLE_NAMES), ())


def test_every_step_says_who_acts_what_is_filled_and_what_may_happen() -> None:
    steps = {line.split("：")[0]: line for line in explained() if line[:2] in {"1.", "2.", "3.", "4.", "5."}}

    assert steps["2. 责任部门"] == (
        "2. 责任部门：由「责任部门」所填部门的任何一人办理；以「部门」签章；"
        "可以同意、说明原因后退回「开立」；限 2 个工作日内办完。"
    )
    assert steps["3. 研发"].startswith("3. 研发：只在「急件」时才走这一步；由研发部经理（高远）或研发部任何一人办理；")
    assert "不超过 5,000由业务部经理，不超过 50,000由副总经理，再高由总经理" in steps["4. 核决"]
    assert "数字尚未经公司确认" in steps["4. 核决"]
    assert steps["5. 客户签收"].endswith("在一次性链接上签；可以接受、拒绝（单据就此结束）；限 10 天内办完。")


def test_every_check_says_its_rule_and_whether_it_stops() -> None:
    assert "- 「合计」不大于 5000；否则不能签，提示：合计「合计」超过五千。" in explained()
    assert "- 已填「机号」；否则只提醒，仍可签，提示：没有机号，请确认。" in explained()


def test_calculations_copies_and_the_voucher_are_told() -> None:
    lines = explained()

    assert "- 零件每行的小计：「单价」乘「数量」。" in lines
    assert "- 第二联 总经理室存（蓝）存总经理室承办。" in lines
    assert "- 借 2281 销项税额：税额" in lines
    assert "摘要：修理「编号」「客户」" in lines


def test_a_form_without_posting_says_so() -> None:
    assert "这张单据不入账。" in explain(replace(note(), posting=None), demo_firm())


def test_the_allowance_form_is_explained_without_a_word_of_yaml() -> None:
    spec, _ = read((SHELF.parent / "tests" / "specs" / "sales_allowance.yaml").read_text(encoding="utf-8"))
    assert spec is not None

    words = explain(spec, demo_firm())

    assert [field.id for field in spec.fields if field.id in words] == []
