"""The whole case of a document: how its documents hang together, and what happened in all of them."""

from flask import Blueprint, render_template

from forms_service.web.auth import the_office, the_person
from forms_service.web.case_page import case_page
from forms_service.workflow.reading import find

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("/<document_id>")
def show(document_id: str) -> str:
    """Show the case of a document, as far as the reader may see it."""
    office, person = the_office(), the_person()
    page = case_page(office, person, find(office, person, document_id))
    return render_template("case.html", page=page)
