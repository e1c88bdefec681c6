"""Registers: what their pages read — each row in words, its steps' times, and the same as a table to take away."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from forms_service.domain.errors import NotFound
from forms_service.domain.facts import list_facts, show_fact
from forms_service.domain.lateness import limit_of
from forms_service.domain.people import Person
from forms_service.domain.registers import SYSTEM_NAMES, Column, Register
from forms_service.domain.routing import opener_of
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.step_times import StepTime
from forms_service.store.registered import Wanted
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.register import Line, RegisterRow, Stay
from forms_service.web.tables import Cell
from forms_service.web.words import Tone, moment, state
from forms_service.workflow.office import Office
from forms_service.workflow.registering import Entry, every_entry

_SHORT = 40  # characters of a long text that a list shows; the whole stands in the document and in the export
_NUMBERS = frozenset({"integer", "decimal", "money", "percent"})

Told = str | int | dt.date | dt.datetime


def newest_version(office: Office, form: str) -> FormSpec:
    """Return a form's newest version that was approved; raises NotFound while there is none."""
    versions = [version for version in office.rulebook.versions() if version.form == form]
    if not versions:
        raise NotFound("这本登记册的表单还没有生效。生效之后，编了号的单据会自动登记在这里。")
    return office.printery.form(max(versions, key=lambda version: version.version).sha256).spec


def row(office: Office, register: Register, entry: Entry, *, steps: bool) -> RegisterRow:
    """Write one document's row."""
    return RegisterRow(
        href=f"/documents/{entry.document.id}",
        number=entry.document.number,
        cells=tuple(tuple(_lines(office, entry, column)) for column in register.columns),
        stays=tuple(_stay(office, time) for time in entry.times) if steps else (),
    )


def export_rows(
    office: Office, person: Person, register: Register, spec: FormSpec, wanted: Wanted
) -> Iterator[tuple[Cell, ...]]:
    """Yield all that a person may see of a register as rows to take away, with each step's last times; titles first."""
    titles = (_title(spec, name) for name in register.names)
    yield *titles, *(f"{step.name} {what}" for step in spec.steps for what in ("收", "应完成", "发", "逾期天数"))
    for entry in every_entry(office, person, wanted):
        last = {time.step.id: time for time in entry.times}
        own = (_exported(office, entry, name) for name in register.names)
        yield *own, *(cell for step in spec.steps for cell in _exported_times(office, last.get(step.id)))


def _lines(office: Office, entry: Entry, column: Column) -> Iterator[Line]:
    for place, alternatives in enumerate(column.shows):
        words = ((name, _words(office, entry, name)) for name in alternatives)
        name, text = next(((name, text) for name, text in words if text), ("", ""))
        if text:
            tone: Tone | None = "late" if name == "late" else "soft" if place else None
            yield Line(text if name in _SYSTEM else _cut(text), tone, whole=name in _WHOLE)
    for text in list_facts(entry.spec, entry.facts, column.lists):
        yield Line(text)


def _words(office: Office, entry: Entry, name: str) -> str:
    """Write what a name stands for in a row, "" for what is blank."""
    if name in _SYSTEM:
        value = _SYSTEM[name](office, entry)
        return _BEFORE.get(name, "") + _spoken(value) if value else ""
    field, text = _field(entry.spec, name), entry.facts.get(name, "")
    if field is None or not text:
        return text
    shown = show_fact(field, text)
    return f"{field.label.zh_hans}：{shown}" if field.kind == "yesno" else shown


def _spoken(value: Told) -> str:
    if isinstance(value, int):
        return f"逾期 {value} 天"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _field(spec: FormSpec, name: str) -> Field | None:
    return next((field for field in spec.fields if field.id == name), None)


def _desk(office: Office, entry: Entry) -> str:
    if entry.document.state != "open":
        return ""
    departments = dict.fromkeys(person.department for person in entry.desks)
    return "、".join(department_name(office.organisation, d) for d in departments) or "客户"


def _step_due(office: Office, entry: Entry) -> Told:
    limit = limit_of(entry.document) if entry.document.step else None
    return office.local(limit).date() if limit else ""


def _local(office: Office, at: dt.datetime | None) -> dt.datetime | str:
    return office.local(at) if at else ""


def _local_day(office: Office, at: dt.datetime | None) -> Told:
    return office.local(at).date() if at else ""


_SYSTEM: Mapping[str, Callable[[Office, Entry], Told]] = {
    "no": lambda _, entry: entry.document.number,
    "numbered_at": lambda office, entry: _local(office, entry.document.numbered_at),
    "opened_by": lambda office, entry: actor_name(office.organisation, opener_of(entry.document) or "office"),
    "state": lambda _, entry: state(entry.document)[0],
    "step": lambda _, entry: entry.spec.step(entry.document.step).name if entry.document.step else "",
    "desk": _desk,
    "step_due": _step_due,
    "case_due": lambda office, entry: _local_day(office, entry.document.case_due_at),
    "late": lambda _, entry: entry.days_late,
    "ended_at": lambda office, entry: _local_day(office, entry.document.ended_at),
    "follow_on": lambda _, entry: "、".join(child.number for child in entry.following),
}
_WHOLE = frozenset({"no", "numbered_at", "step_due", "case_due", "ended_at", "late"})
_BEFORE: Mapping[str, str] = {"step_due": "本步 ", "case_due": "全案 ", "ended_at": "结案 "}


def _stay(office: Office, time: StepTime) -> Stay:
    return Stay(
        step=time.step.name,
        unit=department_name(office.organisation, time.department) if time.department else "客户",
        received=moment(office.local(time.opened_at)),
        due=moment(office.local(time.due_at)) if time.due_at else "",
        sent=moment(office.local(time.ended_at)) if time.ended_at else "",
        used=f"{time.used} 天" + (f"（限 {time.allowed} 天）" if time.allowed is not None else ""),
        late=f"逾期 {time.days_late} 天" if time.days_late else "",
    )


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHORT else f"{flat[:_SHORT]}…"


def _title(spec: FormSpec, name: str) -> str:
    field = _field(spec, name)
    return SYSTEM_NAMES.get(name, field.label.zh_hans if field else name)


def _exported(office: Office, entry: Entry, name: str) -> Cell:
    if name in _SYSTEM:
        return _SYSTEM[name](office, entry)
    field, text = _field(entry.spec, name), entry.facts.get(name, "")
    if field is None or not text:
        return ""
    return Decimal(text) if field.kind in _NUMBERS else show_fact(field, text)


def _exported_times(office: Office, time: StepTime | None) -> Iterator[Cell]:
    if time is None:
        yield from ("", "", "", "")
        return
    for at in (time.opened_at, time.due_at, time.ended_at):
        yield office.local(at) if at else ""
    yield time.days_late
