"""Issuing: a document is numbered and certified by the firm in one go.

Number, document and event are one transaction; the bytes are stored before it commits, so that a kill leaves at worst
an unnamed blob. A form that is numbered at a later step goes without, under a draft's name.
"""

import datetime as dt
from dataclasses import dataclass, replace

from forms_service.domain.document import Document
from forms_service.domain.events import Data, Event
from forms_service.domain.given import NOTHING, Given, values_given
from forms_service.domain.issuing import draw_up_record
from forms_service.domain.numbering import draft_number, is_drawn
from forms_service.domain.record import RecordedParent, SignatureFacts
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import DOCUMENT_ID, ISSUE, ISSUE_SIGNATURE, NUMBER, OPENED_ON, locked_names
from forms_service.pdf.embed import embed_record
from forms_service.pdf.fill import fill
from forms_service.pdf.read import open_writer
from forms_service.pdf.stamp import stamp_identity
from forms_service.signing.sign import sign_revision
from forms_service.store.database import Transaction
from forms_service.workflow.deadlines import monthly_due, step_due
from forms_service.workflow.numbering import draw_number
from forms_service.workflow.office import Office
from forms_service.workflow.printery import PrintedForm
from forms_service.workflow.reading import candidates_of

UNISSUED = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """What is to be issued: by whom it is opened, from which document, in place of which, and with what given."""

    printed: PrintedForm
    document_id: str
    opened_by: str
    at: dt.datetime
    given: Given = NOTHING
    parent: Document | None = None
    supersedes: str | None = None


def begin(office: Office, issue: Issue) -> Document:
    """Write the document that would be issued, before it has a number and bytes: enough to ask who may open it."""
    spec, parent = issue.printed.spec, issue.parent
    customer = values_given(spec, issue.given, office.organisation).get("customer")
    return Document(
        id=issue.document_id,
        form=spec.form,
        version=spec.version,
        spec_sha256=spec.sha256,
        number=draft_number(issue.document_id),
        state="open",
        step=spec.steps[0].id,
        round=1,
        head=UNISSUED,
        opened_by=issue.opened_by,
        opened_at=issue.at,
        step_opened_at=issue.at,
        due_at=None,
        subject=str(customer or (parent.subject if parent else "")),
        supersedes=issue.supersedes,
        parent=parent.id if parent else None,
        dossier=parent.case if parent else "",
        given=issue.given,
        case_due_at=monthly_due(office, spec, issue.given),
    )


def issue_document(office: Office, tx: Transaction, issue: Issue, begun: Document) -> Document:
    """Number, certify and store a document that was begun, within a transaction. Raises SeriesFull."""
    spec, at = issue.printed.spec, issue.at
    if not spec.number_at:
        begun = draw_number(office, tx, spec, begun, at)
    head = office.blobs.put(certified_base(office, issue, begun))
    document = replace(begun, head=head, due_at=step_due(office, spec, begun, {}))
    stored = tx.documents.add(document, candidates_of(office, document, {}))
    tx.judged.add(head, document.id, at)
    tx.ledger.append(Event(at, "opened", document.id, issue.opened_by, _opened(document, issue.parent)))
    return stored


def certified_base(office: Office, issue: Issue, document: Document) -> bytes:
    """Make the issued bytes: the blank form with its identity and issue record, certified by the firm.

    What is printed is the day on which the document was opened, though the bytes be made later.
    """
    printed, day = issue.printed, office.today(document.opened_at)
    spec, number = printed.spec, _drawn(document)
    record = draw_up_record(
        spec,
        office.organisation,
        document_id=document.id,
        number=number,
        opened_on=day,
        supersedes=document.supersedes,
        parent=_recorded(issue.parent),
        given=issue.given,
    )
    writer = open_writer(printed.blank)
    stamp_identity(writer, printed.layout, document.id, f"{office.base_url}/d/{document.id}", office.fonts)
    fill(writer, printed.layout, _identity(spec, document, day), office.fonts)
    embed_record(writer, record, spec.source_text)
    facts = SignatureFacts(document.id, "issue", 1, "office", "firm", "issue")
    return sign_revision(
        writer,
        field=ISSUE_SIGNATURE,
        lock=locked_names(spec, ISSUE),
        signer=office.authority.firm_signer(),
        facts=facts,
        reason=f"{office.organisation.firm.name} 签发 {spec.title.zh_hans} {number}".rstrip(),
        stamp_style=None,
        at=issue.at,
        timestamper=office.timestamper,
        certify=True,
    )


def _identity(spec: FormSpec, document: Document, day: dt.date) -> dict[str, str | bool]:
    identity: dict[str, str | bool] = {OPENED_ON: day.isoformat(), DOCUMENT_ID: document.id}
    return identity if spec.number_at else {NUMBER: document.number, **identity}


def _drawn(document: Document) -> str:
    """Return a document's number, "" for a draft."""
    return document.number if is_drawn(document.number) else ""


def _recorded(parent: Document | None) -> RecordedParent | None:
    return RecordedParent(parent.id, _drawn(parent), parent.form, parent.head) if parent else None


def _opened(document: Document, parent: Document | None) -> Data:
    return {
        "form": document.form,
        "version": document.version,
        "spec_sha256": document.spec_sha256,
        "number": _drawn(document),
        "head": document.head,
        "supersedes": document.supersedes,
        "parent": document.parent,
        "parent_sha256": parent.head if parent else None,
    }
