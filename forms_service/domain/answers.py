r"""Answers: what a person typed into one cell, read into the value it means, or refused in words that say what to do.

Numbers: full-width digits and signs count as ASCII; commas only where thousands part. A percent is typed as `5` or
`5%` and means 0.05. Texts lose the blanks around them; line ends become `\n`. Nothing else is changed silently.
"""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.characters import half_width, odd_characters
from forms_service.domain.money import LARGEST
from forms_service.domain.patterns import code_fault
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Field, FieldKind
from forms_service.domain.values import Attachment, Single, places_of

MAX_TEXT = 2000
_MAX_NUMBER = 40
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_ATTACHMENT = re.compile(r"(?P<name>[^/\\]{1,200}) SHA-256 (?P<sha256>[0-9a-f]{64})")
_YEARS = range(1900, 2200)
_TRUTHS: Mapping[str, bool] = MappingProxyType({"yes": True, "是": True, "no": False, "否": False})


class AnswerFault(ValueError):
    """Refuse an answer; the message has no subject, so that the cell's title can stand before it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_answer(field: Field, text: str, org: Organisation) -> Single:
    """Read one cell's text; blank is None. Raises AnswerFault."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _READERS[field.kind](field, text, org) if text else None


def _read_text(field: Field, text: str, _org: Organisation) -> str:
    text = half_width(text) if field.pattern else text
    room = min(field.max_length or MAX_TEXT, MAX_TEXT)
    if len(text) > room:
        found, excess = len(text), len(text) - room
        raise AnswerFault("max_length", f"最多 {room} 个字，现在有 {found} 个字。请删减 {excess} 个字。")
    _refuse_odd(text, lines=field.kind == "longtext")
    if field.pattern and (fault := code_fault(field.pattern, text)):
        raise AnswerFault(*fault)
    return text


def _refuse_odd(text: str, *, lines: bool) -> None:
    if odd := odd_characters(text, lines=lines):
        message = f"里有不能签进单据的字符：{'、'.join(odd[:5])}。请删掉后重新输入，不要从别处粘贴。"
        raise AnswerFault("odd_character", message)


def _read_number(field: Field, text: str) -> Decimal:
    plain = half_width(text).strip()
    plain = plain.removesuffix("%").rstrip() if field.kind == "percent" else plain
    if len(plain) > _MAX_NUMBER or not _NUMBER.fullmatch(plain):
        raise AnswerFault("not_a_number", f"应填{_EXAMPLES[field.kind]}，现在是「{_shorten(text)}」。请只填数字。")
    number = Decimal(plain.replace(",", ""))
    number = number.scaleb(-2) if field.kind == "percent" else number
    if abs(number) > LARGEST:
        raise AnswerFault("too_large", f"最大到 {LARGEST:,}，现在是「{_shorten(text)}」。请检查是否多打了几位。")
    places = places_of(field)
    if number != round(number, places):
        shown = places - 2 if field.kind == "percent" else places
        expected = f"最多 {shown} 位小数" if shown else "应填整数"
        raise AnswerFault("too_many_places", f"{expected}，现在是「{_shorten(text)}」。请改成这个精度。")
    return number + 0  # no -0


def _read_decimal(field: Field, text: str, _org: Organisation) -> Decimal:
    return _read_number(field, text)


def _read_integer(field: Field, text: str, _org: Organisation) -> int:
    return int(_read_number(field, text))


def _read_date(_field: Field, text: str, _org: Organisation) -> dt.date:
    expected = "应填日期，如 2026-11-24 或 2026/11/24，年份写四位"
    found = _DATE.fullmatch(half_width(text).strip())
    if found is None or int(found[1]) not in _YEARS:
        raise AnswerFault("not_a_date", f"{expected}，现在是「{_shorten(text)}」。请照此改写。")
    try:
        return dt.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError as error:
        raise AnswerFault("not_a_date", f"填的「{_shorten(text)}」是日历上没有的一天。请检查月和日。") from error


