"""Hindered: what is due and could not be done, for those who see that it is: the document, what is missing, and why.

What is due is what the next sweep would do; why it could not be done the last time, the ledger tells (`not_done`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.events import Event, LedgerRow
from forms_service.store.copies import SealedCopy
from forms_service.workflow.distributing import EarlyCopy, pending
from forms_service.workflow.not_done import NOT_SEALED, last_told
from forms_service.workflow.office import Office
from forms_service.workflow.renewing import LOOKED_AT_AGAIN, ageing

PATIENCE = dt.timedelta(minutes=10)
"""A sweep comes every few seconds: what is due for so long, and of which nothing was told, no sweep has seen."""


@dataclass(frozen=True, slots=True)
class Hindered:
    """A document with something due. `copy` is its copy's number, 0 for all; `reason` is "" where none is known."""

    document: Document
    kind: str
    copy: int
    reason: str
    since: dt.datetime


def hindered(office: Office) -> tuple[Hindered, ...]:
    """List what could not be done and is still to do, the oldest first."""
    due = (*pending(office), *ageing(office, LOOKED_AT_AGAIN))  # with those put off
    ids = {_document_id(thing) for thing in due}
    with office.database.read() as tx:
        rows = tx.ledger.among(ids) if ids else ()
        documents = {document_id: tx.documents.get(document_id) for document_id in ids}
    told: dict[str, list[LedgerRow]] = {document_id: [] for document_id in ids}
    for row in rows:
        told[row.event.document_id].append(row)
    at = office.now()
    found = {
        (each.document.id, each.copy): each
        for thing in due
        for each in _of(documents[_document_id(thing)], thing, told[_document_id(thing)], at)
    }
    return tuple(sorted(found.values(), key=lambda each: (each.since, each.document.number, each.copy)))


def _of(
    document: Document, thing: Document | SealedCopy | EarlyCopy, rows: list[LedgerRow], at: dt.datetime
) -> Iterator[Hindered]:
    """Tell what hindered one thing that is due."""
    numbers = _copies_told(rows) if isinstance(thing, Document) else (_copy(thing),)
    events = [event for event in (last_told(rows, number) for number in numbers) if event is not None]
    yield from (_told(document, event) for event in events)
    if isinstance(thing, Document) and not events and at - thing.step_opened_at > PATIENCE:
        yield Hindered(document, NOT_SEALED, 0, "", thing.step_opened_at)


def _told(document: Document, event: Event) -> Hindered:
    return Hindered(document, event.kind, int(event.data["copy"] or 0), str(event.data["reason"]), event.at)


def _copies_told(rows: list[LedgerRow]) -> tuple[int, ...]:
    return tuple(sorted({int(row.event.data["copy"] or 0) for row in rows if "copy" in row.event.data}))


def _copy(thing: SealedCopy | EarlyCopy) -> int:
    return thing.copy.no if isinstance(thing, EarlyCopy) else thing.no


def _document_id(thing: Document | SealedCopy | EarlyCopy) -> str:
    match thing:
        case Document():
            return thing.id
        case EarlyCopy():
            return thing.document.id
        case SealedCopy():
            return thing.document_id
