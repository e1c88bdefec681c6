"""Taking in: a file that a person signed in a program of their own is recorded as it is, or turned away in clear words.

It must be the very bytes that were handed out, with one signature added, by the certificate that the person registered.
Its time is when it came in. What was only filled elsewhere is read as data (`bringing`), never taken as signed.
Whatever has to be read out of the file is read in a process of its own, and judged there; here it is only compared.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from forms_service.domain.document import Document, Signature
from forms_service.domain.errors import NotFound, NotTaken, ProblemsFound, StalePage, Unreadable
from forms_service.domain.people import Person
from forms_service.domain.routing import require_standing
from forms_service.domain.spec import Step
from forms_service.domain.widgets import locked_names, sign_name
from forms_service.pdf.brought import BroughtFile, read_brought
from forms_service.signing.added import AddedSignature, added_signatures
from forms_service.signing.apart import Alone
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.judge import judge_revision
from forms_service.store.handouts import Handout
from forms_service.workflow.auditing import signed_outside
from forms_service.workflow.bringing import Brought, bring
from forms_service.workflow.handing_out import Printed, cells_of, decided_values, require_own_certificate
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, find
from forms_service.workflow.submitting import Capacity, Submission, capacity_of, enter, require_fresh
from forms_service.workflow.turning_away import (
    MOST_BYTES,
    adds_nothing,
    altered,
    another_document,
    encrypted,
    moved_on,
    no_cells,
    not_ours,
    outdated,
    several,
    too_big,
    unreadable_tail,
    weak,
    why_not,
    wrong_box,
    wrong_certificate,
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file: the document as it now stands, or what the file was filled with; never both."""

    document: Document
    brought: Brought | None = None


def take_in(office: Office, person: Person, pdf: bytes, document_id: str = "") -> TakenIn:
    """Record a file that a person signed outside, or read what was filled in; `document_id` where one is meant.

    The same file a second time is recorded once. Raises NotTaken, Unreadable, Busy, NotYours, StalePage, ProblemsFound.
    """
    at = office.now()
    if len(pdf) > MOST_BYTES:
        raise too_big(len(pdf))
    with office.judges.alone(pdf) as file:
        return _take_in(office, person, file, document_id, at)


def _take_in(office: Office, person: Person, file: Alone, document_id: str, at: dt.datetime) -> TakenIn:
    reading, brought = _recognise(office, person, file, document_id)
    if _is_recorded(office, reading.document, person, file.data):
        return TakenIn(reading.document)
    handout = extended(office, person.id, reading, file.data)
    added = added_to(office, handout, file) if handout else ()
    if handout is None or not added:
        return _read_as_data(office, person, reading, brought, file.data)
    if handout.base != reading.document.head:
        raise moved_on(reading.document)
    try:
        return TakenIn(_record(office, person, reading, handout, added, file, at))
    except StalePage:
        document = find(office, person, reading.document.id).document
        if _is_recorded(office, document, person, file.data):  # sent twice at once, and the other came first
            return TakenIn(document)
        raise


def _recognise(office: Office, person: Person, file: Alone, document_id: str) -> tuple[Reading, BroughtFile]:
    """Find the document that a file says it is, if the person may see it."""
    brought = file.read(read_brought)
    if brought.encrypted:
        raise encrypted()
    if not brought.document_id:
        raise not_ours() if brought.printed or brought.signed else no_cells()
    if document_id and brought.document_id != document_id:
        raise another_document(find(office, person, document_id).document, brought)
    try:
        return find(office, person, brought.document_id), brought
    except NotFound as error:
        raise _hidden(office, person, brought.document_id) from error


def _hidden(office: Office, person: Person, document_id: str) -> NotTaken:
    """Say to who was handed something out that it has moved on; to anybody else nothing of what there is."""
    with office.database.read() as tx:
        handed = any(handout.person == person.id for handout in tx.handouts.of(document_id))
        return moved_on(tx.documents.get(document_id)) if handed else not_ours()


def _is_recorded(office: Office, document: Document, person: Person, pdf: bytes) -> bool:
    digest = hashlib.sha256(pdf).hexdigest()
    with office.database.read() as tx:
        told = signed_outside(tx.ledger.of(document.id))
    return any((one.head, one.person) == (digest, person.id) for one in told)


def extended(office: Office, signer: str, reading: Reading, pdf: bytes) -> Handout | None:
    """Return which of a signer's handouts a file goes on from, byte for byte."""
    with office.database.read() as tx:
        handouts = tx.handouts.of(reading.document.id)
    given = {handout.sha256: office.blobs.get(handout.sha256) for handout in handouts if handout.person == signer}
    begun = [handout for handout in handouts if handout.sha256 in given and pdf.startswith(given[handout.sha256])]
    return max(begun, key=lambda handout: len(given[handout.sha256]), default=None)


