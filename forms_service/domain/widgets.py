"""The AcroForm fields of a form: every printed cell's name, what it shows and the one lock it belongs to.

Names are `[a-z][a-z0-9_]*`; ordinals in the middle (`sign_02_gm`, `lines_01_item`) keep one name from being the start
of another, which old validators take for the same lock (pyHanko issue 633). One field has one widget.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from forms_service.domain.given import CASE_DUE
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.values import Single, Value, Values, print_value, read_value

ISSUE = "issue"
SEAL = "seal"
ISSUE_SIGNATURE = "sign_00_issue"
SEAL_SIGNATURE = "sign_99_seal"
NUMBER = "sys_no"
OPENED_ON = "sys_opened_on"
DOCUMENT_ID = "sys_document_id"
COPY_LABEL = "sys_copy_label"

WidgetKind = Literal["text", "longtext", "check", "choice", "date", "signature"]


@dataclass(frozen=True, slots=True)
class Widget:
    """One AcroForm field. `of` is what it shows: a field id, `sign.STEP`, `opinion.STEP`, `decision.STEP` or a
    system name (`no`, `opened_on`, `document_id`, `copy_label`, `issue`, `seal`). `locked_by` is `issue`, a step id or
    `seal`. Rows count from 1.
    """  # noqa: D205

    name: str
    kind: WidgetKind
    of: str
    locked_by: str
    label: str
    row: int | None = None
    column: str | None = None
    option: str | None = None


def sign_name(spec: FormSpec, step: Step) -> str:
    """Name the signature box of a step."""
    return f"sign_{spec.step_index(step.id) + 1:02}_{step.id}"


def opinion_name(spec: FormSpec, step: Step) -> str:
    """Name the opinion cell of a step that decides."""
    return f"opinion_{spec.step_index(step.id) + 1:02}_{step.id}"


def decision_name(spec: FormSpec, step: Step) -> str:
    """Name the decision cell of a step that decides."""
    return f"decision_{spec.step_index(step.id) + 1:02}_{step.id}"


def widgets(spec: FormSpec) -> tuple[Widget, ...]:
    """List every AcroForm field of a form: system cells, fields in the spec's order, then the steps' boxes."""
    return _drawn_up(_Very(spec)).widgets


def locked_names(spec: FormSpec, lock: str) -> tuple[str, ...]:
    """List the names of the non-signature fields that one lock (`issue`, a step id, `seal`) holds, in order."""
    return tuple(w.name for w in widgets(spec) if w.locked_by == lock and w.kind != "signature")


def lock_of(spec: FormSpec, field: Field) -> str:
    """Name the step that locks a field: who fills it, or for a calculated one the last step that feeds it.

    What is calculated from nothing but what the document is given is locked by the first step.
    """
    return _drawn_up(_Very(spec)).locks.get(field.id) or _find_lock(spec, field)


def print_document(spec: FormSpec, values: Values, fields: frozenset[str]) -> Mapping[str, str | bool]:
    """Write values of the named spec fields as widget texts and ticks, blanks included; keyed by widget name."""
    return {w.name: _print_widget(spec.field(w.of), w, values.get(w.of)) for w in widgets(spec) if w.of in fields}


def read_document(spec: FormSpec, printed: Mapping[str, str | bool]) -> Values:
    """Read the values of all spec fields back from widget texts and ticks; trailing empty table rows fall away.

    Raises ValueError when a text is not one that its field prints.
    """
    return {field.id: _read_field(spec, field, printed) for field in spec.fields}


def fields_of_lock(spec: FormSpec, lock: str) -> frozenset[str]:
    """Name the spec fields (filled and calculated) that a step's signature locks."""
    return frozenset(field_id for field_id, by in _drawn_up(_Very(spec)).locks.items() if by == lock)


@dataclass(frozen=True, slots=True, eq=False)
class _Very:
    """One spec and no other, however alike: the key by which what is worked out of it is kept."""

    spec: FormSpec

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Very) and other.spec is self.spec

    def __hash__(self) -> int:
        return id(self.spec)


@dataclass(frozen=True, slots=True)
class _DrawnUp:
    """What a form's widgets are, and by which step each field is locked."""

    widgets: tuple[Widget, ...]
    locks: Mapping[str, str]


@lru_cache(maxsize=256)
def _drawn_up(very: _Very) -> _DrawnUp:
    """Work out a form's widgets and locks, once as long as the form is in use."""
    spec = very.spec
    locks = {field.id: _find_lock(spec, field) for field in spec.fields}
    every = (
        *_system_widgets(spec),
        *(widget for field in spec.fields for widget in _field_widgets(field, locks[field.id])),
        *(widget for step in spec.steps for widget in _step_widgets(spec, step)),
        Widget(SEAL_SIGNATURE, "signature", "seal", SEAL, "公司封印"),
    )
    return _DrawnUp(every, locks)


def _find_lock(spec: FormSpec, field: Field) -> str:
    feeding = [spec.step_index(s) for s in feeding_steps(spec, frozenset({field.id}))]
    return spec.steps[max(feeding, default=0)].id


