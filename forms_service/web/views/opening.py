"""Opening a new document."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from forms_service.web.auth import the_office, the_person
from forms_service.web.pages.inbox import FormCard, NewPage
from forms_service.workflow.opening import open_document, openable_forms

blueprint = Blueprint("opening", __name__)


@blueprint.get("/new")
def choose() -> str:
    """List the forms that the person may open."""
    office = the_office()
    cards = tuple(
        FormCard(
            form=found.form,
            title=found.title,
            source=found.source,
            route=" → ".join(step.name for step in office.printery.form(found.spec_sha256).spec.steps),
        )
        for found in openable_forms(office, the_person())
    )
    return render_template("new.html", page=NewPage(cards))


@blueprint.post("/new/<form>")
def open_form(form: str) -> Response:
    """Issue a new document and go to its first step."""
    document = open_document(the_office(), the_person(), form)
    return redirect(f"/documents/{document.id}/step", 303)


@blueprint.post("/documents/<document_id>/open/<form>")
def open_from(document_id: str, form: str) -> Response:
    """Issue a new document from another one and go to its first step."""
    document = open_document(the_office(), the_person(), form, document_id)
    return redirect(f"/documents/{document.id}/step", 303)
