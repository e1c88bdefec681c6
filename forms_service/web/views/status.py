"""The public status of a document whose code was scanned: ours or not, valid or not, and nothing of its content.

Of a form that the customer may never see not even that: it answers those alone who may see the document.
"""

from flask import Blueprint, render_template

from forms_service.domain.errors import NotFound
from forms_service.web import desk
from forms_service.web.auth import here, the_office
from forms_service.web.pages.document import StatusPage
from forms_service.web.words import STATUS_SENTENCES, state
from forms_service.workflow.office import Office
from forms_service.workflow.reading import find

blueprint = Blueprint("status", __name__)


@blueprint.get("/d/<document_id>")
def show(document_id: str) -> str:
    """Tell what anyone who holds the paper may know."""
    office = the_office()
    document = desk.public_document(office, document_id)
    spec = office.printery.form(document.spec_sha256).spec
    if spec.visible_to_customer == "never":
        _require_reader(office, document_id)
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


def _require_reader(office: Office, document_id: str) -> None:
    """Answer alike for a document that is not there and one that the reader may not see."""
    person = here()
    if person is None:
        raise NotFound(f"没有识别码为「{document_id}」的单据，或者您无权查看。本公司人员请先登录，再扫一次。")
    find(office, person, document_id)
