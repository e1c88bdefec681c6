"""Explaining: a form's whole flow in Chinese sentences, for the manager who owns the rule and reads no YAML.

Every sentence is made from the spec as the house will act on it, so what is read is what will happen.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms_service.domain.numbering import parse_pattern
from forms_service.domain.people import Organisation, Person
from forms_service.domain.spec import Colour, Field, FormSpec, Step, Who
from forms_service.domain.wording import fill_braces, say

_COLOURS: Mapping[Colour, str] = MappingProxyType(
    {"white": "白", "pink": "红", "blue": "蓝", "yellow": "黄", "green": "绿"}
)
_SIGN_BY: Mapping[str, str] = MappingProxyType({"esign_link": "在一次性链接上签"})
_RETAIN: Mapping[str, str] = MappingProxyType({"accounting_voucher": "会计凭证", "business_record": "业务档案"})
_ROUNDING: Mapping[str, str] = MappingProxyType({"half_up": "四舍五入", "half_even": "四舍六入五成双"})
_AUDIENCE: Mapping[str, str] = MappingProxyType(
    {
        "yes": "客户可以看到这张单据。",
        "no": "客户看不到这张单据。",
        "never": "这张单据绝不给客户看，也没有给客户的链接。",
    }
)


def explain(spec: FormSpec, org: Organisation) -> str:
    """Explain a form: who fills and signs what, what may happen, in which time, and what comes of it."""
    sections = (
        (f"《{spec.title.zh_hans}》第 {spec.version} 版", _about(spec)),
        ("签核步骤", _steps(spec, org)),
        ("自动计算", _calculations(spec)),
        ("检查", _checks(spec)),
        ("联单与归档", (*_copies(spec, org), *_archive(spec))),
        ("入账", _posting(spec, org)),
    )
    return (
        "\n\n".join("\n".join((title, *sentences)) for title, lines in sections if (sentences := tuple(lines))) + "\n"
    )


def _about(spec: FormSpec) -> Iterator[str]:
    pattern = parse_pattern(spec.number)
    full = "用满后自动加位" if pattern.grows else "用满即停，不会重号"
    yield f"依据：{spec.source}。"
    yield f"编号：{spec.number}，{_restarts(spec)}，流水 {pattern.width} 位，{full}。"
    yield f"金额进位：{_ROUNDING[spec.rounding]}。{_AUDIENCE[spec.visible_to_customer]}"


def _restarts(spec: FormSpec) -> str:
    """Say how often the running number begins anew: by the year, the month or the day that stands in the pattern."""
    kinds = {part.kind for part in parse_pattern(spec.number).parts}
    if "dd" in kinds:
        return "每日重编"
    if "mm" in kinds:
        return "每月重编"
    return "每年重编" if kinds & {"yy", "yyyy"} else "一直连续编号"


def _steps(spec: FormSpec, org: Organisation) -> Iterator[str]:
    for ordinal, step in enumerate(spec.steps, 1):
        yield f"{ordinal}. {step.name}：" + "；".join(_step_clauses(spec, step, org)) + "。"


def _step_clauses(spec: FormSpec, step: Step, org: Organisation) -> Iterator[str]:
    if step.when is not None:
        yield f"只在{say(step.when, spec.fields)}时才走这一步"
    yield f"由{_who(step.who, spec, org)}办理"
    if step.not_same_as:
        yield f"不得是签过{_named(spec, step.not_same_as)}的同一个人"
    yield from _filled(tuple(spec.field(field_id) for field_id in step.fills))
    yield f"以「{step.sign}」签章" + "".join(f"，{_SIGN_BY[way]}" for way in step.sign_by if way in _SIGN_BY)
    if step.decides:
        yield "可以" + "、".join(_decisions(spec, step))
    if step.within is not None:
        yield f"限 {step.within.days} {'个工作日' if step.within.workdays else '天'}内办完"


def _filled(fields: tuple[Field, ...]) -> Iterator[str]:
    required = [_fill_name(field) for field in fields if _is_required(field)]
    free = [_fill_name(field) for field in fields if not _is_required(field)]
    if required:
        yield f"必填：{'、'.join(required)}"
    if free:
        yield f"选填或视情形填：{'、'.join(free)}"


def _is_required(field: Field) -> bool:
    return (field.required or field.min_rows > 0) and field.show_when is None


def _fill_name(field: Field) -> str:
    rows = f"（{field.min_rows} 至 {field.max_rows} 行）" if field.kind == "table" else ""
    return field.label.zh_hans + rows


def _decisions(spec: FormSpec, step: Step) -> Iterator[str]:
    yield "接受" if step.who.kind == "external" else "同意"
    if step.returns_to:
        yield f"说明原因后退回{_named(spec, step.returns_to)}"
    if step.may_reject:
        yield "驳回（单据就此结束）"
    if step.may_refuse:
        yield "拒绝（单据就此结束）"


def _named(spec: FormSpec, step_ids: tuple[str, ...]) -> str:
    return "或".join(f"「{spec.step(step_id).name}」" for step_id in step_ids)


def _who(who: Who, spec: FormSpec, org: Organisation) -> str:
    match who.kind:
        case "role":
            return org.role_name(who.name) + _people(org.holders(who.name))
        case "dept":
            return f"{_department(who.name, org)}任何一人"
        case "dept_field":
            return f"「{spec.field(who.name).label.zh_hans}」所填部门的任何一人"
        case "external":
            return f"「{spec.field(who.name).label.zh_hans}」所填客户的联系人"
        case "manager_of":
            return f"{_signer(who.name, spec)}的主管"
        case "person_field":
            return f"「{spec.field(who.name).label.zh_hans}」所填的人"
        case "opened_by":
            return "原单的开立人" if who.name else "开立人本人"
        case "policy":
            return _decider(who, spec, org)
        case "any":
            return "或".join(_who(part, spec, org) for part in who.of)


def _signer(name: str, spec: FormSpec) -> str:
    return "开立人" if name == "opened_by" else f"{_named(spec, (name,))}签章人"


def _decider(who: Who, spec: FormSpec, org: Organisation) -> str:
    versions = [policy for policy in org.policies if policy.id == who.name]
    latest = max(versions, key=lambda policy: policy.effective)
    amount = "" if who.amount is None else say(who.amount, spec.fields)
    bands = "，".join(
        f"{f'不超过 {band.up_to:,}' if band.up_to is not None else '再高'}由{org.role_name(band.role)}"
        for band in latest.bands
    )
    doubt = "" if latest.confirmed else "；数字尚未经公司确认"
    return f"《{latest.title}》按{amount}定出的人（{bands}{doubt}）"


def _people(people: tuple[Person, ...]) -> str:
    return f"（{'、'.join(person.name for person in people)}）" if people else "（现在没有人担任）"


def _department(department_id: str, org: Organisation) -> str:
    department = org.department(department_id)
    return department_id if department is None else department.name


def _calculations(spec: FormSpec) -> Iterator[str]:
    for field in spec.fields:
        if field.calc is not None:
            yield f"- {field.label.zh_hans}：{say(field.calc, spec.fields)}。"
        for column in field.columns:
            if column.calc is not None:
                said = say(column.calc, spec.fields, field.columns)
                yield f"- {field.label.zh_hans}每行的{column.label.zh_hans}：{said}。"


def _checks(spec: FormSpec) -> Iterator[str]:
    for check in spec.checks:
        effect = "只提醒，仍可签" if check.level == "warning" else "不能签"
        yield f"- {say(check.rule, spec.fields)}；否则{effect}，提示：{fill_braces(check.say, spec.fields)}"
    for field in spec.fields:
        if field.show_when is not None:
            must = "必须" if field.required else "可以"
            yield f"- {say(field.show_when, spec.fields)}时，{must}填{field.label.zh_hans}。"


def _copies(spec: FormSpec, org: Organisation) -> Iterator[str]:
    yield f"全部签完后封存 {len(spec.copies)} 联："
    for copy in spec.copies:
        keeper = _department(copy.to.name, org) if copy.to.kind == "dept" else org.role_name(copy.to.name)
        yield f"- {copy.name}（{_COLOURS[copy.colour]}）存{keeper}。"


def _archive(spec: FormSpec) -> Iterator[str]:
    labels = {field.id: field.label.zh_hans for field in spec.fields} | {"no": "编号", "opened_on": "开立日期"}
    sought = "、".join(labels[name] for name in spec.index)
    yield f"按{_RETAIN[spec.retain]}保存" + (f"，可按{sought}查找。" if sought else "。")


def _posting(spec: FormSpec, org: Organisation) -> Iterator[str]:
    if spec.posting is None:
        yield "这张单据不入账。"
        return
    accounts = {account.role: f"{account.code} {account.name}" for account in org.accounts}
    yield "验证通过的联单入账一次，只用签过的 PDF 里的数："
    for side, role, amount in spec.posting.lines:
        yield f"- {'借' if side == 'debit' else '贷'} {accounts[role]}：{spec.field(amount).label.zh_hans}"
    yield f"摘要：{fill_braces(spec.posting.summary, spec.fields)}"
