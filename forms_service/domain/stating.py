"""Stating: what a form says, fact by fact, in an order and under keys by which two versions can be held side by side.

A fact knows what it means that it changed: a new label is wording, a dropped option is not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from forms_service.domain.course import Within
from forms_service.domain.expression import Expression
from forms_service.domain.issuing import describe_who
from forms_service.domain.spec import Check, Copy, Field, FormSpec, Label, Step

Sort = Literal["wording", "layout", "compatible", "incompatible"]
Judge = Callable[[str | None, str | None], Sort]

YES, NO = "是", "否"


def wording(_old: str | None, _new: str | None) -> Sort:
    """Judge what readers read and nobody reckons with."""
    return "wording"


def layout(_old: str | None, _new: str | None) -> Sort:
    """Judge what is printed otherwise."""
    return "layout"


def compatible(_old: str | None, _new: str | None) -> Sort:
    """Judge a rule that is tried anew whenever a step is signed."""
    return "compatible"


def incompatible(_old: str | None, _new: str | None) -> Sort:
    """Judge what every document of the form was made by."""
    return "incompatible"


def needed(old: str | None, new: str | None) -> Sort:
    """Judge what may be added, and neither changed nor dropped: something typed would have no place."""
    return "compatible" if old is None and new is not None else "incompatible"


def at_least(old: str | None, new: str | None) -> Sort:
    """Judge a room that may grow and not shrink."""
    return "compatible" if old is None or (new is not None and int(old) <= int(new)) else "incompatible"


def filled_by_hand(old: str | None, _new: str | None) -> Sort:
    """Judge a formula: what was typed has no place where the house now calculates."""
    return "incompatible" if old is None else "compatible"


def named(old: str | None, new: str | None) -> Sort:
    """Judge a part by its name: renamed it is the same part, come or gone it is a rule that changed."""
    return "compatible" if old is None or new is None else "wording"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a form says. `of` is what it is said of, in words; `key` finds it again in another version."""

    key: tuple[str, ...]
    of: str
    value: str
    judge: Judge


def state(spec: FormSpec) -> Iterator[Fact]:
    """List what a form says; what has no value is not said."""
    for fact in (
        *_whole(spec),
        *(fact for field in spec.fields for fact in _field(field, (), f"栏位「{field.label.zh_hans}」（{field.id}）")),
        *(fact for check in spec.checks for fact in _check(check)),
        *_first_step(spec),
        *(fact for step in spec.steps for fact in _step(step)),
        *(fact for copy in spec.copies for fact in _copy(copy)),
        *_openings(spec),
        *_times(spec),
        *_posting(spec),
    ):
        if fact.value:
            yield fact


def _whole(spec: FormSpec) -> Iterator[Fact]:
    yield from _label("表名", ("title",), spec.title)
    yield Fact(("source",), "依据", spec.source, wording)
    yield Fact(("number",), "编号格式", spec.number, incompatible)
    yield Fact(("number_at",), "编号的步骤", spec.number_at, incompatible)
    yield Fact(("rounding",), "金额进位", spec.rounding, compatible)
    yield Fact(("visible_to_customer",), "客户可否看到", spec.visible_to_customer, compatible)
    yield Fact(("retain",), "保存类别", spec.retain, compatible)
    yield Fact(("index",), "归档索引", _listed(spec.index), compatible)


def _label(of: str, key: tuple[str, ...], label: Label) -> Iterator[Fact]:
    said = (label.zh_hans, label.zh_hant or "", label.en or "")
    yield Fact((*key, "label"), of, " / ".join(filter(None, said)), wording)


def _field(field: Field, within: tuple[str, ...], of: str) -> Iterator[Fact]:
    key = ("field", *within, field.id)
    yield Fact((*key, "kind"), of, field.kind, needed)
    yield from _label(f"{of}的名称", key, field.label)
    yield Fact((*key, "help"), f"{of}的说明", field.help or "", wording)
    yield Fact((*key, "required"), f"{of}必填", YES if field.required else "", compatible)
    yield Fact((*key, "max_length"), f"{of}最长", str(field.max_length or ""), compatible)
    yield Fact((*key, "pattern"), f"{of}的格式", field.pattern or "", compatible)
    yield Fact((*key, "places"), f"{of}的小数位", "" if field.places is None else str(field.places), compatible)
    for name, words, expression in (
        ("min", "最小", field.minimum),
        ("max", "最大", field.maximum),
        ("default", "的预填", field.default),
        ("show_when", "要填的条件", field.show_when),
    ):
        yield Fact((*key, name), f"{of}{words}", _source(expression), compatible)
    yield Fact((*key, "calc"), f"{of}的算式", _source(field.calc), filled_by_hand)
    yield from _parts(field, key, of)


