"""My key: set or renew the signing PIN, tell that a key was lost, end a signing session."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from forms_service.domain.errors import NotYours, ProblemsFound
from forms_service.web.auth import forget_signing_session, the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import KeyForm
from forms_service.web.key_page import key_page
from forms_service.web.pages.frame import Fault
from forms_service.workflow.keying import close_session, set_pin
from forms_service.workflow.signing_in import sign_in

blueprint = Blueprint("keys", __name__, url_prefix="/key")


@blueprint.get("")
def show() -> str:
    """Show whether the person can sign, and since when."""
    return key_page(the_office(), the_person(), done=request.args.get("done", ""))


@blueprint.post("")
def renew() -> Response | tuple[str, int]:
    """Make the person a new key under a new PIN."""
    office, person, form = the_office(), the_person(), KeyForm(request.form)
    pin = form.pin.data or ""
    if pin != (form.again.data or ""):
        return key_page(office, person, form, (Fault("again", "两次输入的签章密码不一样。请再输一次。"),)), 422
    try:
        sign_in(office, person.id, form.password.data or "")
        set_pin(office, person, pin, lost=bool(form.lost.data))
    except NotYours as stop:
        fault = Fault("password", "登录密码不对，没有换密钥。请再输一次。")
        return key_page(office, person, form, (fault,)), status_of(stop)[0]
    except ProblemsFound as stop:
        faults = tuple(Fault("pin", problem.message) for problem in stop.problems)
        return key_page(office, person, form, faults), status_of(stop)[0]
    forget_signing_session()
    return redirect("/key?done=set", 303)


@blueprint.post("/session/close")
def close() -> Response:
    """End the person's signing sessions at once."""
    close_session(the_office(), the_person())
    forget_signing_session()
    return redirect("/key?done=closed", 303)
