"""Opening: a document is issued, numbered and certified by the firm in one go.

Number, document and event are one transaction; the bytes are stored before it commits, so that a kill leaves at worst
an unnamed blob.
"""

import datetime as dt
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours
from forms_service.domain.events import Event
from forms_service.domain.issuing import draw_up_record
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.people import Person
from forms_service.domain.record import SignatureFacts
from forms_service.domain.spec import FormSpec, Who
from forms_service.domain.widgets import DOCUMENT_ID, ISSUE, ISSUE_SIGNATURE, NUMBER, OPENED_ON, locked_names
from forms_service.domain.workdays import due_at
from forms_service.pdf.embed import embed_record
from forms_service.pdf.fill import fill
from forms_service.pdf.read import open_writer
from forms_service.pdf.stamp import stamp_identity
from forms_service.signing.sign import sign_revision
from forms_service.workflow.office import Office
from forms_service.workflow.printery import PrintedForm
from forms_service.workflow.reading import claim_of


@dataclass(frozen=True, slots=True)
class OpenableForm:
    """A form that a person may open now."""

    form: str
    title: str
    source: str
    spec_sha256: str


def openable_forms(office: Office, person: Person) -> tuple[OpenableForm, ...]:
    """List the newest published version of each form whose first step is the person's."""
    with office.database.read() as tx:
        published = tx.forms.latest()
    specs = [office.printery.form(form.sha256).spec for form in published]
    return tuple(
        OpenableForm(spec.form, spec.title.zh_hans, spec.source, spec.sha256)
        for spec in specs
        if _may_open(person, spec)
    )


def open_document(office: Office, person: Person, form: str, supersedes: str | None = None) -> Document:
    """Issue a new document of a form's newest version at its first step.

    Raises NotFound for an unknown form, NotYours when the first step is not the person's, SeriesFull.
    """
    at = office.now()
    with office.database.read() as tx:
        newest = next((f for f in tx.forms.latest() if f.form == form), None)
    if newest is None:
        raise NotFound(f"没有名为「{form}」的表单。请从「开立单据」选择。")
    printed = office.printery.form(newest.sha256)
    if not _may_open(person, printed.spec):
        raise NotYours(f"「{printed.spec.title.zh_hans}」不由您的部门开立。请联系经办部门。")
    return _issue(office, person, printed, at, supersedes)


def _issue(office: Office, person: Person, printed: PrintedForm, at: dt.datetime, supersedes: str | None) -> Document:
    spec, document_id = printed.spec, office.token()
    with office.database.write() as tx:
        number = tx.numbers.draw(spec.form, parse_pattern(spec.number), office.today(at))
        base = certified_base(office, printed, document_id, number, at, supersedes)
        head = office.blobs.put(base)
        first = spec.steps[0]
        document = Document(
            id=document_id,
            form=spec.form,
            version=spec.version,
            spec_sha256=spec.sha256,
            number=number,
            state="open",
            step=first.id,
            round=1,
            head=head,
            opened_by=person.id,
            opened_at=at,
            step_opened_at=at,
            due_at=due_at(at, first.within, office.is_workday, office.organisation.firm.timezone)
            if first.within
            else None,
            supersedes=supersedes,
        )
        claimed = claim_of(office, document, first, {})
        stored = tx.documents.add(document, [p.id for p in claimed.people] if claimed else [])
        tx.judged.add(head, document_id, at)
        tx.ledger.append(Event(at, "opened", document_id, person.id, _opened(document)))
    return stored


def certified_base(
    office: Office,
    printed: PrintedForm,
    document_id: str,
    number: str,
    at: dt.datetime,
    supersedes: str | None = None,
) -> bytes:
    """Make the issued bytes: the blank form with its identity and issue record, certified by the firm."""
    spec, day = printed.spec, office.today(at)
    record = draw_up_record(
        spec, office.organisation, document_id=document_id, number=number, opened_on=day, supersedes=supersedes
    )
    writer = open_writer(printed.blank)
    stamp_identity(writer, printed.layout, document_id, f"{office.base_url}/d/{document_id}", office.fonts)
    identity = {NUMBER: number, OPENED_ON: day.isoformat(), DOCUMENT_ID: document_id}
    fill(writer, printed.layout, identity, office.fonts)
    embed_record(writer, record, spec.source_text)
    facts = SignatureFacts(document_id, "issue", 1, "office", "firm", "issue")
    return sign_revision(
        writer,
        field=ISSUE_SIGNATURE,
        lock=locked_names(spec, ISSUE),
        signer=office.authority.firm_signer(),
        facts=facts,
        reason=f"{office.organisation.firm.name} 签发 {spec.title.zh_hans} {number}",
        stamp_style=None,
        at=at,
        timestamper=office.timestamper,
        certify=True,
    )


def _may_open(person: Person, spec: FormSpec) -> bool:
    return _holds(person, spec.steps[0].who)


def _holds(person: Person, who: Who) -> bool:
    match who.kind:
        case "dept":
            return person.department == who.name
        case "role":
            return who.name in person.roles
        case "any":
            return any(_holds(person, part) for part in who.of)
        case _:
            return False


def _opened(document: Document) -> dict[str, str | int | bool | None]:
    return {
        "form": document.form,
        "version": document.version,
        "spec_sha256": document.spec_sha256,
        "number": document.number,
        "head": document.head,
        "supersedes": document.supersedes,
    }
