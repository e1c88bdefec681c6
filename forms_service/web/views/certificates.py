"""My certificate: prove one of my own and register it, end it; take my key away as a file, or bring one."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import (
    KeyLocked,
    NotFound,
    NotProven,
    ProblemsFound,
    Unreadable,
    WrongPin,
    WrongState,
)
from forms_service.web.answers import deliver
from forms_service.web.auth import forget_signing_session, the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import BringForm, TakeAwayForm
from forms_service.web.key_page import key_page
from forms_service.web.pages.frame import Fault
from forms_service.workflow.carrying import bring, take_away
from forms_service.workflow.certifying import end_certificate, make_challenge, register_certificate

blueprint = Blueprint("certificates", __name__, url_prefix="/key")


@blueprint.post("/challenge")
def challenge() -> Response:
    """Hand out a sheet to be signed with the person's own certificate."""
    office, person = the_office(), the_person()
    return deliver(make_challenge(office, person), f"证书登记书-{person.name}.pdf", "application/pdf")


@blueprint.post("/certificate")
def register() -> AnyResponse | tuple[str, int]:
    """Register the certificate that signed the sheet."""
    office, person = the_office(), the_person()
    try:
        register_certificate(office, person, _upload("signed_sheet"))
    except NotProven as stop:
        return key_page(office, person, faults=(Fault("signed_sheet", str(stop)),)), status_of(stop)[0]
    return redirect("/key?done=registered", 303)


@blueprint.post("/certificate/end")
def end() -> AnyResponse:
    """End the person's own certificate."""
    end_certificate(the_office(), the_person())
    return redirect("/key?done=ended", 303)


@blueprint.post("/take-away")
def away() -> AnyResponse | tuple[str, int]:
    """Hand the person their key as a PKCS#12 file."""
    office, person, form = the_office(), the_person(), TakeAwayForm(request.form)
    try:
        content = take_away(office, person, form.away_pin.data or "", form.away_passphrase.data or "")
    except (WrongPin, KeyLocked, NotFound, WrongState) as stop:
        return key_page(office, person, faults=(Fault("away_pin", str(stop)),)), status_of(stop)[0]
    except ProblemsFound as stop:
        faults = tuple(Fault("away_passphrase", problem.message) for problem in stop.problems)
        return key_page(office, person, faults=faults), status_of(stop)[0]
    return deliver(content, f"{person.id}.p12", "application/x-pkcs12")


@blueprint.post("/bring")
def take_in() -> AnyResponse | tuple[str, int]:
    """Take in the person's key from a PKCS#12 file."""
    office, person, form = the_office(), the_person(), BringForm(request.form)
    try:
        content = _upload("bring_file")
        bring(office, person, content, form.bring_passphrase.data or "", form.bring_pin.data or "")
    except (NotProven, Unreadable) as stop:
        return key_page(office, person, faults=(Fault("bring_file", str(stop)),)), status_of(stop)[0]
    except ProblemsFound as stop:
        faults = tuple(Fault("bring_pin", problem.message) for problem in stop.problems)
        return key_page(office, person, faults=faults), status_of(stop)[0]
    forget_signing_session()
    return redirect("/key?done=brought", 303)


def _upload(name: str) -> bytes:
    """Read a file that was handed in; b"" for none, which nothing takes for a good one."""
    upload = request.files.get(name)
    return upload.read() if upload is not None else b""
