"""Withdrawing the last signature before the next falls, and voiding a document with a reason."""

from forms_service.domain.document import Document, void, withdraw
from forms_service.domain.errors import NotYours
from forms_service.domain.events import Event
from forms_service.domain.facts import printed_facts
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES
from forms_service.workflow.office import Office
from forms_service.workflow.reading import claim_of, find, values_of


def withdraw_signature(office: Office, person: Person, document_id: str) -> Document:
    """Take back one's own last signature while nobody has signed after it; a new round starts. Raises WrongState."""
    at = office.now()
    reading = find(office, person, document_id)
    moved = withdraw(reading.document, person.id)
    step = reading.spec.step(moved.step) if moved.step else None
    claimed = claim_of(office, moved, step, values_of(office, reading.spec, moved.head))
    with office.database.write() as tx:
        stored = tx.documents.save(moved, reading.document.revision, [p.id for p in claimed.people] if claimed else [])
        tx.facts.put(document_id, printed_facts(reading.spec, stored, reading.values))
        tx.links.end_all(document_id, at)
        data = {"step": moved.step, "round": moved.round, "withdrawn": reading.document.head, "head": moved.head}
        tx.ledger.append(Event(at, "withdrawn", document_id, person.id, data))
    return stored


def void_document(office: Office, person: Person, document_id: str, reason: str) -> Document:
    """End a document as void; by the one who opened it, or the 总经理室. Raises NotYours, WrongState."""
    at = office.now()
    reading = find(office, person, document_id)
    if person.id != reading.document.opened_by and not OVERSEER_ROLES & set(person.roles):
        raise NotYours("只有开立人或总经理室可以作废单据。请联系他们。")
    moved = void(reading.document, reason, at)
    with office.database.write() as tx:
        stored = tx.documents.save(moved, reading.document.revision, [])
        tx.links.end_all(document_id, at)
        tx.drafts.drop_all(document_id)
        data = {"reason": moved.void_reason, "was": reading.document.state, "head": moved.head}
        tx.ledger.append(Event(at, "voided", document_id, person.id, data))
    return stored
