"""Two versions of a form side by side: what each change means for the documents that there are."""

import pytest

from forms_service.domain.diffing import diff
from forms_service.domain.spec import FormSpec
from tests.domain.full_text import CLAIM, claim, read_beside
from tests.domain.spec_text import NOTE, note, read

FILLS = "customer、liable、kind、urgent、received_on、serial、parts、rate"


def newer(*changes: tuple[str, str]) -> FormSpec:
    """Read the second version of the note."""
    text = NOTE.replace("version: 1", "version: 2")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the note"
        text = text.replace(old, new)
    spec, problems = read(text)
    assert spec is not None, problems
    return spec


def changes_to(spec: FormSpec) -> list[tuple[str, str]]:
    return [(change.sort, change.words) for change in diff(note(), spec)]


CHANGES = [
    ("wording", "表名：修理单 → 修理通知单", [("title: 修理单", "title: 修理通知单")]),
    ("wording", "栏位「机器号」（serial）的名称：机号 → 机器号", [("label: 机号", "label: 机器号")]),
    ("wording", "栏位「类别」（kind）的选项 swap 的字样：换件 → 更换", [("swap: 换件", "swap: 更换")]),
    (
        "wording",
        "检查「filled(serial)」的提示：没有机号，请确认。 → 请填机号。",
        [("没有机号，请确认。", "请填机号。")],
    ),
    ("wording", "步骤 rd：研发 → 研发处", [("name: 研发\n", "name: 研发处\n")]),
    ("layout", "第 2 联的颜色：blue → green", [("colour: blue", "colour: green")]),
    (
        "layout",
        "表格 parts 的栏宽：item 6 | qty 2 | price 2 | cost 2 → item 5 | qty 3 | price 2 | cost 2",
        [("item 6 | qty 2", "item 5 | qty 3")],
    ),
    (
        "compatible",
        "加了栏位「机号」（serial）必填：是",
        [("label: 机号, type: text,", "label: 机号, type: text, required: yes,")],
    ),
    ("compatible", "加了栏位「类别」（kind）的选项 scrap：scrap", [("swap: 换件}", "swap: 换件, scrap: 报废}")]),
    ("compatible", "栏位「零件」（parts）最多行数：4 → 6", [("rows: 0..4", "rows: 0..6")]),
    (
        "compatible",
        "栏位「税额」（tax）的算式：round(total * rate, 2) → round(total * rate, 1)",
        [("rate, 2)", "rate, 1)")],
    ),
    ("compatible", "步骤「客户签收」（client）的期限：10 days → 12 days", [("within: 10 days", "within: 12 days")]),
    (
        "compatible",
        "步骤「核决」（chief）可以：approve、reject → approve、reject、consult",
        [("can: [approve, reject]", "can: [approve, reject, consult]")],
    ),
    (
        "compatible",
        "加了检查「total >= 0」：total >= 0",
        [("steps:\n", "  - {rule: total >= 0, say: 不能小于零。}\nsteps:\n")],
    ),
    (
        "incompatible",
        "没有了栏位「类别」（kind）的选项 swap：swap",
        [("options: {repair: 修理, swap: 换件}", "options: {repair: 修理}")],
    ),
    ("incompatible", "栏位「零件」（parts）最多行数：4 → 3", [("rows: 0..4", "rows: 0..3")]),
    (
        "incompatible",
        "栏位「机号」（serial）：text → longtext",
        [('type: text, pattern: "[A-Z]{2}[0-9]{4}"', "type: longtext")],
    ),
    ("incompatible", "编号格式：R{yy}{mm}{seq:2+} → R{yy}{mm}{seq:3}", [("{seq:2+}", "{seq:3}")]),
    ("incompatible", "由谁开立：dept sales → role sales_manager", [("who: dept sales", "who: role sales_manager")]),
]


@pytest.mark.parametrize(("sort", "words", "changes"), CHANGES, ids=[words for _, words, _ in CHANGES])
def test_a_change_is_told_in_a_line_and_sorted_by_what_it_means(
    sort: str, words: str, changes: list[tuple[str, str]]
) -> None:
    assert (sort, words) in changes_to(newer(*changes))


def test_the_same_form_has_no_change() -> None:
    assert changes_to(newer()) == []
    assert diff(claim(), claim()) == ()


