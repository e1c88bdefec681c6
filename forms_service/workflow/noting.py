"""Noting (知会): telling people what they should know and need not act upon; it stands in their inbox until seen."""

import datetime as dt
from collections.abc import Iterable

from forms_service.domain.document import Signature
from forms_service.domain.people import Person
from forms_service.store.database import Transaction
from forms_service.store.notes import Note
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

_DID = {
    "approve": "签章同意",
    "accept": "签章同意",
    "return": "签章退回",
    "reject": "签章驳回",
    "refuse": "签章不接受",
}


def note(tx: Transaction, people: Iterable[str], document_id: str | None, words: str, at: dt.datetime) -> None:
    """Tell people, by id, something about a document or about none, within the transaction that made it so."""
    tx.notes.add(people, document_id, words, at)


def notes_of(office: Office, person: Person, limit: int) -> tuple[Note, ...]:
    """List what a person was told, newest first."""
    with office.database.read() as tx:
        return tx.notes.of(person.id, limit)


def mark_seen(office: Office, person: Person, up_to: int) -> None:
    """Note that a person has seen what they were told, up to the newest note that their page showed."""
    with office.database.write() as tx:
        tx.notes.mark_seen(person.id, up_to, office.now())


def tell_of_signature(tx: Transaction, office: Office, reading: Reading, signature: Signature) -> None:
    """Tell whose task is over without them: the others of a 或签, and the principal whose delegate signed."""
    step, claimed, document = reading.step, reading.claim, reading.document
    if step is None or claimed is None:
        raise RuntimeError(f"document {document.id} was signed at no step")
    signer = office.organisation.person(signature.person)
    name = signer.name if signer else signature.person
    did = f"{document.number}「{step.name}」由{name}{_DID[signature.decision.partition(':')[0]]}"
    if claimed.parts:
        others = [p.id for p in claimed.people if p.id not in (signature.person, signature.on_behalf_of)]
        note(tx, others, document.id, f"{did}，您不用再办。", signature.signed_at)
    if signature.on_behalf_of is not None:
        note(tx, [signature.on_behalf_of], document.id, f"{did}，是代您签的。", signature.signed_at)
