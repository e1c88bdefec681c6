"""Explaining: a form's whole flow in Chinese sentences, for the manager who owns the rule and reads no YAML.

Every sentence is made from the spec as the house will act on it, so what is read is what will happen.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms_service.domain.explaining_openings import say_clock, say_follow_on, say_opening
from forms_service.domain.explaining_route import department_name, say_steps, say_within
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.outlines import NO_OTHERS, Others
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Check, Colour, Copy, FormSpec, Posting
from forms_service.domain.telling import Telling, telling

_COLOURS: Mapping[Colour, str] = MappingProxyType(
    {"white": "白", "pink": "红", "blue": "蓝", "yellow": "黄", "green": "绿"}
)
_RETAIN: Mapping[str, str] = MappingProxyType({"accounting_voucher": "会计凭证", "business_record": "业务档案"})
_ROUNDING: Mapping[str, str] = MappingProxyType({"half_up": "四舍五入", "half_even": "四舍六入五成双"})
_AUDIENCE: Mapping[str, str] = MappingProxyType(
    {
        "yes": "客户可以看到这张单据。",
        "no": "客户看不到这张单据。",
        "never": "这张单据绝不给客户看，也没有给客户的链接。",
    }
)


def explain(spec: FormSpec, org: Organisation, others: Others = NO_OTHERS) -> str:
    """Explain a form: from what it opens, who fills and signs what, in which time, and what comes of it.

    `others` are the outlines of the forms that it names, by which it calls them by their titles.
    """
    told = telling(spec, org, others)
    sections = (
        (f"《{spec.title.zh_hans}》第 {spec.version} 版", (*_about(spec), *say_opening(told))),
        ("签核步骤", say_steps(told)),
        ("期限与限额", say_clock(told)),
        ("自动计算", _calculations(told)),
        ("检查", _checks(told)),
        ("后续单据", say_follow_on(told)),
        ("联单与归档", (*_copies(told), *_archive(spec))),
        ("入账", _posting(told)),
    )
    return (
        "\n\n".join("\n".join((title, *sentences)) for title, lines in sections if (sentences := tuple(lines))) + "\n"
    )


def _about(spec: FormSpec) -> Iterator[str]:
    pattern = parse_pattern(spec.number)
    full = "用满后自动加位" if pattern.grows else "用满即停，不会重号"
    when = f"，到「{spec.step(spec.number_at).name}」签章时才编" if spec.number_at else ""
    yield f"依据：{spec.source}。"
    yield f"编号：{spec.number}，{_restarts(spec)}，流水 {pattern.width} 位，{full}{when}。"
    yield f"金额进位：{_ROUNDING[spec.rounding]}。{_AUDIENCE[spec.visible_to_customer]}"


def _restarts(spec: FormSpec) -> str:
    """Say how often the running number begins anew: by the year, the month or the day that stands in the pattern."""
    kinds = {part.kind for part in parse_pattern(spec.number).parts}
    if "dd" in kinds:
        return "每日重编"
    if "mm" in kinds:
        return "每月重编"
    return "每年重编" if kinds & {"yy", "yyyy"} else "一直连续编号"


def _calculations(told: Telling) -> Iterator[str]:
    for field in told.spec.fields:
        if field.calc is not None:
            yield f"- {field.label.zh_hans}：{told.say(field.calc)}。"
        for column in field.columns:
            if column.calc is not None:
                said = told.say(column.calc, field.columns)
                yield f"- {field.label.zh_hans}每行的{column.label.zh_hans}：{said}。"


def _checks(told: Telling) -> Iterator[str]:
    yield from (_check(check, "签", told) for check in told.spec.checks)
    for field in told.spec.fields:
        if field.show_when is not None:
            must = "必须" if field.required else "可以"
            yield f"- {told.say(field.show_when)}时，{must}填{field.label.zh_hans}。"


def _check(check: Check, act: str, told: Telling) -> str:
    effect = f"只提醒，仍可{act}" if check.level == "warning" else f"不能{act}"
    return f"- {told.say(check.rule)}；否则{effect}，提示：{told.fill(check.say)}"


def _copies(told: Telling) -> Iterator[str]:
    yield f"全部签完后封存 {len(told.spec.copies)} 联："
    for copy in told.spec.copies:
        yield f"- {copy.name}（{_COLOURS[copy.colour]}）存{_keeper(copy, told)}" + "".join(_terms(copy, told)) + "。"


def _keeper(copy: Copy, told: Telling) -> str:
    match copy.to.kind:
        case "dept":
            return department_name(copy.to.name, told.org)
        case "dept_field":
            return f"「{told.label(copy.to.name)}」所填的部门"
        case "opened_by":
            return "开立人的部门"
        case _:
            return told.org.role_name(copy.to.name)


def _terms(copy: Copy, told: Telling) -> Iterator[str]:
    """Say when a copy is cut, whether there is one at all, and what its keeper notes of it."""
    if copy.after:
        yield f"，{told.steps((copy.after,))}签完就先封存"
    if copy.when is not None:
        yield f"，只在{told.say(copy.when)}时才有"
    if copy.receipt is not None:
        noted = "、".join(words for _, words in copy.receipt.records)
        within = "" if copy.receipt.within is None else f"，{say_within(copy.receipt.within, told)}"
        yield f"，收到后要登记{noted}{within}"


def _archive(spec: FormSpec) -> Iterator[str]:
    labels = {field.id: field.label.zh_hans for field in spec.fields} | {"no": "编号", "opened_on": "开立日期"}
    sought = "、".join(labels[name] for name in spec.index)
    yield f"按{_RETAIN[spec.retain]}保存" + (f"，可按{sought}查找。" if sought else "。")


def _posting(told: Telling) -> Iterator[str]:
    posting = told.spec.posting
    if posting is None:
        yield "这张单据不入账。"
        return
    accounts = {account.role: f"{account.code} {account.name}" for account in told.org.accounts}
    condition = "" if posting.when is None else f"，只在{told.say(posting.when)}时入账"
    yield f"验证通过的联单入账一次，只用签过的 PDF 里的数{condition}："
    for side, role, amount in posting.lines:
        yield f"- {'借' if side == 'debit' else '贷'} {accounts[role]}：{told.label(amount)}"
    yield f"摘要：{told.fill(posting.summary)}"
    yield from _held_against(posting, told)


def _held_against(posting: Posting, told: Telling) -> Iterator[str]:
    """Say which documents go to accounting together with this one, and what holds between them."""
    for need in posting.needs:
        condition = "" if need.when is None else f"（{told.say(need.when)}时）"
        whose = "原单" if need.relation == "parent" else "由本单开出的"
        yield f"- 连同{whose}{told.title(need.form)}一起送会计{condition}。"
    yield from (_check(check, "入账", told) for check in posting.checks)
    for subject, columns in posting.compare:
        sides = "、".join(f"{word}（{told.words.names.get(name, name)}）" for word, name in columns)
        yield f"- 会计并排核对{subject}：{sides}。"
