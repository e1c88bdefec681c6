"""Chasing: for the overseers, who has used how many days; one click opens the slip of what is late."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from forms_service.web.auth import the_office, the_person
from forms_service.web.chase_board import chasing_page
from forms_service.workflow.chasing import draw_up_slip

blueprint = Blueprint("chasing", __name__, url_prefix="/chasing")


@blueprint.get("")
def show() -> str:
    """Show the open documents that have a time, what is late first."""
    return render_template("chasing.html", page=chasing_page(the_office()))


@blueprint.post("/<document_id>/slip")
def draw_up(document_id: str) -> Response:
    """Open the slip that stands for a late document, drawn up now if there is none."""
    slip = draw_up_slip(the_office(), the_person(), document_id)
    return redirect(f"/documents/{slip.id}", 303)
