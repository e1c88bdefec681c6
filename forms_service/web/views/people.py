"""One person's certificates, for those who may revoke them: what is valid, and the button that ends it all."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.errors import NotFound, ProblemsFound, WrongState
from forms_service.domain.people import Person
from forms_service.web.auth import the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import RevocationForm
from forms_service.web.pages.frame import Fault
from forms_service.web.people_page import certificates_page
from forms_service.workflow.office import Office
from forms_service.workflow.revoking import revoke_certificates

blueprint = Blueprint("people", __name__, url_prefix="/configuration/people/<person_id>")


@blueprint.get("")
def show(person_id: str) -> str:
    """List a person's certificates, the office's and their own."""
    return _page(the_office(), _named(person_id), RevocationForm(), done=bool(request.args.get("done")))


@blueprint.post("/revoke")
def revoke(person_id: str) -> Response | tuple[str, int]:
    """Revoke all of a person's certificates."""
    office, person, form = the_office(), _named(person_id), RevocationForm(request.form)
    try:
        revoke_certificates(office, person, form.reason.data or "", the_person())
    except ProblemsFound as stop:
        faults = tuple(Fault("reason", problem.message) for problem in stop.problems)
        return _page(office, person, form, faults), status_of(stop)[0]
    except WrongState as stop:
        return _page(office, person, form, (Fault("", str(stop)),)), status_of(stop)[0]
    return redirect(f"/configuration/people/{person.id}?done=revoked", 303)


def _named(person_id: str) -> Person:
    person = the_office().organisation.person(person_id)
    if person is None:
        raise NotFound("没有这个人。请从「设置」的人员名单进去。")
    return person


def _page(
    office: Office, person: Person, form: RevocationForm, faults: tuple[Fault, ...] = (), *, done: bool = False
) -> str:
    page = certificates_page(office, person, the_person(), faults, done=done)
    return render_template("people.html", page=page, form=form)