def _parts(field: Field, key: tuple[str, ...], of: str) -> Iterator[Fact]:
    """State what a field consists of: options, kinds of file, rows and columns."""
    for option in field.options:
        yield Fact((*key, "option", option.id), f"{of}的选项 {option.id}", option.id, needed)
        yield from _label(f"{of}的选项 {option.id} 的字样", (*key, "option", option.id), option.label)
    for kind in field.accept:
        yield Fact((*key, "accept", kind), f"{of}收的文件 {kind}", kind, needed)
    if field.kind == "table":
        yield Fact((*key, "min_rows"), f"{of}最少行数", str(field.min_rows), compatible)
        yield Fact((*key, "max_rows"), f"{of}最多行数", str(field.max_rows), at_least)
    for column in field.columns:
        yield from _field(column, (field.id,), f"{of}的栏「{column.label.zh_hans}」（{column.id}）")


def _check(check: Check) -> Iterator[Fact]:
    key, of = ("check", check.rule.source), f"检查「{check.rule.source}」"
    yield Fact(key, of, check.rule.source, compatible)
    yield Fact((*key, "say"), f"{of}的提示", check.say, wording)
    yield Fact((*key, "level"), f"{of}的轻重", check.level, compatible)


def _first_step(spec: FormSpec) -> Iterator[Fact]:
    """State what every draft stands on: the step that opens the form, who opens it, and what is typed there."""
    first = spec.steps[0]
    yield Fact(("first",), "开立的步骤", first.id, incompatible)
    yield Fact(("first", "who"), "由谁开立", describe_who(first.who), incompatible)
    for field_id in first.fills:
        yield Fact(("first", "fills", field_id), f"开立时填的栏位 {field_id}", field_id, needed)


def _step(step: Step) -> Iterator[Fact]:
    key, of = ("step", step.id), f"步骤「{step.name}」（{step.id}）"
    yield Fact(key, f"步骤 {step.id}", step.name, named)
    yield Fact((*key, "sign"), f"{of}的签章格", step.sign, wording)
    yield Fact((*key, "who"), f"{of}由谁签", describe_who(step.who), compatible)
    yield Fact((*key, "fills"), f"{of}填的栏位", _listed(step.fills), compatible)
    yield Fact((*key, "can"), f"{of}可以", _listed(_actions(step)), compatible)
    yield Fact((*key, "not_same_as"), f"{of}不得同签的步骤", _listed(step.not_same_as), compatible)
    yield Fact((*key, "sign_by"), f"{of}的签法", _listed(step.sign_by), compatible)
    yield Fact((*key, "when"), f"{of}的条件", _source(step.when), compatible)
    yield Fact((*key, "within"), f"{of}的期限", _within(step.within), compatible)


def _actions(step: Step) -> tuple[str, ...]:
    words = (("reject", step.may_reject), ("refuse", step.may_refuse), ("consult", step.may_consult))
    returns = (f"return to {target}" for target in step.returns_to)
    return ("approve", *(word for word, may in words if may), *returns)


def _copy(copy: Copy) -> Iterator[Fact]:
    key, of = ("copy", str(copy.no)), f"第 {copy.no} 联"
    yield Fact(key, of, copy.name, named)
    yield Fact((*key, "to"), f"{of}交存", describe_who(copy.to), compatible)
    yield Fact((*key, "colour"), f"{of}的颜色", copy.colour, layout)
    yield Fact((*key, "after"), f"{of}提前封存于", copy.after, compatible)
    yield Fact((*key, "when"), f"{of}的条件", _source(copy.when), compatible)
    if copy.receipt is not None:
        records = _listed(tuple(f"{name}：{words}" for name, words in copy.receipt.records))
        yield Fact((*key, "receipt"), f"{of}收到后登记", records, compatible)
        yield Fact((*key, "receipt", "within"), f"{of}登记的期限", _within(copy.receipt.within), compatible)