def _read_yesno(_field: Field, text: str, _org: Organisation) -> bool:
    if text not in _TRUTHS:
        raise AnswerFault("unknown_option", f"只能答是或否，现在是「{_shorten(text)}」。请重选。")
    return _TRUTHS[text]


def _read_choice(field: Field, text: str, _org: Organisation) -> str:
    if text not in {option.id for option in field.options}:
        labels = "、".join(option.label.zh_hans for option in field.options)
        raise AnswerFault("unknown_option", f"填的「{_shorten(text)}」不是这一栏的选项。请从这些里选：{labels}。")
    return text


def _read_party(_field: Field, text: str, org: Organisation) -> str:
    return _listed(text, tuple((party.id, party.name) for party in org.parties), "往来单位")


def _read_department(_field: Field, text: str, org: Organisation) -> str:
    return _listed(text, tuple((department.id, department.name) for department in org.departments), "部门")


def _read_person(_field: Field, text: str, org: Organisation) -> str:
    return _listed(text, tuple((person.id, person.name) for person in org.people), "人员")


def _listed(text: str, known: tuple[tuple[str, str], ...], what: str) -> str:
    """Find the one printed name for an id or a name; a name that two share cannot be printed as either's."""
    name = next((name for key, name in known if text in (key, name)), None)
    if name is None:
        near = difflib.get_close_matches(text[:100], [name for _, name in known], n=1, cutoff=0.5)
        hint = f"是不是「{near[0]}」？" if near else ""
        raise AnswerFault("not_listed", f"填的「{_shorten(text)}」不在{what}名册里。{hint}请从名册中选。")
    if sum(other == name for _, other in known) > 1:
        message = f"填的「{name}」在{what}名册里不止一个，单据上分不清。请先在名册里改成不同的名称。"
        raise AnswerFault("same_name", message)
    return name


def _read_attachment(field: Field, text: str, _org: Organisation) -> Attachment:
    found = _ATTACHMENT.fullmatch(text)
    if found is None:
        raise AnswerFault("not_a_file", "应是一个上传的文件，现在没有收到它的名称和摘要。请重新上传。")
    name = found["name"].strip()
    _refuse_odd(name, lines=False)
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg") if "." in name else ""
    accepted = {accepted.replace("jpeg", "jpg") for accepted in field.accept}
    if accepted and ending not in accepted:
        expected = "、".join(field.accept)
        raise AnswerFault("wrong_file_type", f"只收 {expected} 文件，现在是「{_shorten(name)}」。请换一个文件。")
    return Attachment(name, found["sha256"])


def _read_table(field: Field, _text: str, _org: Organisation) -> Single:
    raise RuntimeError(f"{field.id} is a table; its cells are read one by one")


def _shorten(text: str) -> str:
    """Quote what was typed, without what could spoil the message that quotes it."""
    shown = "".join(c if not odd_characters(c, lines=False) else "□" for c in text[:31])
    return f"{shown[:30]}…" if len(text) > 30 else shown


_EXAMPLES: Mapping[FieldKind, str] = MappingProxyType(
    {
        "integer": "整数，如 120",
        "decimal": "数字，如 1250.5",
        "money": "金额，如 12,000.00",
        "percent": "百分数，如 5 或 5%",
    }
)
_READERS: Mapping[FieldKind, Callable[[Field, str, Organisation], Single]] = MappingProxyType(
    {
        "text": _read_text,
        "longtext": _read_text,
        "integer": _read_integer,
        "decimal": _read_decimal,
        "money": _read_decimal,
        "percent": _read_decimal,
        "date": _read_date,
        "yesno": _read_yesno,
        "choice": _read_choice,
        "party": _read_party,
        "department": _read_department,
        "person": _read_person,
        "attachment": _read_attachment,
        "table": _read_table,
    }
)
