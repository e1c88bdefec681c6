"""Registering: a register's live rows — every numbered document of its form that a person may see, and its times.

A row stands here from the transaction that numbers the document; no PDF is opened for it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.lateness import days_late
from forms_service.domain.people import Department, Person
from forms_service.domain.registers import Register
from forms_service.domain.routing import BOOKKEEPER_ROLE, OVERSEER_ROLES, all_who
from forms_service.domain.spec import Copy, FormSpec
from forms_service.domain.step_times import StepTime, step_times
from forms_service.domain.workdays import Reckoning
from forms_service.store.registered import Sight, Wanted
from forms_service.workflow.office import Office
from forms_service.workflow.reading import find

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: the document, its form, the facts in its bytes, its steps' times, who has it, what followed from it.

    `days_late` is by how much the step at hand is late, or the whole document was when it ended. `desks` are those who
    may act now; `following` are the documents opened from it.
    """

    document: Document
    spec: FormSpec
    facts: Mapping[str, str]
    times: tuple[StepTime, ...]
    days_late: int
    desks: tuple[Person, ...]
    following: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """One page of a register, the last numbered first, and how many rows there are in all."""

    rows: tuple[Entry, ...]
    total: int


def find_register(office: Office, register_id: str) -> Register:
    """Return a register; raises NotFound."""
    found = next((register for register in office.registers if register.id == register_id), None)
    if found is None:
        raise NotFound(f"没有代号为「{register_id}」的登记册。请从「登记」进入。")
    return found


def entries(office: Office, person: Person, wanted: Wanted, limit: int | None, offset: int = 0) -> Entries:
    """Return a page of what a person may see of what is wanted."""
    return all_entries(office, replace(wanted, sight=sight_of(office, person, wanted.form)), limit, offset)


def all_entries(office: Office, wanted: Wanted, limit: int | None = None, offset: int = 0) -> Entries:
    """Return a page of what is wanted, whoever asks: for what the office itself counts."""
    now = office.now()
    with office.database.read() as tx:
        found = tx.registered.find(wanted, limit, offset)
        ids = [document.id for document in found.documents]
        facts, events = tx.facts.of(ids), tx.registered.events(ids)
        desks, following = tx.registered.desks(ids), tx.registered.following(ids)
    firm, people = office.reckoning, {p.id: p for p in office.organisation.people}

    def entry(document: Document) -> Entry:
        spec = office.printery.form(document.spec_sha256).spec
        here = tuple(people[p] for p in desks.get(document.id, ()) if p in people)
        waiting = tuple(person.department for person in here) or ("",)
        times = step_times(spec, document, events.get(document.id, ()), waiting, now, firm)
        late, followers = _days_late(spec, document, now, firm), following.get(document.id, ())
        return Entry(document, spec, facts.get(document.id, {}), times, late, here, followers)

    return Entries(tuple(entry(document) for document in found.documents), found.total)


def _days_late(spec: FormSpec, document: Document, now: dt.datetime, firm: Reckoning) -> int:
    if document.step is not None:
        return days_late(spec, document, now, firm)
    due, ended = document.case_due_at, document.ended_at
    return firm.days_late(due, ended, workdays=firm.calendar.counts_workdays) if due and ended else 0


def every_entry(office: Office, person: Person, wanted: Wanted) -> Iterator[Entry]:
    """Yield all that a person may see of what is wanted, some at a time, for an export."""
    seen = 0
    while (page := entries(office, person, wanted, _AT_ONCE, seen)).rows:
        yield from page.rows
        seen += len(page.rows)


def sees(office: Office, person: Person, document: Document) -> bool:
    """Say whether a person may see a numbered document."""
    try:
        find(office, person, document.id)
    except NotFound:
        return False
    return True


def sight_of(office: Office, person: Person, form: str) -> Sight | None:
    """Say what of a form's documents a person may see, as `routing.may_see` rules it; None for everything.

    One who acts for another within a cap sees what they may sign by its own page only.
    """
    specs = _versions(office, form)
    filling = tuple(spec.sha256 for spec in specs if _fills(spec, person.department))
    if OVERSEER_ROLES & set(person.roles) or (specs and len(filling) == len(specs)):
        return None
    department = office.organisation.department(person.department)
    return Sight(
        person.id,
        (person.id, *_principals(office, person, form)),
        finished=BOOKKEEPER_ROLE in person.roles,
        named=tuple(dict.fromkeys(pair for spec in specs for pair in _named(spec, person, department))),
        filling=filling,
        keeping=tuple(spec.sha256 for spec in specs if _kept(spec, person)),
        cut=tuple((spec.sha256, copy.after) for spec in specs for copy in _kept(spec, person) if copy.after),
        beside=tuple((spec.sha256, step) for spec in specs for step in _shared(spec, person)),
    )


def _versions(office: Office, form: str) -> tuple[FormSpec, ...]:
    approved = (version.sha256 for version in office.rulebook.versions() if version.form == form)
    return tuple(office.printery.form(sha256).spec for sha256 in approved)


def _fills(spec: FormSpec, department: str) -> bool:
    return any(who.kind == "dept" and who.name == department for who in all_who(spec))


def _kept(spec: FormSpec, person: Person) -> tuple[Copy, ...]:
    return tuple(c for c in spec.copies if c.to.kind == "dept" and c.to.name == person.department)


def _shared(spec: FormSpec, person: Person) -> Iterator[str]:
    """Yield the steps of a 或签 that a person is one of by role: what another of them signed, they see."""
    for step in spec.steps:
        if step.who.kind == "any" and any(who.kind == "role" and who.name in person.roles for who in step.who.of):
            yield step.id


def _named(spec: FormSpec, person: Person, department: Department | None) -> Iterator[tuple[str, str]]:
    for who in all_who(spec):
        if who.kind == "dept_field" and department is not None:
            yield who.name, department.name
        if who.kind == "person_field":
            yield who.name, person.name


def _principals(office: Office, person: Person, form: str) -> Iterator[str]:
    with office.database.read() as tx:
        given = tx.delegations.in_force(office.today(office.now()))
    return (g.principal for g in given if g.delegate == person.id and g.covers(form) and g.cap is None)