def _system_widgets(spec: FormSpec) -> tuple[Widget, ...]:
    """List the cells that the system fills; the number's is locked by the step at which it is drawn."""
    return (
        Widget(ISSUE_SIGNATURE, "signature", "issue", ISSUE, "公司签发"),
        Widget(NUMBER, "text", "no", spec.number_at or ISSUE, "编号"),
        Widget(OPENED_ON, "date", "opened_on", ISSUE, "开立日期"),
        Widget(DOCUMENT_ID, "text", "document_id", ISSUE, "文件识别码"),
        Widget(COPY_LABEL, "text", "copy_label", SEAL, "联别"),
    )


def _field_widgets(field: Field, lock: str) -> Iterator[Widget]:
    if field.kind == "table":
        for row in range(1, field.max_rows + 1):
            for column in field.columns:
                name = f"{field.id}_{row:02}_{column.id}"
                label = f"{field.label.zh_hans} 第{row}行 {column.label.zh_hans}"
                yield Widget(name, _text_kind(column), field.id, lock, label, row, column.id)
    elif field.kind in ("choice", "yesno"):
        for ordinal, (option, label) in enumerate(options_of(field), 1):
            text = f"{field.label.zh_hans}：{label}"
            yield Widget(f"{field.id}_{ordinal:02}_{option}", "check", field.id, lock, text, option=option)
    else:
        yield Widget(field.id, _text_kind(field), field.id, lock, field.label.zh_hans)


def options_of(field: Field) -> tuple[tuple[str, str], ...]:
    """List the boxes of a choice or yesno as (option id, Chinese label)."""
    if field.kind == "yesno":
        return (("yes", "是"), ("no", "否"))
    return tuple((option.id, option.label.zh_hans) for option in field.options)


def _text_kind(field: Field) -> WidgetKind:
    if field.kind == "longtext":
        return "longtext"
    if field.kind in ("choice", "yesno"):  # only in tables, where boxes have no room
        return "choice"
    return "date" if field.kind == "date" else "text"


def _step_widgets(spec: FormSpec, step: Step) -> Iterator[Widget]:
    if step.decides:
        yield Widget(decision_name(spec, step), "text", f"decision.{step.id}", step.id, f"{step.name} 决定")
        yield Widget(opinion_name(spec, step), "longtext", f"opinion.{step.id}", step.id, f"{step.name} 意见")
    yield Widget(sign_name(spec, step), "signature", f"sign.{step.id}", step.id, f"{step.name} 签章")


def feeding_steps(spec: FormSpec, roots: frozenset[str]) -> frozenset[str]:
    """Name the steps after which all is known that an expression with these roots reads.

    They fill the fields that it reads, near and far; start the clock of `case_due`; or fill what `together` compares.
    """
    read: set[str] = set()
    waiting = set(roots)
    while waiting:
        read |= waiting
        waiting = {name for reader in waiting for name in _read_by(spec, reader)} - read
    found = {step.id for step in spec.steps if not read.isdisjoint(step.fills)}
    clock = {spec.due.start} if spec.due is not None and spec.due.start and CASE_DUE in read else set()
    return frozenset(found | clock)


def _read_by(spec: FormSpec, name: str) -> frozenset[str]:
    """Name what a name is worked out from: a field's calculations, or the fields by which documents count together."""
    if spec.together is not None and name == spec.together.name:
        return frozenset(spec.together.same)
    field = next((field for field in spec.fields if field.id == name), None)
    formulas = [f.calc for f in (field, *field.columns) if f.calc is not None] if field is not None else []
    return frozenset(root for formula in formulas for root in formula.roots)


def _print_widget(field: Field, widget: Widget, value: Value) -> str | bool:
    if widget.row is not None:
        return _print_cell(field, widget, value)
    if isinstance(value, tuple):
        raise TypeError(f"{field.id} is no table")
    text = print_value(field, value)
    return text == widget.option if widget.kind == "check" else text


def _print_cell(field: Field, widget: Widget, value: Value) -> str:
    rows = value if isinstance(value, tuple) else ()
    if widget.row is None or widget.row > len(rows):
        return ""
    column = next(c for c in field.columns if c.id == widget.column)
    return print_value(column, rows[widget.row - 1].get(column.id))


def _read_field(spec: FormSpec, field: Field, printed: Mapping[str, str | bool]) -> Value:
    own = [w for w in _field_widgets(field, lock_of(spec, field)) if w.name in printed]
    if field.kind == "table":
        rows = [_read_row(field, [w for w in own if w.row == n], printed) for n in range(1, field.max_rows + 1)]
        while rows and all(cell is None for cell in rows[-1].values()):
            rows.pop()
        return tuple(rows)
    if field.kind in ("choice", "yesno"):
        ticked = [w.option or "" for w in own if printed[w.name]]
        if len(ticked) > 1:
            raise ValueError(f"{field.id}: {len(ticked)} boxes ticked")
        return read_value(field, ticked[0]) if ticked else None
    return read_value(field, str(printed.get(field.id, "")))


def _read_row(field: Field, cells: list[Widget], printed: Mapping[str, str | bool]) -> dict[str, Single]:
    columns = {c.id: c for c in field.columns}
    return {str(w.column): read_value(columns[str(w.column)], str(printed[w.name])) for w in cells}