def added_to(office: Office, handout: Handout, file: Alone) -> tuple[AddedSignature, ...]:
    """List the signatures that a file bears beyond what was handed out. Raises NotTaken."""
    try:
        return file.read(added_signatures, len(office.blobs.get(handout.sha256)))
    except Unreadable as stop:
        raise unreadable_tail() from stop


def _read_as_data(office: Office, person: Person, reading: Reading, file: BroughtFile, pdf: bytes) -> TakenIn:
    """Take a file without a signature of its own as filled in elsewhere, where it says anything new."""
    mine = at_desk_of(reading, person.id)
    brought = bring(office, person, mine, file)
    if brought is None or not brought.differences or adds_nothing(office, person, reading.document, pdf, file):
        raise why_not(office, person, mine.document, pdf, brought)
    return TakenIn(reading.document, brought)


def _record(
    office: Office,
    person: Person,
    reading: Reading,
    handout: Handout,
    added: tuple[AddedSignature, ...],
    file: Alone,
    at: dt.datetime,
) -> Document:
    submission = submission_of(handout)
    mine = at_desk_of(reading, person.id, handout.step)
    step, claimed = require_fresh(mine, submission)
    standing = require_standing(person, step, mine.document, claimed, None)
    certificate = require_own_certificate(office, person).sha256
    signature = require_one(mine, step, added)
    if signature.certificate != certificate:
        raise wrong_certificate(signature)
    capacity = capacity_of(office, mine.document, step, standing, None, at)
    return record_signed(office, mine, step, handout, capacity, certificate, file, at)


def submission_of(handout: Handout) -> Submission:
    """Write a handout as what its signer handed in."""
    return Submission(
        handout.document_id,
        handout.step,
        handout.base,
        handout.decision,
        handout.opinion,
        handout.raw,
        handout.reason,
    )


def record_signed(
    office: Office,
    reading: Reading,
    step: Step,
    handout: Handout,
    capacity: Capacity,
    certificate: str,
    file: Alone,
    at: dt.datetime,
) -> Document:
    """Judge a file that came back signed by a certificate, and record it; the caller has settled who may.

    Raises NotTaken, StalePage.
    """
    submission = submission_of(handout)
    try:
        values = decided_values(office, reading, step, submission, at)
    except ProblemsFound as stop:
        raise outdated(str(stop)) from stop
    printed = cells_of(reading, step, handout.decision, values, handout.opinion)
    _require_sound(office, reading, step, handout, certificate, printed, file)
    signature = Signature(
        step=step.id,
        person=capacity.person,
        role=capacity.role,
        decision=handout.decision,
        opinion=handout.opinion,
        certificate=certificate,
        signed_at=at,
        base=reading.document.head,
        head=office.blobs.put(file.data),
        round=reading.document.round,
    )
    with office.database.write() as tx:
        return enter(office, tx, reading, submission, capacity, signature, values)


def require_one(reading: Reading, step: Step, added: tuple[AddedSignature, ...]) -> AddedSignature:
    """Require one signature, in the step's box, with an algorithm that still holds. Raises NotTaken."""
    if len(added) > 1:
        raise several(len(added))
    (signature,) = added
    if signature.field != sign_name(reading.spec, step):
        raise wrong_box(reading.spec, step, signature.field)
    if signature.fault:
        raise weak(signature.fault)
    return signature


def _require_sound(
    office: Office,
    reading: Reading,
    step: Step,
    handout: Handout,
    certificate: str,
    printed: Printed,
    file: Alone,
) -> None:
    """Judge what was added, and that the cells still say what they would say if the step were filled now."""
    if dict(office.printery.read(handout.sha256, lambda: office.blobs.get(handout.sha256))) != {
        **office.printery.read(handout.base, lambda: office.blobs.get(handout.base)),
        **printed,
    }:
        raise outdated("按今天的日期或规定，自动计算的栏有了变化。")
    due = ExpectedRevision(
        base_sha256=handout.base,
        field=sign_name(reading.spec, step),
        lock=locked_names(reading.spec, step.id),
        certificate=certificate,
        facts=None,
        printed=printed,
        filled_sha256=handout.sha256,
    )
    results = file.read(judge_revision, due, office.trust, office.now(), office.fonts)
    failed = [result for result in results if result.result == "fail"]
    if failed:
        raise altered(failed[0])
