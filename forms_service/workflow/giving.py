"""Giving: what a document is given when it is opened — names read from its parent's bytes, answers that nobody types.

What the form copies from its parent, and what a report works out, fixes fields of the first step.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from forms_service.domain.answers import AnswerFault, read_answer
from forms_service.domain.cells import split_key, title
from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable
from forms_service.domain.expression import Kind
from forms_service.domain.given import PARENT_NAMES, PERIOD, Given, Named, write_plain
from forms_service.domain.lateness import days_late, limit_of
from forms_service.domain.outlines import ANY
from forms_service.domain.people import Organisation
from forms_service.domain.policies import settings_in_force
from forms_service.domain.routing import opener_of
from forms_service.domain.scope import KINDS
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.values import Single, print_value
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading
from forms_service.workflow.reporting import REPORTS, Subject

_POLICY = "policy."


@dataclass(frozen=True, slots=True)
class Source:
    """From what a document is opened: another document as it stands, the month that it is for, or nothing.

    `nth` counts the documents of the form that were opened from the parent, this one included.
    """

    parent: Reading | None = None
    period: str = ""
    nth: int = 1


def give(office: Office, spec: FormSpec, source: Source, at: dt.datetime, *, report: bool = True) -> Given:
    """Gather what a new document of a form is given; raises NotOpenable where its first step could not hold it.

    Without `report`, what a report would work out is left out: enough to say whose the document would be.
    """
    names = names_given(office, spec, source, at)
    known = Given(names=names).known()
    copied = spec.opens_from.copy if spec.opens_from and source.parent else ()
    raw = {own: print_value(spec.field(own), known[name]) for own, name in copied}
    reported = _report(office, spec, source) if report else {}
    return Given(tuple(_settle(office.organisation, spec, {**raw, **reported})), names)


def names_given(office: Office, spec: FormSpec, source: Source, at: dt.datetime) -> tuple[Named, ...]:
    """List the names that a new document of a form would know, whether or not its first step could hold them."""
    return (*_names(office, spec, source, at), *_settings(office, spec, at))


def with_settings(office: Office, spec: FormSpec, given: Given, at: dt.datetime) -> Given:
    """Return what a document was given with the policies' settings of a moment that a form's conditions read."""
    others = tuple(named for named in given.names if not named.name.startswith(_POLICY))
    return replace(given, names=(*others, *_settings(office, spec, at)))


def _settings(office: Office, spec: FormSpec, at: dt.datetime) -> Iterator[Named]:
    """Yield the settings that decide which steps a document goes through: they are those of its opening, and stay.

    The issue record has them, so that nobody needs the policies to see whether a step was rightly left out.
    """
    read = frozenset[str]().union(*(step.when.names for step in spec.steps if step.when is not None))
    settings = settings_in_force(office.rulebook.organisation(at), office.today(at))
    for name in sorted(name for name in read if name.startswith(_POLICY)):
        value = settings.get(name.removeprefix(_POLICY))
        yield Named(name, "text" if isinstance(value, str) else "number", write_plain(value))


def _names(office: Office, spec: FormSpec, source: Source, at: dt.datetime) -> Iterator[Named]:
    """Yield the names that the form speaks of; without a parent they are blank."""
    if spec.opens_every is not None:
        yield Named(PERIOD, "text", source.period)
    opens = spec.opens_from
    if opens is None:
        return
    known = _parent_values(office, source, at, opens.form) if source.parent is not None else {}
    for name in sorted(set(re.findall(rf"\b{opens.alias}\.([a-z][a-z0-9_]*)", spec.source_text))):
        kind, value = known.get(name, ("text", None))
        yield Named(f"{opens.alias}.{name}", kind, write_plain(value))


def _parent_values(office: Office, source: Source, at: dt.datetime, form: str) -> Mapping[str, tuple[Kind, Single]]:
    """Give the values of a parent by name: the system's, and its own fields where the form names it by its id."""
    reading = source.parent
    if reading is None:
        return {}
    system = {name: (PARENT_NAMES[name], value) for name, value in _system_values(office, reading, source, at).items()}
    fields = () if form == ANY else reading.spec.fields
    own = {field.id: (KINDS[field.kind], reading.values.get(field.id)) for field in fields if field.kind != "table"}
    return {**{name: (kind, _single(value)) for name, (kind, value) in own.items()}, **system}


def _system_values(office: Office, reading: Reading, source: Source, at: dt.datetime) -> Mapping[str, Single]:
    document, spec = reading.document, reading.spec
    firm = office.reckoning
    limit = limit_of(document)
    return {
        "no": document.number,
        "state": document.state,
        "title": spec.title.zh_hans,
        "form": spec.form,
        "opened_on": office.today(document.opened_at),
        "ended_on": office.today(document.ended_at) if document.ended_at else None,
        "sha256": document.head,
        "opened_by": _opener(office, document),
        "step_name": reading.step.name if reading.step else "",
        "step_department": _department(office, reading),
        "step_person": _holder(reading),
        "step_opened_on": office.today(document.step_opened_at) if reading.step else None,
        "step_due_on": office.today(limit) if limit else None,
        "days_late": days_late(spec, document, at, firm),
        "nth": source.nth,
    }


def _opener(office: Office, document: Document) -> str:
    person = office.organisation.person(opener_of(document) or "")
    return person.name if person else ""


def _department(office: Office, reading: Reading) -> str:
    """Name the department at whose desk a document is; nobody's for a customer's, or where several share it."""
    holders = reading.claim.holders if reading.claim else ()
    ids = {person.department for person in holders}
    department = office.organisation.department(ids.pop()) if len(ids) == 1 else None
    return department.name if department else ""


def _holder(reading: Reading) -> str:
    """Name the one person who may sign; several are told by their department."""
    holders = reading.claim.holders if reading.claim else ()
    return holders[0].name if len(holders) == 1 else ""


def _single(value: object) -> Single:
    if isinstance(value, tuple):
        raise TypeError("a table is no single value")
    return value  # type: ignore[return-value]  # the values of a document hold nothing else


def _report(office: Office, spec: FormSpec, source: Source) -> Mapping[str, str]:
    opens, every = spec.opens_from, spec.opens_every
    if opens is not None and opens.report and source.parent is not None:
        return REPORTS[opens.report](office, Subject(source.parent.document, source.period))
    if every is not None and every.report:
        return REPORTS[every.report](office, Subject(None, source.period))
    return {}


def _settle(org: Organisation, spec: FormSpec, raw: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Write each answer as it will be printed. A blank fixes nothing; a table's own id says that it has no row more."""
    for key, text in raw.items():
        field = _field(spec, key)
        if field.kind == "table":
            yield key, ""
        elif text.strip():
            yield key, _printed(org, field, text)


def _printed(org: Organisation, field: Field, text: str) -> str:
    try:
        return print_value(field, read_answer(field, text, org))
    except AnswerFault as fault:
        raise NotOpenable(f"{title(field)}要由系统填入「{text[:30]}」，{fault}开不了单。请联系总经理室。") from fault


def _field(spec: FormSpec, key: str) -> Field:
    """Return the first step's field, or table's column, that an answer is for."""
    cell = split_key(key)
    field = spec.field(cell[0] if cell else key)
    if field.id not in spec.steps[0].fills:
        raise RuntimeError(f"{spec.form}: {field.id} is given and is no field of the first step")
    if cell is not None and cell[1] > field.max_rows:
        raise NotOpenable(f"「{field.label.zh_hans}」只有 {field.max_rows} 行，不够填。请发布加行的新版表单，再开单。")
    return field if cell is None else next(column for column in field.columns if column.id == cell[2])
