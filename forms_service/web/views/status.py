"""The public status of a document whose code was scanned: ours or not, valid or not, and nothing of its content.

Of a form that the customer may never see it tells the state and nothing else, but to those who may see the document.
"""

from flask import Blueprint, render_template

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.spec import FormSpec
from forms_service.web import desk
from forms_service.web.auth import here, the_office
from forms_service.web.forms import VerifyForm
from forms_service.web.pages.document import StatusFacts, StatusPage
from forms_service.web.pages.frame import Link
from forms_service.web.pages.verdict import LIMIT
from forms_service.web.words import STATUS_SENTENCES, SUPERSEDED, Tone, state
from forms_service.workflow.office import Office
from forms_service.workflow.reading import find

blueprint = Blueprint("status", __name__)


@blueprint.get("/d/<document_id>")
def show(document_id: str) -> str:
    """Tell what anyone who holds the paper may know."""
    office = the_office()
    document = desk.public_document(office, document_id)
    successor = desk.successor_of(office, document)
    spec = office.printery.form(document.spec_sha256).spec
    may_know = spec.visible_to_customer != "never" or _may_see(office, document)
    said, tone, sentence = _standing(document, successor)
    facts = _facts(office, document, spec, successor) if may_know else None
    page = StatusPage(said, tone, sentence, facts, LIMIT)
    return render_template("status.html", page=page, form=VerifyForm())


def _standing(document: Document, successor: Document | None) -> tuple[str, Tone, str]:
    """Say whether a document holds; one that another took the place of does not, whatever its own state."""
    if successor is not None:
        return SUPERSEDED
    return (*state(document), STATUS_SENTENCES[document.state])


def _facts(office: Office, document: Document, spec: FormSpec, successor: Document | None) -> StatusFacts:
    return StatusFacts(
        firm=office.organisation.firm.name,
        title=spec.title.zh_hans,
        number=document.number,
        opened=office.local(document.opened_at).date().isoformat(),
        signed=len(document.signatures),
        steps=len(spec.steps),
        rounds=_rounds(document),
        successor=Link(f"/d/{successor.id}", successor.number or "还没有编号") if successor else None,
    )


def _rounds(document: Document) -> str:
    """Say which papers of a document that was sent back no longer count."""
    if document.round < 2:
        return ""
    return f"这张单据曾被退回或撤回重签，现在是第 {document.round} 轮。以前各轮印出的纸本、存下的电子档都已被取代。"


def _may_see(office: Office, document: Document) -> bool:
    person = here()
    if person is None:
        return False
    try:
        find(office, person, document.id)
    except NotFound:
        return False
    return True
