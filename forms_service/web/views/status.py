"""The public status of a document whose code was scanned: ours or not, valid or not, and nothing of its content."""

from flask import Blueprint, render_template

from forms_service.web import desk
from forms_service.web.auth import the_office
from forms_service.web.pages.document import StatusPage
from forms_service.web.words import STATUS_SENTENCES, state

blueprint = Blueprint("status", __name__)


@blueprint.get("/d/<document_id>")
def show(document_id: str) -> str:
    """Tell what anyone who holds the paper may know."""
    office = the_office()
    document = desk.public_document(office, document_id)
    spec = office.printery.form(document.spec_sha256).spec
    said, tone = state(document)
    page = StatusPage(
        firm=office.organisation.firm.name,
        title=spec.title.zh_hans,
        number=document.number,
        state=said,
        tone=tone,
        sentence=STATUS_SENTENCES[document.state],
        opened=office.local(document.opened_at).date().isoformat(),
        signed=len(document.signatures),
        steps=len(spec.steps),
    )
    return render_template("status.html", page=page)
