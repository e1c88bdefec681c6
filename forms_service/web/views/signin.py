"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import NotYours
from forms_service.web.auth import begin_session, end_session, here, safe_target, the_office
from forms_service.web.faults import status_of
from forms_service.web.forms import SignInForm
from forms_service.web.names import department_name
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.signin import DemoPerson, SignInPage
from forms_service.web.words import initial
from forms_service.workflow.demonstrating import PASSWORD, PIN
from forms_service.workflow.keying import close_session
from forms_service.workflow.office import Office
from forms_service.workflow.signing_in import sign_in

blueprint = Blueprint("signin", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> AnyResponse | tuple[str, int]:
    """Show the sign-in page, or let a person in and send them on to where they wanted to go."""
    form, office = SignInForm(request.form), the_office()
    if request.method == "GET":
        form.next.data = safe_target(request.args.get("next", "/"))
        return _page(office, form, (), 200)
    try:
        person = sign_in(office, (form.person.data or "").strip(), form.password.data or "")
    except NotYours as stop:
        return _page(office, form, (Fault("person", str(stop)),), status_of(stop)[0])
    begin_session(office, person)
    return redirect(safe_target(form.next.data or "/"), 303)


@blueprint.post("/logout")
def logout() -> AnyResponse:
    """End the session and every signing session of the person."""
    person = here()
    if person is not None:
        close_session(the_office(), person)
    end_session()
    return redirect("/login", 303)


def _page(office: Office, form: SignInForm, faults: tuple[Fault, ...], status: int) -> tuple[str, int]:
    org = office.organisation
    people = tuple(
        DemoPerson(
            person.id,
            person.name,
            initial(person.name),
            f"{department_name(org, person.department)} · {'、'.join(map(org.role_name, person.roles))}",
        )
        for person in org.people
    )
    page = SignInPage(
        firm=org.firm.short_name,
        people=people if org.demo else (),
        password=PASSWORD if org.demo else "",
        pin=PIN if org.demo else "",
        next=form.next.data or "/",
        faults=faults,
    )
    return render_template("signin.html", page=page, form=form), status
