"""A document's papers: the customer's stamped paper taken in, and what a copy's keeper notes of it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from forms_service.domain.course import Receipt
from forms_service.domain.errors import KeyLocked, NotFound, ProblemsFound, WrongPin
from forms_service.domain.people import Person
from forms_service.web.auth import signing_session, the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import PaperForm, plain_text
from forms_service.web.pages.dealings import PaperPage, ReceiptPage
from forms_service.web.pages.frame import Fault
from forms_service.web.unlocking import signer_of
from forms_service.workflow.keying import has_key, session_signer
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find
from forms_service.workflow.receipting import note_receipt, receipt_of
from forms_service.workflow.scanning import Paper, require_taker, take_in_paper

blueprint = Blueprint("papers", __name__, url_prefix="/documents/<document_id>")

NOTED = "noted."
_PLACES = frozenset({"opinion", "pin"})


@blueprint.get("/paper")
def show(document_id: str) -> str:
    """Ask for the scan of the customer's paper, and what the paper says."""
    office, person = the_office(), the_person()
    return _paper_page(office, person, find(office, person, document_id), PaperForm())


@blueprint.post("/paper")
def take_in(document_id: str) -> AnyResponse | tuple[str, int]:
    """Keep the scan and sign for it; whatever has to be mended is shown on the same page."""
    office, person, form = the_office(), the_person(), PaperForm(request.form)
    reading = find(office, person, document_id)
    try:
        paper = _paper(form, request.files.get("file"))
        take_in_paper(office, person, document_id, paper, signer_of(office, person, form))
    except ProblemsFound as stop:
        return _paper_page(office, person, reading, form, _faults(stop)), status_of(stop)[0]
    except (WrongPin, KeyLocked) as stop:
        return _paper_page(office, person, reading, form, (Fault("pin", str(stop)),)), status_of(stop)[0]
    return redirect(f"/documents/{document_id}?done=paper", 303)


@blueprint.post("/copies/<int:number>/receipt")
def note(document_id: str, number: int) -> AnyResponse | tuple[str, int]:
    """Note what the form asks of a copy's keeper."""
    office, person = the_office(), the_person()
    noted = {k.removeprefix(NOTED): v for k, v in request.form.items() if k.startswith(NOTED)}
    try:
        note_receipt(office, person, document_id, number, noted)
    except ProblemsFound as stop:
        return _receipt_page(office, person, document_id, number, stop), status_of(stop)[0]
    return redirect(f"/documents/{document_id}?done=received", 303)


def _paper(form: PaperForm, file: FileStorage | None) -> Paper:
    """Take what the page handed in; raises ProblemsFound where the scan or the answer is missing."""
    return Paper(
        step=form.step.data or "",
        seen=form.seen.data or "",
        file_name=(file.filename if file else "") or "",
        data=file.read() if file else b"",
        accepts=form.says.data != "refuse",
        opinion=plain_text(form.opinion.data),
    )


def _faults(stop: ProblemsFound) -> tuple[Fault, ...]:
    """Point at the page's own questions; what concerns the scan's cell is the file's."""
    places = ((str(problem.where), problem.message) for problem in stop.problems)
    return tuple(Fault(where if where in _PLACES else "file", message) for where, message in places)


def _paper_page(
    office: Office, person: Person, reading: Reading, form: PaperForm, faults: tuple[Fault, ...] = ()
) -> str:
    step = require_taker(office, person, reading)
    document = reading.document
    page = PaperPage(
        document_id=document.id,
        number=document.number,
        title=reading.spec.title.zh_hans,
        step=step.name,
        customer=document.subject,
        seen=document.head,
        may_refuse=step.may_refuse,
        has_key=has_key(office, person),
        session=session_signer(office, person, signing_session()) is not None,
        faults=faults,
    )
    form.seen.data, form.step.data, form.pin.data = page.seen, step.id, ""
    return render_template("paper.html", page=page, form=form)


def _receipt_page(office: Office, person: Person, document_id: str, number: int, stop: ProblemsFound) -> str:
    reading = find(office, person, document_id)
    receipt = receipt_of(reading.spec, number)
    if receipt is None:
        raise NotFound(f"{reading.document.number} 没有可以登记签收的第 {number} 联。")
    page = ReceiptPage(
        document_id=document_id,
        number=reading.document.number,
        title=reading.spec.title.zh_hans,
        no=number,
        label=next(copy.name for copy in reading.spec.copies if copy.no == number),
        faults=tuple(Fault(f"{NOTED}{problem.where}", problem.message) for problem in stop.problems),
    )
    return render_template("receipt.html", page=page, form=_receipt_form(receipt)(request.form, prefix=NOTED))


def _receipt_form(receipt: Receipt) -> type[Form]:
    return type("ReceiptForm", (Form,), {name: StringField(label) for name, label in receipt.records})
