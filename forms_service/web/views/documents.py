"""A document: its page, its pictures and files, and what may be done with it beside signing."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.pdf.read import page_count
from forms_service.web import desk
from forms_service.web.answers import deliver, picture
from forms_service.web.auth import the_office, the_person
from forms_service.web.document_page import document_page
from forms_service.web.forms import plain_text
from forms_service.workflow.consenting import withdraw_for_contact
from forms_service.workflow.consulting import give_opinion
from forms_service.workflow.inviting import invite_again
from forms_service.workflow.moving import move_draft
from forms_service.workflow.reading import find
from forms_service.workflow.withdrawing import void_document, withdraw_signature

blueprint = Blueprint("documents", __name__, url_prefix="/documents/<document_id>")


@blueprint.get("")
def show(document_id: str) -> str:
    """Show where a document stands, what happened to it, and its files."""
    office, person = the_office(), the_person()
    reading = find(office, person, document_id)
    data = office.blobs.get(reading.document.head)
    page = document_page(office, person, reading, desk.dossier(office, document_id), page_count(data), len(data))
    return render_template("document.html", page=page)


@blueprint.get("/pages/<int:number>.png")
def page(document_id: str, number: int) -> Response:
    """Draw a page of a document's bytes: of exactly those with `?digest=`, else of the present ones."""
    digest = request.args.get("digest")
    office = the_office()
    _, data = desk.document_bytes(office, the_person(), document_id, digest)
    return picture(desk.picture_of(office, data, number), lasting=digest is not None)


@blueprint.get("/file.pdf")
def file(document_id: str) -> Response:
    """Hand out a document's PDF."""
    found, data = desk.document_bytes(the_office(), the_person(), document_id, request.args.get("digest"))
    return deliver(data, f"{found.number}.pdf", "application/pdf")


@blueprint.get("/copies/<int:number>.pdf")
def copy(document_id: str, number: int) -> Response:
    """Hand out a sealed copy, as it is printed."""
    found, data = desk.copy_bytes(the_office(), the_person(), document_id, number)
    return deliver(data, f"{found.number}-{number}.pdf", "application/pdf")


@blueprint.get("/files/<sha256>")
def attachment(document_id: str, sha256: str) -> Response:
    """Hand out a file beside a document's PDF; the browser saves it and never shows it as a page of ours."""
    found, data = desk.attached_bytes(the_office(), the_person(), document_id, sha256)
    return deliver(data, found.name, "application/octet-stream")


@blueprint.post("/void")
def void(document_id: str) -> AnyResponse:
    """End a document as void, with the reason given."""
    void_document(the_office(), the_person(), document_id, plain_text(request.form.get("reason")))
    return redirect(f"/documents/{document_id}?done=voided", 303)


@blueprint.post("/move")
def move(document_id: str) -> AnyResponse:
    """Issue a draft anew on the version of its form now in force."""
    move_draft(the_office(), the_person(), document_id)
    return redirect(f"/documents/{document_id}?done=moved", 303)


@blueprint.post("/withdraw")
def withdraw(document_id: str) -> AnyResponse:
    """Take back one's own last signature."""
    withdraw_signature(the_office(), the_person(), document_id)
    return redirect(f"/documents/{document_id}?done=withdrawn", 303)


@blueprint.post("/consultations/<consultation_id>")
def advise(document_id: str, consultation_id: str) -> AnyResponse:
    """Answer a question that one was asked about a document."""
    give_opinion(the_office(), the_person(), consultation_id, plain_text(request.form.get("opinion")))
    return redirect(f"/documents/{document_id}?done=advised", 303)


@blueprint.post("/consent/withdraw")
def withdraw_consent(document_id: str) -> AnyResponse:
    """Take back the electronic consent of the document's contact, who said so by other means."""
    withdraw_for_contact(the_office(), the_person(), document_id)
    return redirect(f"/documents/{document_id}?done=consent", 303)


@blueprint.post("/invite")
def invite(document_id: str) -> AnyResponse:
    """Send the customer a fresh link."""
    invite_again(the_office(), the_person(), document_id)
    return redirect(f"/documents/{document_id}?done=invited", 303)
