"""The desk: what pages read — lists, a document's ledger, its copies and files — each behind the rule of who may see.

It changes nothing. What changes something is a use-case of the workflow.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.domain.checking import defaults
from forms_service.domain.consultation import Consultation
from forms_service.domain.countersigning import members
from forms_service.domain.course import Within
from forms_service.domain.delegation import Delegation
from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError, NotFound
from forms_service.domain.events import LedgerRow
from forms_service.domain.given import given_over
from forms_service.domain.people import Person
from forms_service.domain.policies import settings_in_force
from forms_service.domain.routing import skipped_steps
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.workdays import allowed
from forms_service.pdf.read import page_count, page_png
from forms_service.store.attachments import AttachedFile
from forms_service.store.copies import SealedCopy
from forms_service.store.documents import Search
from forms_service.store.drafts import Draft
from forms_service.store.keys import PersonKey
from forms_service.store.vouchers import PostedVoucher
from forms_service.web.forms import printed_answers
from forms_service.web.pages.route import steps_ahead
from forms_service.workflow.companions import ACCOUNTING, await_companions, is_postable
from forms_service.workflow.deadlines import with_case_due
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, claim_of, context, find, known, read, values_of

LIST_LIMIT = 100
PAGE_WIDTH_PX = 1240


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the store knows of one document beside its bytes."""

    rows: tuple[LedgerRow, ...]
    copies: tuple[SealedCopy, ...]
    files: tuple[AttachedFile, ...]
    voucher: PostedVoucher | None
    consultations: tuple[Consultation, ...]


def signed_by(office: Office, person: Person, text: str = "", limit: int = LIST_LIMIT) -> tuple[Reading, ...]:
    """List the documents that a person signed, newest first."""
    search = Search(signed_by=person.id, text=text)
    return tuple(read(office, document) for document in _find(office, search)[:limit])


def opened_by(office: Office, person: Person, text: str = "") -> tuple[Reading, ...]:
    """List the documents that a person opened, newest first."""
    return tuple(read(office, d) for d in _find(office, Search(opened_by=person.id, text=text)))


def delegations_of(office: Office, person: Person) -> tuple[Delegation, ...]:
    """List what a person gave to others, was given, or made for somebody who was away, in the order made."""
    with office.database.read() as tx:
        return tx.delegations.of(person.id)


def form_titles(office: Office) -> tuple[tuple[str, str], ...]:
    """List the forms in force with their titles."""
    in_force = office.rulebook.forms()
    return tuple((found.form, office.printery.form(found.sha256).spec.title.zh_hans) for found in in_force)


def count_notes(office: Office, person: Person) -> int:
    """Count what a person was told and has not seen."""
    with office.database.read() as tx:
        return tx.notes.count_unseen(person.id)


def dossier(office: Office, document_id: str) -> Dossier:
    """Gather a document's events, copies, files and voucher; the caller has asked who may see it."""
    with office.database.read() as tx:
        return Dossier(
            tx.ledger.of(document_id),
            tx.copies.of(document_id),
            tx.attachments.of(document_id),
            tx.vouchers.of(document_id),
            tx.consultations.of(document_id),
        )


def holders(office: Office, reading: Reading) -> Mapping[str, str]:
    """Name who signs the step at hand and each step after it that is not skipped, as far as it can be known now."""
    skipped = skipped_steps(reading.spec, known(office, reading.document, reading.values))
    ahead = (step for step in steps_ahead(reading.spec, reading.document) if step.id not in skipped)
    return {step.id: _holder(office, reading, step) for step in ahead}


def limits(office: Office, reading: Reading) -> Mapping[str, str]:
    """Say of each step ahead whose days a policy sets how many they are now, by its id."""
    at, ahead = office.now(), steps_ahead(reading.spec, reading.document)
    found = {step.id: _days_of(office, reading, step.within, at) for step in ahead if step.within}
    return {step_id: words for step_id, words in found.items() if words}


def draft_of(office: Office, person: Person, reading: Reading) -> Draft | None:
    """Return what a person has typed for the step at hand and not signed."""
    if reading.step is None:
        return None
    with office.database.read() as tx:
        return tx.drafts.get(reading.document.id, reading.step.id, person.id)


def first_answers(office: Office, reading: Reading, step: Step) -> Mapping[str, str]:
    """Return the texts that a step's page begins with: those of the round before, else the form's defaults.

    What the document was given stands there in any case.
    """
    with office.database.read() as tx:
        rows = tx.ledger.of(reading.document.id)
    before = [str(r.event.data["head"]) for r in rows if r.event.kind == "signed" and r.event.data["step"] == step.id]
    if before:
        begun = values_of(office, reading.spec, before[-1])
    else:
        at = office.now()
        ctx = context(office, with_case_due(office, reading, step, at), at, reading.values)
        begun = defaults(reading.spec, step, ctx, reading.values)
    return given_over(reading.spec, step, reading.document.given, printed_answers(reading.spec, step, begun))


def last_return(rows: tuple[LedgerRow, ...], spec: FormSpec, step: Step) -> str:
    """Return the opinion with which a step was last sent back, "" when it has been signed since or never was.

    What the other members of its 会签 have signed since does not count.
    """
    group = {member.id for member in members(spec, step.id)}
    kinds = ("signed", "returned", "withdrawn")
    told = (r.event for r in reversed(rows) if r.event.kind in kinds)
    last = next((e for e in told if e.kind != "signed" or e.data["step"] not in group - {step.id}), None)
    if last is None or last.kind != "returned" or last.data["decision"] not in {f"return:{to}" for to in group}:
        return ""
    return str(last.data["opinion"] or "")


