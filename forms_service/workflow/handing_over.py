"""Handing over (转交): one holder of a step gives it to another of the same role or department, who alone may sign it.

It passes no authority on: both hold the step already. Each of the holders may take it back.
"""

from dataclasses import replace

from forms_service.domain.claims import Claim
from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours, WrongState
from forms_service.domain.events import Data, Event
from forms_service.domain.people import Person
from forms_service.domain.routing import barred_by, require_turn
from forms_service.domain.spec import Step
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, candidates_of, find

Told = tuple[tuple[list[str], str], ...]
"""Who is told what, with the change that makes it so."""


def hand_over(office: Office, person: Person, document_id: str, step_id: str, to: str) -> Document:
    """Give a step to a colleague who holds it too. Raises NotYours, WrongState, StalePage."""
    at = office.now()
    reading, step, claimed = _held(office, person, document_id, step_id)
    document = reading.document
    require_turn(person, step, document, claimed)
    colleague = next((other for other in colleagues(reading, person) if other.id == to), None)
    if colleague is None:
        raise NotYours(f"「{step.name}」只能交给{claimed.words}里还能签它的同事。请另选一位。")
    if document.assignee is not None and claimed.assignee is None:
        raise WrongState("这次会签的另一方已经交办，等他签完，您再转交。")
    words = f"{document.number}「{step.name}」"
    told: Told = (
        ([to], f"{person.name}把 {words}交给您办理。"),
        ([p.id for p in claimed.people if p.id not in (person.id, to)], f"{words}已交给{colleague.name}办理。"),
    )
    return _assign(office, reading, to, Event(at, "handed_over", document.id, person.id, _data(step, to)), told)


def take_back(office: Office, person: Person, document_id: str, step_id: str) -> Document:
    """Take a step back that was handed over, by anyone who holds it. Raises NotYours, WrongState, StalePage."""
    at = office.now()
    reading, step, claimed = _held(office, person, document_id, step_id)
    if claimed.assignee is None:
        raise WrongState(f"「{step.name}」没有交给谁，不用取回。")
    document, former = reading.document, claimed.assignee.id
    words = f"{person.name}取回了 {document.number}「{step.name}」，由{claimed.words}办理。"
    told: Told = (([p.id for p in claimed.people if p.id != person.id], words),)
    return _assign(office, reading, None, Event(at, "taken_back", document.id, person.id, _data(step, former)), told)


def colleagues(reading: Reading, person: Person) -> tuple[Person, ...]:
    """List to whom a holder may give the step at hand: others who hold it and are not kept from signing it."""
    step, claimed = reading.step, reading.claim
    if step is None or claimed is None or person not in claimed.holders:
        return ()
    others = (other for other in claimed.people if other.id != person.id)
    return tuple(o for o in others if barred_by(frozenset({o.id}), step, reading.document) is None)


def _held(office: Office, person: Person, document_id: str, step_id: str) -> tuple[Reading, Step, Claim]:
    reading = at_desk_of(find(office, person, document_id), person.id, step_id)
    if reading.step is None or reading.claim is None or reading.step.id != step_id:
        raise WrongState(f"单据 {reading.document.number} 现在不在这一步，不能转交。请刷新页面再看。")
    if all(holder.id != person.id for holder in reading.claim.people):
        raise NotYours(f"这一步由{reading.claim.words}办理，由他们自己转交或取回。")
    return reading, reading.step, reading.claim


def _assign(office: Office, reading: Reading, assignee: str | None, event: Event, told: Told) -> Document:
    moved = replace(reading.document, assignee=assignee)
    candidates = candidates_of(office, moved, reading.values)
    with office.database.write() as tx:
        stored = tx.documents.save(moved, reading.document.revision, candidates)
        tx.ledger.append(event)
        for people, words in told:
            note(tx, people, stored.id, words, event.at)
    return stored


def _data(step: Step, to: str) -> Data:
    return {"step": step.id, "to": to}
