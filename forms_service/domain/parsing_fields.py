"""Reading a form's fields: types, bounds, options, calculations and the columns of tables.

First every field is outlined (id, type, options), then each is read in full, since its expressions name the others.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from forms_service.domain.entries import Entries, read_entries, read_label
from forms_service.domain.expression import Expression, Kind
from forms_service.domain.faults import Faults
from forms_service.domain.literals import MONEY_PLACES, meant_as_number, number_of, read_id, read_number
from forms_service.domain.node import Node, Scalar
from forms_service.domain.outlines import FIELD_KINDS, Outline
from forms_service.domain.patterns import NAMED, pattern_fault
from forms_service.domain.scope import BOOLEAN, KINDS, NUMERIC, Scope, accepted_by
from forms_service.domain.spec import Field, FieldKind, Option

ALWAYS = ("label", "type", "help")
_VALUE = ("required", "default", "calc", "show_when")
KEYS: Mapping[FieldKind, tuple[str, ...]] = MappingProxyType(
    {
        "text": (*_VALUE, "max_length", "pattern"),
        "longtext": (*_VALUE, "max_length"),
        "integer": (*_VALUE, "min", "max"),
        "decimal": (*_VALUE, "places", "min", "max"),
        "money": (*_VALUE, "min", "max"),
        "percent": (*_VALUE, "min", "max"),
        "date": (*_VALUE, "min", "max"),
        "yesno": _VALUE,
        "choice": ("required", "default", "show_when", "options"),
        "party": ("required", "show_when"),
        "department": ("required", "show_when"),
        "person": ("required", "show_when"),
        "attachment": ("required", "show_when", "accept"),
        "table": ("show_when", "rows", "columns"),
    }
)
ALL_KEYS = tuple(dict.fromkeys((*ALWAYS, *(key for keys in KEYS.values() for key in keys))))
NOT_IN_COLUMNS = ("default", "show_when")
NOT_AS_COLUMN: tuple[FieldKind, ...] = ("table", "attachment")
NOT_WITH_CALC = ("required", "default")
ACCEPTED_FILES = ("pdf", "jpg", "jpeg", "png")
LITERAL_PLACES: Mapping[FieldKind, int] = MappingProxyType({"money": MONEY_PLACES, "integer": 0})
RESERVED_PREFIXES = ("sys_", "sign_", "opinion_", "decision_")
RESERVED = frozenset(
    {"no", "opened_on", "opened_by", "document_id", "copy_label", "issue", "seal", "policy", "today", "sign"}
)
MOST_ROWS = 40
LONGEST_TEXT = 2000
MOST_PLACES = 6

_ROWS = re.compile(r"(0|[1-9][0-9]?)\.\.([1-9][0-9]?)")
_BARE_WORD = re.compile(r"[a-z][a-z_]+")


def read_fields(
    pairs: tuple[tuple[Scalar, Node], ...], scope: Scope, outlines: tuple[Outline, ...]
) -> tuple[Field, ...]:
    """Read every field in the order written."""
    by_id = {outline.id: outline for outline in outlines}
    found: list[Field] = []
    for key, node in pairs:
        _check_id(key, scope.faults)
        if (entries := read_entries(node, scope.faults, ALL_KEYS)) is not None:
            found.append(_read_field(key, entries, scope, by_id.get(key.text)))
    return tuple(found)


def _check_id(key: Scalar, faults: Faults) -> None:
    """Note an id that may not be; the field is read all the same, so that what names it is not faulted too."""
    if read_id(key, faults) is None:
        return
    if key.text in RESERVED or key.text.startswith(RESERVED_PREFIXES):
        faults.add(
            key.place,
            "reserved_id",
            f"「{key.text}」是系统留用的代号，请换一个。",
            f"id '{key.text}' is reserved for the system",
        )


def _read_field(key: Scalar, entries: Entries, scope: Scope, outline: Outline | None) -> Field:
    kind = entries.word("type", FIELD_KINDS, required=True)
    if kind is None:
        return _field_of_no_type(key, entries, scope)
    _check_keys(entries, kind)
    rows = _read_rows(entries) if kind == "table" else (0, 0)
    inner = scope.within(outline) if outline is not None else scope
    field = Field(
        id=key.text,
        label=entries.label("label"),
        kind=kind,
        place=key.place,
        required=entries.yes_no("required"),
        options=_read_options(entries) if kind == "choice" else (),
        max_length=_read_up_to(entries, "max_length", LONGEST_TEXT, least=1),
        pattern=_read_pattern(entries),
        places=_read_up_to(entries, "places", MOST_PLACES),
        minimum=_read_bound(entries, "min", kind, scope),
        maximum=_read_bound(entries, "max", kind, scope),
        accept=_read_accept(entries) if kind == "attachment" else (),
        default=_read_default(entries, kind, scope),
        calc=_read_expression(entries, "calc", accepted_by(kind), scope),
        show_when=_read_expression(entries, "show_when", BOOLEAN, scope),
        columns=_read_columns(entries, inner) if kind == "table" else (),
        min_rows=rows[0],
        max_rows=rows[1],
        help=entries.text("help"),
    )
    _check_bounds(field, entries)
    return field


def _field_of_no_type(key: Scalar, entries: Entries, scope: Scope) -> Field:
    calc = entries.scalar("calc")
    stand_in = None if calc is None else scope.stand_in(calc.text, calc.place, "text")
    return Field(key.text, entries.label("label"), "text", key.place, calc=stand_in)


def _check_keys(entries: Entries, kind: FieldKind) -> None:
    for key in ALL_KEYS:
        if key in ALWAYS or key in KEYS[kind]:
            continue
        entries.refuse_key(key, "key_not_for_type", f"「type: {kind}」不用「{key}」，请删去。", f"not for type {kind}")
    if entries.has("calc"):
        for key in NOT_WITH_CALC:
            entries.refuse_key(
                key, "key_not_for_calc", f"计算栏位不由人填，不用「{key}」，请删去。", "not for a calculated field"
            )


def _read_columns(entries: Entries, scope: Scope) -> tuple[Field, ...]:
    pairs = entries.pairs("columns", required=True)
    if entries.has("columns") and not pairs:
        entries.faults.add(entries.place, "table_without_columns", "表格至少要有一栏。", "a table needs a column")
    return tuple(field for field in (_read_column(key, node, scope) for key, node in pairs) if field is not None)


def _read_column(key: Scalar, node: Node, scope: Scope) -> Field | None:
    _check_id(key, scope.faults)
    entries = read_entries(node, scope.faults, ALL_KEYS)
    if entries is None:
        return None
    for refused in NOT_IN_COLUMNS:
        entries.refuse_key(refused, "key_not_for_column", f"表格的栏不用「{refused}」，请删去。", "not for a column")
    kind = entries.scalar("type")
    if kind is not None and kind.text in NOT_AS_COLUMN:
        scope.faults.add(
            kind.place,
            "type_not_for_column",
            f"表格的栏不能是「{kind.text}」。请放到表格外面。",
            f"a column cannot be of type {kind.text}",
        )
        return _field_of_no_type(key, entries, scope)
    return _read_field(key, entries, scope, None)


def _read_rows(entries: Entries) -> tuple[int, int]:
    scalar = entries.scalar("rows", required=True)
    match = None if scalar is None else _ROWS.fullmatch(scalar.text)
    if match is not None and int(match[1]) <= int(match[2]) <= MOST_ROWS:
        return int(match[1]), int(match[2])
    if scalar is not None:
        entries.faults.add(
            scalar.place,
            "bad_rows",
            f"「rows: {scalar.text}」应写成「最少..最多」，如 1..8，最多 {MOST_ROWS} 行。",
            f"rows '{scalar.text}' should read LEAST..MOST, e.g. 1..8, at most {MOST_ROWS}",
        )
    return 0, 1


def _read_options(entries: Entries) -> tuple[Option, ...]:
    pairs = entries.pairs("options")
    if not pairs:
        entries.faults.add(
            entries.place, "choice_without_options", "选择栏位要写 options，列出可选的答案。", "a choice needs options"
        )
    found = ((read_id(key, entries.faults), read_label(node, entries.faults)) for key, node in pairs)
    return tuple(Option(option_id, label) for option_id, label in found if option_id is not None)


def _read_up_to(entries: Entries, key: str, most: int, *, least: int = 0) -> int | None:
    found = entries.whole(key, least=least)
    if found is None or found <= most:
        return found
    entries.refuse_key(key, "too_large", f"「{key}」最多 {most}。", f"'{key}' is at most {most}")
    return None


def _read_accept(entries: Entries) -> tuple[str, ...]:
    words = entries.words("accept")
    if not words:
        entries.faults.add(
            entries.place, "missing_key", "附件栏位要写 accept，如 [pdf, jpg]。", "an attachment needs 'accept'"
        )
    for word in words:
        if word.text not in ACCEPTED_FILES:
            entries.faults.add_unknown(word.place, "unknown_word", ("文件类型", "file type"), word.text, ACCEPTED_FILES)
    return tuple(word.text for word in words)


def _read_pattern(entries: Entries) -> str | None:
    scalar = entries.scalar("pattern")
    if scalar is None:
        return None
    if _BARE_WORD.fullmatch(scalar.text) and scalar.text not in NAMED:
        entries.faults.add_unknown(scalar.place, "unknown_pattern", ("格式", "pattern"), scalar.text, NAMED)
        return None
    reason = pattern_fault(scalar.text)
    if reason is not None:
        entries.faults.add(scalar.place, "bad_pattern", reason, f"pattern '{scalar.text}' cannot be used")
    return scalar.text


def _read_expression(entries: Entries, key: str, expect: frozenset[Kind], scope: Scope) -> Expression | None:
    scalar = entries.scalar(key)
    return None if scalar is None else scope.read(scalar, expect)


def _read_default(entries: Entries, kind: FieldKind, scope: Scope) -> Expression | None:
    scalar = entries.scalar("default")
    if scalar is None:
        return None
    if kind == "choice":
        return _read_default_option(scalar, entries, scope)
    return _read_literal(scalar, kind, scope) or scope.read(scalar, accepted_by(kind))


def _read_default_option(scalar: Scalar, entries: Entries, scope: Scope) -> Expression | None:
    options = [key.text for key, _ in entries.pairs("options")]
    if scalar.text in options:
        return scope.read_source(f'"{scalar.text}"', scalar, accepted_by("choice"))
    scope.faults.add_unknown(scalar.place, "unknown_option", ("选项", "option"), scalar.text, options)
    return None


def _read_bound(entries: Entries, key: str, kind: FieldKind, scope: Scope) -> Expression | None:
    scalar = entries.scalar(key)
    if scalar is None or key not in KEYS[kind]:
        return None
    return _read_literal(scalar, kind, scope) or scope.read(scalar, accepted_by(kind))


def _read_literal(scalar: Scalar, kind: FieldKind, scope: Scope) -> Expression | None:
    """Read a number written plainly, held to the places its field has; None when the value is no number."""
    if KINDS[kind] not in NUMERIC or not meant_as_number(scalar.text):
        return None
    percent = kind == "percent" and scalar.text.endswith("%")
    digits = replace(scalar, text=scalar.text.removesuffix("%")) if percent else scalar
    if read_number(digits, LITERAL_PLACES.get(kind), scope.faults) is None:
        return scope.stand_in("0", scalar.place, KINDS[kind])
    number = number_of(scalar.text)
    return scope.read_source(f"{number:f}", scalar, NUMERIC)


def _check_bounds(field: Field, entries: Entries) -> None:
    """Refuse a least value above the greatest where both are plain numbers."""
    bounds = [None if b is None else number_of(b.source) for b in (field.minimum, field.maximum)]
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        entries.refuse_key("min", "min_above_max", "「min」比「max」大，什么都填不进去。", "'min' is above 'max'")