def document_bytes(office: Office, person: Person, document_id: str, digest: str | None) -> tuple[Document, bytes]:
    """Return a document's bytes: its present ones, or the stored state with a digest. Raises NotFound."""
    document = find(office, person, document_id).document
    wanted = digest or document.head
    with office.database.read() as tx:
        known = tx.judged.of(document_id)
    if wanted != document.head and wanted not in known:
        raise NotFound(f"单据 {document.number} 没有摘要为 {wanted[:12]}… 的版本。请从单据页重新打开。")
    return document, office.blobs.get(wanted)


def copy_bytes(office: Office, person: Person, document_id: str, number: int) -> tuple[Document, bytes]:
    """Return a sealed copy's bytes. Raises NotFound."""
    document = find(office, person, document_id).document
    with office.database.read() as tx:
        copy = next((c for c in tx.copies.of(document_id) if c.no == number), None)
    if copy is None:
        raise NotFound(f"单据 {document.number} 还没有第 {number} 联。全部签完、封印之后才有。")
    return document, office.blobs.get(copy.sha256)


def attached_bytes(office: Office, person: Person, document_id: str, sha256: str) -> tuple[AttachedFile, bytes]:
    """Return a file beside a document's PDF. Raises NotFound."""
    document = find(office, person, document_id).document
    with office.database.read() as tx:
        file = next((f for f in tx.attachments.of(document_id) if f.sha256 == sha256), None)
    if file is None:
        raise NotFound(f"单据 {document.number} 没有这个附件。请从单据页重新打开。")
    return file, office.blobs.get(file.sha256)


def picture_of(office: Office, data: bytes, number: int) -> bytes:
    """Draw a page, counted from 1, as PNG; raises NotFound for a page that the file has not, and Busy.

    It is drawn apart: a signature made elsewhere brings a picture that some other program made.
    """
    if not 1 <= number <= page_count(data):
        raise NotFound(f"这份文件没有第 {number} 页。")
    return office.judges.read(page_png, data, number - 1, PAGE_WIDTH_PX)


def public_document(office: Office, document_id: str) -> Document:
    """Return a document for its public status page, which shows no content. Raises NotFound."""
    with office.database.read() as tx:
        return tx.documents.get(document_id)


def successor_of(office: Office, document: Document) -> Document | None:
    """Return the document that was issued in place of one, if there is one; void ones take nobody's place."""
    with office.database.read() as tx:
        found = tx.documents.successor(document.id)
    return found if found is not None and found.state != "void" else None


def key_history(office: Office, person: Person) -> tuple[PersonKey, ...]:
    """List all keys that a person ever had, newest first."""
    with office.database.read() as tx:
        return tuple(reversed(tx.keys.history(person.id)))


@dataclass(frozen=True, slots=True)
class Booked:
    """A finished document that accounting posts: its copy, its voucher, and what must come with it and has not yet."""

    document: Document
    copy: SealedCopy
    voucher: PostedVoucher | None
    waits_for: tuple[str, ...]


def booked(office: Office, *, posted: bool) -> tuple[Booked, ...]:
    """List the finished documents of the forms that are posted, with or without a voucher, newest first."""
    with office.database.read() as tx:
        versions = office.rulebook.versions()
        forms = tuple({form.form for form in versions if office.printery.form(form.sha256).spec.posting})
        search = Search(states=("finished",), distributed=True, posted=posted, forms=forms or ("",))
        documents = tx.documents.find(search, limit=LIST_LIMIT)
        found = [(d, _accounting_copy(tx.copies.of(d.id)), tx.vouchers.of(d.id)) for d in documents]
    looked = (_look(office, document, copy, voucher) for document, copy, voucher in found if copy is not None)
    return tuple(each for each in looked if each is not None)


def _look(office: Office, document: Document, copy: SealedCopy, voucher: PostedVoucher | None) -> Booked | None:
    if voucher is not None:
        return Booked(document, copy, voucher, ())
    spec = office.printery.form(document.spec_sha256).spec
    values = values_of(office, spec, document.head)
    if not is_postable(office, document, spec, values):
        return None
    return Booked(document, copy, None, await_companions(office, document, spec, values))


def _accounting_copy(copies: tuple[SealedCopy, ...]) -> SealedCopy | None:
    return next((copy for copy in copies if copy.department == ACCOUNTING), None)


def _find(office: Office, search: Search) -> tuple[Document, ...]:
    with office.database.read() as tx:
        return tx.documents.find(search, limit=LIST_LIMIT)


def _days_of(office: Office, reading: Reading, within: Within, at: dt.datetime) -> str:
    """Write the days that a policy gives now; "" where none does, or they hang on what is not filled in yet."""
    settings = settings_in_force(office.organisation, office.today(at))
    try:
        time = allowed(within, str(reading.values.get(within.by, "")), settings, office.calendar)
    except FormsError:
        return ""
    if not within.setting:
        return ""
    return f"{time.days.normalize():f} {'个工作日' if time.workdays else '天'}"


def _holder(office: Office, reading: Reading, step: Step) -> str:
    try:
        claim = claim_of(office, reading.document, step, reading.values)
    except FormsError:
        return "待定，要看填写的金额"
    if claim is None:
        return ""
    if claim.assignee is not None:
        return f"{claim.capacity} {claim.assignee.name}（转交）"
    if not claim.people:
        return f"{claim.words} {reading.document.subject}".strip()
    names = "、".join(person.name for person in claim.people[:3])
    more = f" 等 {len(claim.people)} 人" if len(claim.people) > 3 else ""
    return f"{claim.capacity} {names}{more}"