def test_a_new_field_is_told_once_with_its_place_on_the_page() -> None:
    added = newer(
        ("  urgent: {", "  colour: {label: 颜色, type: text, max_length: 9}\n  urgent: {"),
        ("urgent, received_on, serial, parts, rate]", "urgent, received_on, serial, parts, rate, colour]"),
        ("urgent 4", "urgent 2 | colour 2"),
    )

    assert changes_to(added) == [
        ("compatible", "加了栏位「颜色」（colour）：text"),
        ("compatible", "加了开立时填的栏位 colour：colour"),
        (
            "compatible",
            f"步骤「开立」（open）填的栏位：{FILLS} → {FILLS}、colour",
        ),
        ("layout", "没有了这一行：liable 4 | kind 4 | urgent 4"),
        ("layout", "加了这一行：liable 4 | kind 4 | urgent 2 | colour 2"),
    ]


def test_a_field_that_is_gone_leaves_what_was_typed_without_a_place() -> None:
    gone = newer(
        ('  serial: {label: 机号, type: text, pattern: "[A-Z]{2}[0-9]{4}"}\n', ""),
        ("serial, parts", "parts"),
        ("received_on 6 | serial 6", "received_on 12"),
        ("  - rule: filled(serial)\n    say: 没有机号，请确认。\n    level: warning\n", ""),
    )

    assert changes_to(gone)[:2] == [
        ("incompatible", "没有了栏位「机号」（serial）：text"),
        ("incompatible", "没有了开立时填的栏位 serial：serial"),
    ]


def test_what_is_calculated_from_now_on_takes_no_typed_value() -> None:
    calculated = newer(
        ("type: percent, default: policy.tax_rate,", "type: percent, calc: policy.tax_rate + 0 * total,"),
        ("serial, parts, rate]", "serial, parts]"),
    )

    assert ("incompatible", "加了栏位「税率」（rate）的算式：policy.tax_rate + 0 * total") in changes_to(calculated)


def test_steps_in_another_order_are_told_once() -> None:
    lines = NOTE.splitlines(keepends=True)
    start = lines.index("  - id: client\n")
    client, chief = lines[start : start + 7], lines[start - 2 : start]
    text = "".join([*lines[: start - 2], *client, *chief, *lines[start + 7 :]]).replace("version: 1", "version: 2")
    spec, problems = read(text)
    assert spec is not None, problems

    assert changes_to(spec) == [
        ("compatible", "步骤的次序：open、plant、rd、chief、client → open、plant、rd、client、chief")
    ]


COUNTED = "earlier = amount，customer、order_no 相同"


def newer_claim(old: str, new: str) -> list[tuple[str, str]]:
    assert CLAIM.count(old) == 1, old
    spec, problems = read_beside(CLAIM.replace(old, new).replace("version: 1\n", "version: 2\n"))
    assert spec is not None, problems
    return [(change.sort, change.words) for change in diff(claim(), spec)]


@pytest.mark.parametrize(
    ("sort", "words", "old", "new"),
    [
        (
            "incompatible",
            "取自原单的栏位：customer=case.customer、case_no=case.no → customer=case.customer",
            "copy: {customer: case.customer, case_no: case.no}",
            "copy: {customer: case.customer}",
        ),
        ("compatible", "同一原单最多：2 → 1", "limit: 2", "limit: 1"),
        ("incompatible", "编号的步骤：register → plant", "number_at: register", "number_at: plant"),
        (
            "compatible",
            "没有了后续单据 payment（finished）：自动开，挂在 本单，条件 amount > 100",
            "  - {when: amount > 100, open: payment}\n",
            "",
        ),
        ("compatible", "逾期再开的间隔：2 workdays → 3 workdays", "again: 2 workdays", "again: 3 workdays"),
        ("compatible", "没有了第 1 联提前封存于：decide", ", after: decide}", "}"),
        ("compatible", f"合并计算：{COUNTED}，30 天内 → {COUNTED}，60 天内", "within: 30 days}", "within: 60 days}"),
    ],
)
def test_a_change_to_openings_and_times_is_sorted(sort: str, words: str, old: str, new: str) -> None:
    assert newer_claim(old, new) == [(sort, words)]
