"""The configuration: what is assumed and in force, one proposal compared, and the general manager's signature on it."""

import datetime as dt

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.errors import KeyLocked, NotFound, WrongPin, WrongState
from forms_service.domain.people import Person
from forms_service.web.auth import the_office, the_person
from forms_service.web.configuration_page import configuration_page, proposal_page
from forms_service.web.faults import status_of
from forms_service.web.forms import ApprovalForm
from forms_service.web.pages.frame import Fault
from forms_service.workflow.bringing_into_force import approve
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office

blueprint = Blueprint("configuration", __name__, url_prefix="/configuration")

_DONE = "签定好了，到生效日就照新的办。"


@blueprint.get("")
def show() -> str:
    """Show the configuration in force, what is assumed in it and what waits for a signature."""
    done = _DONE if request.args.get("done") else ""
    return render_template("configuration.html", page=configuration_page(the_office(), the_person(), done))


@blueprint.get("/<sha256>")
def compare(sha256: str) -> str:
    """Compare a proposal with what is in force."""
    office = the_office()
    form = ApprovalForm(effective=office.today(office.now()).isoformat())
    return render_template("proposal.html", page=proposal_page(office, the_person(), sha256), form=form)


@blueprint.post("/<sha256>/sign")
def sign(sha256: str) -> Response | tuple[str, int]:
    """Sign a proposal with the person's PIN, for the day that they chose."""
    office, person, form = the_office(), the_person(), ApprovalForm(request.form)
    try:
        effective = dt.date.fromisoformat((form.effective.data or "").strip())
    except ValueError:
        fault = Fault("effective", "生效日应写成 2026-12-01 这样。")
        return _again(office, person, sha256, form, fault), 422
    try:
        approve(office, person, sha256, unlock_key(office, person, form.pin.data or ""), effective)
    except WrongState as stop:
        return _again(office, person, sha256, form, Fault("effective", str(stop))), status_of(stop)[0]
    except (WrongPin, KeyLocked, NotFound) as stop:
        return _again(office, person, sha256, form, Fault("pin", str(stop))), status_of(stop)[0]
    return redirect("/configuration?done=signed", 303)


def _again(office: Office, person: Person, sha256: str, form: ApprovalForm, fault: Fault) -> str:
    return render_template("proposal.html", page=proposal_page(office, person, sha256, (fault,)), form=form)
