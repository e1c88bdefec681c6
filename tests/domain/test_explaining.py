import re
from dataclasses import replace
from functools import cache

import pytest

from forms_service.domain import given
from forms_service.domain.course import OpensEvery
from forms_service.domain.explaining import explain
from forms_service.domain.explaining_openings import REPORT_WORDS
from forms_service.domain.expression import Kind, parse_expression
from forms_service.domain.functions import FUNCTIONS
from forms_service.domain.given import PARENT_NAMES
from forms_service.domain.problem import Place
from forms_service.domain.reports import REPORT_NAMES
from forms_service.domain.wording import COMMON, STATES, field_words, say
from forms_service.store.shelf import lint_folder, outline_folder
from tests.domain.full_text import claim, neighbours
from tests.domain.spec_text import NOTE, SHELF, demo_firm, note, read

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
    assert say(parse_expression(source, HERE, NAMES), field_words(note().fields)) == EXAMPLES[source]


def test_every_function_of_the_language_can_be_said() -> None:
    for function in FUNCTIONS.values():
        assert say(parse_expression(function.example, HERE, EXAMPLE_NAMES), field_words(()))


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


@cache
def told() -> tuple[str, ...]:
    return tuple(explain(claim(), demo_firm(), neighbours()).splitlines())


def sentence(start: str) -> str:
    return next(line for line in told() if line.startswith(start))


def test_every_name_that_a_parent_is_known_by_can_be_said() -> None:
    assert set(COMMON) == set(PARENT_NAMES)
    assert set(STATES) == set(given.STATES)


def test_what_a_form_opens_from_is_said_with_the_parents_labels() -> None:
    assert "由《客诉案》开出（以下称原单），条件是原单的状态是「已结案」，并且原单的「核定赔款」大于 0。" in told()
    assert "同一张原单最多有 2 张本单在办或已结案。" in told()
    assert "「客户」取自原单的「客户名称」，不能改填。" in told()
    assert "「客诉编号」取自原单的编号，不能改填。" in told()


def test_a_number_that_comes_later_is_said_with_its_step() -> None:
    assert sentence("编号：").endswith("到「受理」签章时才编。")
    assert "签章时编号" in sentence("2. 受理")


def test_what_follows_is_said_with_its_moment_its_condition_and_whether_a_person_decides() -> None:
    assert "- 全部签完、各联封存后，如果「索赔金额」大于 100，自动开立《付款单》。" in told()
    assert "- 「责任单位」签章后，自动开立《走访单》。" in told()
    assert "- 全部签完、各联封存后，如果「客户接受」是「否」，自动开立《客诉案》，挂在原单之下。" in told()
    assert "- 全部签完、各联封存后，如果「索赔金额」大于 10，可以由人开立《洽办单》。" in told()


def test_each_member_of_a_group_is_said_with_how_the_group_decides() -> None:
    member = sentence("6. 会签（会同单位）")

    assert "由「会同单位」所填部门的任何一人办理" in member
    assert "会签 3 方之一，各方先后不拘、各签一格，都签了才往下，没有填就不走" in member
    assert "不得是签过「会签」的同一个人" in sentence("7. 原单开立人")
    assert "说明原因后退回「会签」" in sentence("7. 原单开立人")


def test_consulting_paper_and_times_by_policy_are_said() -> None:
    assert "可以加签，请同事写意见" in sentence("2. 受理")
    assert "或印出签章后扫描回传" in sentence("9. 客户签收")
    assert sentence("3. 责任单位").endswith("限 3 天内办完（期限表的 plant_days）。")


def test_times_reminders_and_what_counts_together_are_said() -> None:
    assert sentence("整张单据的期限").startswith("整张单据的期限从「受理」签章起算，天数：如果「区域」是「国内」就是")
    assert "提醒承办人：到期前 1 个工作日、到期当天、逾期后每隔 2 个工作日。" in told()
    assert "某一步逾期的那个工作日，自动拟好《催办单》，仍未办的每隔 2 个工作日再开一张。" in told()
    assert "逾期时一并告知总经理。" in told()
    assert "防止拆单：30 天内「客户」、「订单编号」相同的其他单据「索赔金额」合计，与本单一并看限额。" in told()


def test_early_copies_and_receipts_are_said() -> None:
    assert "- 第一联 业务部存（白）存业务部，「核决」签完就先封存。" in told()
    assert sentence("- 第二联").endswith("收到后要登记传票号码、作账日期，限 3 个工作日内办完。")


def test_a_form_opened_every_month_says_so() -> None:
    every = OpensEvery("complaint_statistics", 10, HERE)

    words = explain(replace(note(), opens_every=every), demo_firm())

    assert "每月 1 日由系统为上个月自动开立，内容取自「上月结案的投诉统计」，当月 10 日前要办完。" in words


def test_the_claim_is_explained_without_a_word_of_yaml() -> None:
    ids = {field.id for field in claim().fields} | {step.id for step in claim().steps}

    assert ids & set(re.findall(r"[a-z_]+", "\n".join(told()))) == set()


def test_every_report_has_words() -> None:
    assert set(REPORT_NAMES) == set(REPORT_WORDS)


def test_a_parent_of_any_form_is_said_with_the_titles_of_those_that_are_meant() -> None:
    line = "opens_from: {form: any, as: source, optional: yes, when: \"source.form in ['case', 'visit']\"}\nfields:\n"
    spec, problems = read(NOTE.replace("fields:\n  customer", f"{line}  customer"))
    assert spec is not None, problems

    words = explain(spec, demo_firm(), neighbours())

    assert (
        "由任何一张单据开出（以下称原单），条件是原单的表单是「客诉案」、「走访单」之一；没有原单也可以开立。" in words
    )


def test_every_form_on_the_shelf_can_be_explained() -> None:
    others = outline_folder(SHELF)

    for spec in lint_folder(SHELF, demo_firm(), {})[0]:
        assert explain(spec, demo_firm(), others).startswith(f"《{spec.title.zh_hans}》")
