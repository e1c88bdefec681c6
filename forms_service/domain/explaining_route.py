"""Explaining the route: each step as a sentence: who acts, what is filled, how it is signed, what may be decided."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.course import Who, Within
from forms_service.domain.people import Organisation, Person
from forms_service.domain.policies import setting_value
from forms_service.domain.spec import Field, Step
from forms_service.domain.telling import Telling

_SIGN_BY: Mapping[str, str] = MappingProxyType(
    {
        "esign_link": "在一次性链接上签",
        "paper_scan": "印出签章后扫描回传（由收件人以本人密码签收，只作证据，不作客户的签章）",
    }
)


def say_steps(told: Telling) -> Iterator[str]:
    """Say every step, in order."""
    for ordinal, step in enumerate(told.spec.steps, 1):
        yield f"{ordinal}. {step.name}：" + "；".join(_clauses(step, told)) + "。"


def _clauses(step: Step, told: Telling) -> Iterator[str]:
    if step.when is not None:
        yield f"只在{told.say(step.when)}时才走这一步"
    yield f"由{say_who(step.who, told)}办理"
    if step.joint:
        yield _joint(step, told)
    if step.not_same_as:
        yield f"不得是签过{told.steps(step.not_same_as)}的同一个人"
    yield from _filled(tuple(told.spec.field(field_id) for field_id in step.fills))
    if told.spec.number_at == step.id:
        yield "签章时编号"
    ways = "，或".join(_SIGN_BY[way] for way in step.sign_by if way in _SIGN_BY)
    yield f"以「{step.sign}」签章" + (f"，{ways}" if ways else "")
    if step.decides:
        yield "可以" + "、".join(_decisions(step, told))
    if step.may_consult:
        yield "可以加签，请同事写意见"
    if step.within is not None:
        yield say_within(step.within, told)


def _joint(step: Step, told: Telling) -> str:
    members = len(told.spec.boxes(step.joint))
    blank = "，没有填就不走" if step.who.kind in ("dept_field", "person_field") else ""
    return f"会签 {members} 方之一，各方先后不拘、各签一格，都签了才往下{blank}"


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


def _decisions(step: Step, told: Telling) -> Iterator[str]:
    yield "接受" if step.who.kind == "external" else "同意"
    if step.returns_to:
        yield f"说明原因后退回{told.steps(step.returns_to)}"
    if step.may_reject:
        yield "驳回（单据就此结束）"
    if step.may_refuse:
        yield "拒绝（单据就此结束）"


def say_within(within: Within, told: Telling) -> str:
    """Say how long something may take."""
    if within.until is not None:
        return f"最迟办到{told.say(within.until)}当天"
    if not within.setting:
        return f"限 {within.days} {'个工作日' if within.workdays else '天'}内办完"
    if not within.by:
        return f"限 {_setting(within.setting, told.org)}内办完（期限表的 {within.setting}）"
    field = told.spec.field(within.by)
    ways = "，".join(
        f"{option.label.zh_hans} {_setting(f'{within.setting}_{option.id}', told.org)}" for option in field.options
    )
    return f"期限看「{field.label.zh_hans}」：{ways}（期限表的 {within.setting}）"


def _setting(name: str, org: Organisation) -> str:
    """Say how many days a setting allows by the newest policy."""
    dated = sorted(org.policies, key=lambda policy: policy.effective)
    days = {key: setting_value(text) for policy in dated for key, text in policy.settings}.get(name)
    return f"{days:f} 天" if isinstance(days, Decimal) else name


def say_who(who: Who, told: Telling) -> str:
    """Say who acts."""
    org = told.org
    match who.kind:
        case "role":
            return org.role_name(who.name) + _people(org.holders(who.name))
        case "dept":
            return f"{department_name(who.name, org)}任何一人"
        case "dept_field":
            return f"「{told.label(who.name)}」所填部门的任何一人"
        case "external":
            return f"「{told.label(who.name)}」所填客户的联系人"
        case "manager_of":
            return f"{_signer(who.name, told)}的主管"
        case "person_field":
            return f"「{told.label(who.name)}」所填的人"
        case "opened_by":
            return "原单的开立人" if who.name else "开立人本人"
        case "policy":
            return _decider(who, told)
        case "any":
            return "或".join(say_who(part, told) for part in who.of)


def _signer(name: str, told: Telling) -> str:
    return "开立人" if name == "opened_by" else f"{told.steps((name,))}签章人"


def _decider(who: Who, told: Telling) -> str:
    org = told.org
    versions = [policy for policy in org.policies if policy.id == who.name]
    latest = max(versions, key=lambda policy: policy.effective)
    amount = "" if who.amount is None else told.say(who.amount)
    bands = "，".join(
        f"{f'不超过 {band.up_to:,}' if band.up_to is not None else '再高'}由{org.role_name(band.role)}"
        for band in latest.bands
    )
    doubt = "" if latest.confirmed else "；数字尚未经公司确认"
    return f"《{latest.title}》按{amount}定出的人（{bands}{doubt}）"


def _people(people: tuple[Person, ...]) -> str:
    return f"（{'、'.join(person.name for person in people)}）" if people else "（现在没有人担任）"


def department_name(department_id: str, org: Organisation) -> str:
    """Return a department's name, or its id where there is no such department."""
    department = org.department(department_id)
    return department_id if department is None else department.name
