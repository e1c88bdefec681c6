"""Distributing: a document becomes its copies — each one revision more, sealed by the firm, judged, filed.

Most are cut when all have signed, from the last signature's bytes; one cut early forks from those of its own step.
Order: bytes, then the row, then the department's catalogue. A kill leaves at worst an unnamed blob or a copy not yet
filed; `distribute_pending` picks both up and does nothing twice.
"""

import datetime as dt
from dataclasses import dataclass, replace

from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.copies import PlannedCopy, copies_due, is_cut, plan_copies, signatures_in
from forms_service.domain.document import Document, Signature
from forms_service.domain.errors import VerdictRefused
from forms_service.domain.events import Data, Event
from forms_service.domain.record import OutsideSignature, SignatureFacts
from forms_service.domain.routing import opener_of
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Values, print_value
from forms_service.domain.widgets import COPY_LABEL, SEAL, SEAL_SIGNATURE, Widget, widgets
from forms_service.domain.workdays import as_written
from forms_service.pdf.fill import fill
from forms_service.pdf.read import open_writer, page_count
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.signing.sign import sign_revision
from forms_service.signing.verdict import Verdict
from forms_service.store.copies import SealedCopy
from forms_service.store.documents import Search
from forms_service.workflow.auditing import signed_outside, verify_own_seal
from forms_service.workflow.due import do_each
from forms_service.workflow.following import make_due
from forms_service.workflow.keeping import earlier_states, keep_long
from forms_service.workflow.not_done import NOT_FILED, NOT_SEALED, telling_why
from forms_service.workflow.office import Office
from forms_service.workflow.reading import known, values_of

_PENDING = Search(states=("finished",), distributed=False)


@dataclass(frozen=True, slots=True)
class EarlyCopy:
    """A copy whose cut was signed while the document goes on."""

    document: Document
    copy: PlannedCopy


def distribute_pending(office: Office) -> int:
    """Seal and file every copy that is still missing; returns how many documents were completed or had a copy cut."""
    return do_each(pending(office), lambda thing: _distribute(office, thing))


def pending(office: Office) -> tuple[Document | SealedCopy | EarlyCopy, ...]:
    """List what is to be distributed: copies to be cut early, documents to be sealed, copies to be filed."""
    with office.database.read() as tx:
        documents = tx.documents.find(_PENDING)
        unfiled = tx.copies.unfiled()
    return (*_early_copies(office), *documents, *unfiled)


def seal_lock(spec: FormSpec, signatures: tuple[Signature, ...]) -> tuple[str, ...]:
    """Name what the seal locks: the copy label, and every cell and signature box that none of the signatures used."""
    signed = {signature.step for signature in signatures}
    unused = [w for w in widgets(spec) if w.locked_by not in (*signed, "issue", SEAL)]
    return (COPY_LABEL, *(w.name for w in unused))


def seal_copy(office: Office, document: Document, copy: PlannedCopy, at: dt.datetime) -> bytes:
    """Fill a copy's label into the bytes of its last signature and seal them with the firm's key."""
    printed_form = office.printery.form(document.spec_sha256)
    spec = printed_form.spec
    held = signatures_in(spec, document, copy.after)
    locked, last = seal_lock(spec, held), held[-1]
    writer = open_writer(office.blobs.get(last.head))
    fill(writer, printed_form.layout, _seal_cells(spec, locked, copy), office.fonts)
    firm = office.organisation.firm
    facts = SignatureFacts(document.id, "seal", last.round, "office", "firm", "seal")
    return sign_revision(
        writer,
        field=SEAL_SIGNATURE,
        lock=locked,
        signer=office.authority.firm_signer(),
        facts=replace(facts, outside=_outside(office, document, held)),
        reason=f"{firm.name} 封印 {copy.label}",
        stamp_style=stamp_style(
            Stamp("firm", firm.name, (firm.name, copy.label, f"{office.local(at):%Y-%m-%d %H:%M}")), office.fonts
        ),
        at=at,
        timestamper=office.timestamper,
    )


def _outside(office: Office, document: Document, held: tuple[Signature, ...]) -> tuple[OutsideSignature, ...]:
    """List the signatures of a copy that were made outside: they state nothing, the seal vouches for them."""
    with office.database.read() as tx:
        told = signed_outside(tx.ledger.of(document.id))
    heads = {signature.head for signature in held}
    return tuple(one for one in told if one.head in heads)


def _seal_cells(spec: FormSpec, locked: tuple[str, ...], copy: PlannedCopy) -> dict[str, str | bool]:
    by_name = {w.name: w for w in widgets(spec)}
    blank = {name: _blank(by_name[name]) for name in locked if by_name[name].kind != "signature"}
    return {**blank, COPY_LABEL: copy.label}


def _blank(widget: Widget) -> str | bool:
    return False if widget.kind == "check" else ""


def _early_copies(office: Office) -> tuple[EarlyCopy, ...]:
    specs = [office.printery.form(form.sha256).spec for form in office.rulebook.versions()]
    with office.database.read() as tx:
        cuts = [(spec, copy) for spec in specs for copy in plan_copies(spec, office.organisation) if copy.after]
        signed = [(spec, d, copy) for spec, copy in cuts for d in tx.documents.uncut(spec.sha256, copy.after, copy.no)]
    return tuple(
        EarlyCopy(d, own)
        for spec, d, copy in signed
        if d.state != "finished" and is_cut(spec, d, copy.after)
        for own in _copies_of(office, spec, d)
        if own.no == copy.no
    )


