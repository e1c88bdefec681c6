"""Withdrawing the last signature before the next falls, and voiding a document with a reason."""

from dataclasses import replace

from forms_service.domain.copies import bars_return
from forms_service.domain.document import Document, open_steps, void, withdraw
from forms_service.domain.errors import NotYours, WrongState
from forms_service.domain.events import Event
from forms_service.domain.facts import printed_facts
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES, opener_of, skipped_steps
from forms_service.domain.spec import FormSpec
from forms_service.domain.step_times import stays
from forms_service.domain.values import Values
from forms_service.workflow.consulting import close_questions
from forms_service.workflow.deadlines import step_due
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, candidates_of, find, known, values_of


def withdraw_signature(office: Office, person: Person, document_id: str) -> Document:
    """Take back one's own last signature while nobody has signed after it; a new round starts. Raises WrongState."""
    at = office.now()
    reading = find(office, person, document_id)
    _require_not_out(reading)
    skipped = skipped_steps(reading.spec, known(office, reading.document, reading.values))
    back = withdraw(reading.document, reading.spec, person.id, skipped)
    kept = values_of(office, reading.spec, back.head)
    moved = _as_timed_before(office, reading.spec, back, kept)
    candidates = candidates_of(office, moved, kept)
    with office.database.write() as tx:
        stored = tx.documents.save(moved, reading.document.revision, candidates)
        tx.facts.put(document_id, printed_facts(reading.spec, stored, kept))
        tx.links.end_all(document_id, at)
        close_questions(tx, stored, [step.id for step in open_steps(stored, reading.spec, skipped)], at)
        data = {"step": moved.step, "round": moved.round, "withdrawn": reading.document.head, "head": moved.head}
        tx.ledger.append(Event(at, "withdrawn", document_id, person.id, data))
    return stored


def _require_not_out(reading: Reading) -> None:
    """Refuse to take back a signature at which a copy was cut."""
    last = next(reversed(reading.document.signatures), None)
    out = bars_return(reading.spec, reading.document, last.step) if last else None
    if out is not None:
        raise WrongState(f"「{out.name}」已经在您签后裁出，交存的一方拿着它，不能再撤回。")


def _as_timed_before(office: Office, spec: FormSpec, back: Document, values: Values) -> Document:
    """Go on with the time of the step whose signature was taken back; signing and withdrawing buys no days."""
    with office.database.read() as tx:
        *_, stay = stays(tx.ledger.of(back.id))
    back = replace(back, step_opened_at=stay.opened_at)
    return replace(back, due_at=step_due(office, spec, back, values))


def void_document(office: Office, person: Person, document_id: str, reason: str) -> Document:
    """End a document as void; by the one who opened it, or the 总经理室. Raises NotYours, WrongState."""
    at = office.now()
    reading = find(office, person, document_id)
    if person.id != opener_of(reading.document) and not OVERSEER_ROLES & set(person.roles):
        raise NotYours("只有开立人或总经理室可以作废单据。请联系他们。")
    moved = void(reading.document, reason, at)
    with office.database.write() as tx:
        stored = tx.documents.save(moved, reading.document.revision, [])
        tx.links.end_all(document_id, at)
        tx.drafts.drop_all(document_id)
        close_questions(tx, stored, (), at)
        data = {"reason": moved.void_reason, "was": reading.document.state, "head": moved.head}
        tx.ledger.append(Event(at, "voided", document_id, person.id, data))
    return stored