def _openings(spec: FormSpec) -> Iterator[Fact]:
    opens, every = spec.opens_from, spec.opens_every
    if opens is not None:
        yield Fact(("opens_from",), "原单", f"{opens.form} as {opens.alias}", incompatible)
        yield Fact(("opens_from", "copy"), "取自原单的栏位", _listed(tuple(map("=".join, opens.copy))), incompatible)
        yield Fact(("opens_from", "report"), "开立时的报表", opens.report, incompatible)
        yield Fact(("opens_from", "when"), "由原单开立的条件", _source(opens.when), compatible)
        yield Fact(("opens_from", "limit"), "同一原单最多", str(opens.limit or ""), compatible)
        yield Fact(("opens_from", "optional"), "可以没有原单", YES if opens.optional else NO, compatible)
    if every is not None:
        yield Fact(("opens_every",), "每月自动开立的报表", every.report or YES, incompatible)
        yield Fact(("opens_every", "due_day"), "每月的期限日", str(every.due_day), compatible)
    for follow in spec.follow_on:
        way = "可开" if follow.offered else "自动开"
        said = f"{way}，挂在 {follow.parent or '本单'}，条件 {_source(follow.when) or '无'}"
        key = ("follow_on", follow.form, follow.on, _source(follow.when))
        yield Fact(key, f"后续单据 {follow.form}（{follow.on}）", said, compatible)


def _times(spec: FormSpec) -> Iterator[Fact]:
    if spec.due is not None:
        yield Fact(("due",), "整张单据的期限", f"自 {spec.due.start} 起 {spec.due.days.source}", compatible)
    if spec.late is not None:
        late = spec.late
        yield Fact(("late",), "逾期的规定", YES, compatible)
        reminders = tuple(f"{r.when} {r.days} {'workdays' if r.workdays else 'days'}" for r in late.remind)
        yield Fact(("late", "remind"), "逾期提醒", _listed(reminders), compatible)
        yield Fact(("late", "slip"), "逾期开立", late.slip, compatible)
        yield Fact(("late", "again"), "逾期再开的间隔", _within(late.again), compatible)
        yield Fact(("late", "tell"), "逾期告知", "" if late.tell is None else describe_who(late.tell), compatible)
    if spec.together is not None:
        counted = spec.together
        said = f"{counted.name} = {counted.total}，{_listed(counted.same)} 相同，{counted.days} 天内"
        yield Fact(("together",), "合并计算", said, compatible)


def _posting(spec: FormSpec) -> Iterator[Fact]:
    posting = spec.posting
    if posting is None:
        return
    yield Fact(("posting",), "入账", YES, compatible)
    lines = tuple(f"{side} {role}: {amount}" for side, role, amount in posting.lines)
    yield Fact(("posting", "lines"), "入账分录", _listed(lines), compatible)
    yield Fact(("posting", "summary"), "入账摘要", posting.summary, wording)
    yield Fact(("posting", "when"), "入账的条件", _source(posting.when), compatible)
    needs = tuple(f"{need.alias} {need.form} {need.relation} {_source(need.when)}".rstrip() for need in posting.needs)
    yield Fact(("posting", "needs"), "一起送会计的单据", _listed(needs), compatible)
    yield Fact(("posting", "checks"), "入账前的检查", _listed(tuple(c.rule.source for c in posting.checks)), compatible)
    yield Fact(("posting", "compare"), "并排核对", _listed(tuple(word for word, _ in posting.compare)), wording)


def _within(within: Within | None) -> str:
    if within is None:
        return ""
    if within.until is not None:
        return f"until {within.until.source}"
    if within.setting:
        return f"policy {within.setting}" + (f" by {within.by}" if within.by else "")
    return f"{within.days} {'workdays' if within.workdays else 'days'}"


def _source(expression: Expression | None) -> str:
    return "" if expression is None else expression.source


def _listed(words: tuple[str, ...]) -> str:
    return "、".join(words)
