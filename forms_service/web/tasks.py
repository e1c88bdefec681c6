"""Tasks: what waits for a person to do — their own steps, what they may sign for others, what they were asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.consultation import Consultation
from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.routing import barred_by, free_standings
from forms_service.store.documents import Search
from forms_service.web.desk import LIST_LIMIT
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, read


@dataclass(frozen=True, slots=True)
class Task:
    """A step that a person may sign now, for themselves or for a principal."""

    reading: Reading
    principal: Person | None = None


def tasks_of(office: Office, person: Person, text: str = "") -> tuple[Task, ...]:
    """List what a person can sign now, the most urgent first; what they may not sign twice is not theirs."""
    own = [Task(at_desk_of(read(office, document), person.id)) for document in _own(office, person, text)]
    held = frozenset(task.reading.document.id for task in own)
    return tuple(sorted((*own, *_lent(office, person, text, held)), key=_urgency))


def questions_to(office: Office, person: Person) -> tuple[tuple[Consultation, Reading], ...]:
    """List what a person was asked for an opinion on and has still to answer, with the document that it is about."""
    with office.database.read() as tx:
        asked = [
            (question, tx.documents.get(question.document_id)) for question in tx.consultations.waiting_for(person.id)
        ]
    return tuple((question, read(office, document)) for question, document in asked)


def count_tasks(office: Office, person: Person) -> int:
    """Count what waits for a person, as the navigation shows it."""
    own = _own(office, person)
    with office.database.read() as tx:
        asked = len(tx.consultations.waiting_for(person.id))
    return len(own) + asked + sum(1 for _ in _lent(office, person, "", frozenset(document.id for document in own)))


def _own(office: Office, person: Person, text: str = "") -> tuple[Document, ...]:
    with office.database.read() as tx:
        search = Search(candidate=person.id, states=("open",), text=text)
        found = tx.documents.find(search, order="due", limit=LIST_LIMIT)
    return tuple(document for document in found if not _is_barred(office, person, document))


def _is_barred(office: Office, person: Person, document: Document) -> bool:
    """Say whether `not_same_as` keeps a person from the step at hand; the members of a 会签 have it in common."""
    step = office.printery.form(document.spec_sha256).spec.step(str(document.step))
    return barred_by(frozenset({person.id}), step, document) is not None


def _lent(office: Office, person: Person, text: str, held: frozenset[str]) -> Iterator[Task]:
    """Find what a person may sign by a delegation that is in force, but for what is their own anyway."""
    seen = set(held)
    with office.database.read() as tx:
        given = [d for d in tx.delegations.in_force(office.today(office.now())) if d.delegate == person.id]
        searches = [Search(candidate=d.principal, states=("open",), form=d.form or None, text=text) for d in given]
        documents = [found for search in searches for found in tx.documents.find(search, order="due", limit=LIST_LIMIT)]
    for document in documents:
        task = None if document.id in seen else _lent_task(office, person, document)
        seen.add(document.id)
        if task is not None:
            yield task


def _lent_task(office: Office, person: Person, document: Document) -> Task | None:
    reading = at_desk_of(read(office, document), person.id)
    if reading.step is None or reading.claim is None:
        return None
    free = free_standings(reading.claim.standings(person.id), reading.step, document)
    return Task(reading, free[0].principal) if free else None


def _urgency(task: Task) -> tuple[bool, str, str, str]:
    document = task.reading.document
    due = document.due_at.isoformat() if document.due_at else ""
    return document.due_at is None, due, document.step_opened_at.isoformat(), document.id
