"""The configuration in words: files and keys of the organisation by their Chinese names, values with their marks."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import PurePath
from types import MappingProxyType

from forms_service.domain.changes import Change
from forms_service.domain.diffing import SORTS
from forms_service.domain.diffing import Change as FormChange
from forms_service.domain.people import Mark, Organisation, Source
from forms_service.web.pages.configuration import ChangeRow, FormChanges, ValueRow
from forms_service.web.pages.entrusting import KIND_WORDS
from forms_service.web.words import Tone
from forms_service.workflow.comparing import TRUSTED

FILES: Mapping[str, str] = MappingProxyType(
    {
        "firm.yaml": "公司",
        "departments.yaml": "部门",
        "roles.yaml": "角色",
        "people.yaml": "人员",
        "parties.yaml": "往来单位",
        "accounts.yaml": "会计科目",
        "calendar.yaml": "公司日历",
        "mail.yaml": "邮件",
        TRUSTED: "信任名单",
    }
)
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "name": "名称", "short_name": "简称", "tax_id": "统一编号", "currency": "本位币", "timezone": "时区",
        "demo": "示范公司", "department": "部门", "roles": "角色", "manager": "主管", "email": "电子邮件",
        "region": "区域", "contacts": "联系人", "code": "科目代号", "policy": "代号", "title": "标题",
        "effective": "生效日", "confirmed": "已确认", "bands": "限额", "up_to": "不超过", "above": "超过",
        "decides": "核决人", "settings": "数值", "value": "值", "source": "出处", "note": "说明",
        "countries": "国家", "years": "年份", "extra_holidays": "另放假", "extra_workdays": "另上班",
        "day_mode": "天数怎么数", "roll_forward": "末日遇假顺延", "first_day_counts": "首日计入",
        **KIND_WORDS,
        "sender": "寄件人", "host": "主机", "port": "端口", "security": "加密", "user": "帐号",
    }
)  # fmt: skip
SOURCES: Mapping[Source, tuple[str, Tone]] = MappingProxyType(
    {
        "regulation": ("办法", "good"),
        "law": ("法规", "good"),
        "practice": ("惯例", "calm"),
        "assumption": ("假设", "soon"),
    }
)
VALUES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("day_mode", "calendar"): "日历日",
        ("day_mode", "workdays"): "工作日",
        ("roll_forward", "yes"): "顺延",
        ("roll_forward", "no"): "不顺延",
        ("first_day_counts", "yes"): "计入",
        ("first_day_counts", "no"): "不计",
    }
)


Names = Mapping[tuple[str, str], str]
"""What a file, or an id in it, is called: (`people.yaml`, `li_wen`) is 李文静, (`policies/tax.yaml`, "") 营业税税率."""


def names_of(*organisations: Organisation) -> Names:
    """Gather what files and ids are called in some organisations, the first one before the others."""
    found: dict[tuple[str, str], str] = {}
    for org in reversed(organisations):
        found |= {("people.yaml", person.id): person.name for person in org.people}
        found |= {("parties.yaml", party.id): party.name for party in org.parties}
        found |= {("roles.yaml", role): name for role, name in org.roles}
        found |= {("departments.yaml", department.id): department.name for department in org.departments}
        found |= {(f"policies/{PurePath(policy.place.file).name}", ""): policy.title for policy in org.policies}
    return found


def value_row(name: str, value: str, marks: tuple[Mark, ...]) -> ValueRow:
    """Show a value with its mark, if it has one."""
    mark = next((each for each in marks if (each.name, each.value) == (name, value)), None)
    words, tone = SOURCES[mark.source] if mark is not None else ("", "soft")
    note = mark.note if mark is not None else ""
    return ValueRow(KEYS.get(name, name), VALUES.get((name, value), value), words, tone, note)


def changed_values(changes: tuple[Change, ...], names: Names) -> Iterator[tuple[str, tuple[ChangeRow, ...]]]:
    """Show changed values side by side, file by file."""
    for file, found in groupby(changes, key=lambda change: change.file):
        words = FILES.get(file) or f"政策：{names.get((file, ''), file)}"
        yield words, tuple(_row(change, names) for change in found)


def changed_form(changes: tuple[FormChange, ...]) -> Iterator[FormChanges]:
    """Show a form's changes, sort by sort, the weightiest first."""
    for sort, found in groupby(changes, key=lambda change: change.sort):
        yield FormChanges(SORTS[sort], tuple(change.words for change in found))


def in_chinese(message: str) -> str:
    """Return the Chinese half of a message that speaks both languages."""
    return message.partition(" / ")[0]


def _row(change: Change, names: Names) -> ChangeRow:
    first, *rest = change.path or ("",)
    name = names.get((change.file, first))
    parts = [f"{name}（{first}）" if name else KEYS.get(first, first), *(KEYS.get(part, part) for part in rest)]
    how = "增" if change.before is None else "删" if change.after is None else "改"
    return ChangeRow(" › ".join(parts), how, _shown(change.before), _shown(change.after))


def _shown(value: str | None) -> str:
    """Show a value of a file; one that is written empty is no value that is missing."""
    return "" if value is None else value or "（空）"
