"""Moving a draft: a document that nobody has signed is issued anew on the version of its form now in force.

It stays the same document, with its number, its day of opening, its place in the dossier and what was typed for it; the
firm certifies new bytes and the ledger keeps both digests. What is signed never moves.
"""

from dataclasses import replace

from forms_service.domain.diffing import may_move, require_movable
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours
from forms_service.domain.events import Data, Event
from forms_service.domain.numbering import draft_number
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES, opener_of
from forms_service.pdf.read import read_record
from forms_service.store.database import Transaction
from forms_service.workflow.deadlines import step_due
from forms_service.workflow.giving import with_settings
from forms_service.workflow.issuing import Issue, certified_base
from forms_service.workflow.office import Office
from forms_service.workflow.opening import in_force
from forms_service.workflow.printery import PrintedForm
from forms_service.workflow.reading import Reading, candidates_of, find


def movable_to(office: Office, person: Person, reading: Reading) -> int | None:
    """Return the version that a person may move a document to now; None for none, as for what is signed or ended."""
    if not _is_theirs(person, reading):
        return None
    try:
        newer = _newer(office, reading)
    except NotFound:
        return None
    return newer.spec.version if may_move(reading.document, reading.spec, newer.spec) else None


def move_draft(office: Office, person: Person, document_id: str) -> Document:
    """Issue a draft anew on its form's version in force; by who opened it, whose turn it is, or the 总经理室.

    Raises NotYours, and WrongState with the changes that stand against it.
    """
    at, reading = office.now(), find(office, person, document_id)
    if not _is_theirs(person, reading):
        raise NotYours("只有开立人、承办人或总经理室可以把草稿改用新版表单。请联系他们。")
    newer = _newer(office, reading)
    require_movable(reading.document, reading.spec, newer.spec)
    with office.database.write() as tx:
        parent = _parent_as_it_was(office, tx, reading.document)
        document, spec = reading.document, newer.spec
        given = with_settings(office, spec, document.given, document.opened_at)
        moved = replace(document, version=spec.version, spec_sha256=spec.sha256, given=given)
        issue = Issue(newer, document.id, document.opened_by, at, given, parent, document.supersedes)
        moved = replace(moved, head=office.blobs.put(certified_base(office, issue, moved)))
        moved = replace(moved, due_at=step_due(office, spec, moved, {}))
        stored = tx.documents.save(moved, document.revision, candidates_of(office, moved, {}))
        tx.judged.add(moved.head, document.id, at)
        tx.ledger.append(Event(at, "moved", document.id, person.id, _moved(document, moved)))
    return stored


def _newer(office: Office, reading: Reading) -> PrintedForm:
    return office.printery.form(in_force(office, reading.document.form, office.now()).sha256)


def _is_theirs(person: Person, reading: Reading) -> bool:
    holds = reading.claim is not None and reading.claim.includes(person.id)
    return person.id == opener_of(reading.document) or holds or bool(OVERSEER_ROLES & set(person.roles))


def _parent_as_it_was(office: Office, tx: Transaction, document: Document) -> Document | None:
    """Return the parent with the number and bytes it had when the document was opened, as its record names them."""
    recorded = read_record(office.blobs.get(document.head)).parent
    if recorded is None:
        return None
    number = recorded.number or draft_number(recorded.document_id)
    return replace(tx.documents.get(recorded.document_id), number=number, head=recorded.sha256)


def _moved(before: Document, after: Document) -> Data:
    return {
        "from_version": before.version,
        "from_head": before.head,
        "version": after.version,
        "spec_sha256": after.spec_sha256,
        "head": after.head,
    }