def _copies_of(office: Office, spec: FormSpec, document: Document) -> tuple[PlannedCopy, ...]:
    """List a document's copies, its departments as they were when it was opened, its fields as they are signed."""
    org = office.rulebook.organisation(document.opened_at)
    names = known(office, document, values_of(office, spec, document.head))
    return copies_due(spec, org, names, opener_of(document))


def _distribute(office: Office, due: Document | SealedCopy | EarlyCopy) -> bool:
    """Seal and file what is due of a document, or file a copy that was sealed before; says if anything was sealed."""
    if isinstance(due, SealedCopy):
        _file(office, due)
        return False
    if isinstance(due, EarlyCopy):
        _seal(office, due.document, due.copy)
        _file_all(office, due.document)
        return True
    _seal_all(office, due)
    return True


def _seal_all(office: Office, document: Document) -> None:
    spec = office.printery.form(document.spec_sha256).spec
    with office.database.read() as tx:
        sealed = {copy.no for copy in tx.copies.of(document.id)}
    for copy in _copies_of(office, spec, document):
        if copy.no not in sealed:
            _seal(office, document, copy)
    at = office.now()
    with office.database.write() as tx:
        if tx.documents.mark_distributed(document.id, at):
            make_due(tx, spec, document, "finished", document.head, at)
    _file_all(office, document)


def _file_all(office: Office, document: Document) -> None:
    with office.database.read() as tx:
        unfiled = [copy for copy in tx.copies.of(document.id) if copy.filed_at is None]
    for copy in unfiled:
        _file(office, copy)


def _file(office: Office, copy: SealedCopy) -> None:
    with telling_why(office, NOT_FILED, copy.document_id, copy.no):
        file_sealed(office, copy)


def _seal(office: Office, document: Document, copy: PlannedCopy) -> None:
    with telling_why(office, NOT_SEALED, document.id, copy.no):
        _seal_one(office, document, copy)


def _seal_one(office: Office, document: Document, copy: PlannedCopy) -> None:
    """Seal one copy; of two at once the first one stored counts, the other's bytes stay unnamed."""
    at = office.now()
    data, renew_at = keep_long(office, seal_copy(office, document, copy, at))
    digest = office.blobs.put(data)
    receipt_due_at = _receipt_due(office, document, copy, at)
    sealed = SealedCopy(
        document.id, copy.no, copy.label, copy.department, digest, len(data), at, None, receipt_due_at, renew_at
    )
    verdict = verify_own_seal(office, sealed)
    _require_accepted(verdict, document, copy)
    office.printery.note(digest, verdict.printed)
    with office.database.write() as tx:
        if any(earlier.no == copy.no for earlier in tx.copies.of(document.id)):
            return
        tx.copies.add(sealed)
        event: Data = {"copy": copy.no, "department": copy.department, "label": copy.label, "sha256": digest}
        tx.ledger.append(Event(at, "sealed", document.id, "office", event))


def _receipt_due(office: Office, document: Document, copy: PlannedCopy, at: dt.datetime) -> dt.datetime | None:
    """Return by when the copy's keeper is to note its receipt, counted from the sealing; None where no time is set."""
    spec = office.printery.form(document.spec_sha256).spec
    receipt = next(c.receipt for c in spec.copies if c.no == copy.no)
    if receipt is None or receipt.within is None:
        return None
    firm = office.reckoning
    return firm.due(at, as_written(receipt.within))


def _require_accepted(verdict: Verdict, document: Document, copy: PlannedCopy) -> None:
    if verdict.verdict != "accepted":
        raise VerdictRefused(f"{document.number} {copy.label}没有封印：{verdict.sentence}请联系管理员，单据没有改变。")


def file_sealed(office: Office, copy: SealedCopy) -> None:
    """File a sealed copy's bytes in its department's folder; those that it was renewed from give way."""
    with office.database.read() as tx:
        document = tx.documents.get(copy.document_id)
        earlier = earlier_states(tx.ledger.of(copy.document_id), copy.no)
    data = office.blobs.get(copy.sha256)
    office.archive.file_copy(data, catalogue_entry(office, document, copy, data), earlier)
    with office.database.write() as tx:
        tx.copies.mark_filed(copy, office.now())


def catalogue_entry(office: Office, document: Document, copy: SealedCopy, data: bytes) -> CatalogueEntry:
    """Write what a department's catalogue says of a sealed copy: what stands in its own bytes."""
    spec = office.printery.form(document.spec_sha256).spec
    values = values_of(office, spec, copy.sha256)
    return CatalogueEntry(
        document_id=document.id,
        number=document.number,
        form=spec.form,
        version=spec.version,
        title=spec.title.zh_hans,
        copy_no=copy.no,
        copy_label=copy.label,
        department=copy.department,
        customer=str(values.get("customer") or document.subject),
        index=_index(spec, document, values),
        sha256=copy.sha256,
        sealed_at=office.local(copy.sealed_at),
        pages=page_count(data),
        size=len(data),
        retain=spec.retain,
    )


def _index(spec: FormSpec, document: Document, values: Values) -> tuple[tuple[str, str], ...]:
    return tuple((name, document.number if name == "no" else _shown(spec, values, name)) for name in spec.index)


def _shown(spec: FormSpec, values: Values, name: str) -> str:
    value = values.get(name)
    return "" if value is None or isinstance(value, tuple) else print_value(spec.field(name), value)
