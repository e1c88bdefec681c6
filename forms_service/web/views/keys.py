"""My key: set or renew the signing PIN, end a signing session."""

from cryptography import x509
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.errors import NotYours, ProblemsFound
from forms_service.domain.people import Person
from forms_service.store.keys import PersonKey
from forms_service.web import desk
from forms_service.web.auth import forget_signing_session, signing_session, the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import KeyForm
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.key import KeyPage, KeyRow
from forms_service.web.words import moment
from forms_service.workflow.keying import close_session, session_signer, set_pin
from forms_service.workflow.office import Office
from forms_service.workflow.signing_in import sign_in

blueprint = Blueprint("keys", __name__, url_prefix="/key")

_STATES = {"active": "现用", "replaced": "已换", "lost": "已遗失", "revoked": "已废止"}
_DONE = {"set": "签章密码设好了，密钥与证书已经换成新的。", "closed": "签章时段已结束，下次签章要输密码。"}


@blueprint.get("")
def show() -> str:
    """Show whether the person can sign, and since when."""
    return _page(the_office(), the_person(), KeyForm())


@blueprint.post("")
def renew() -> Response | tuple[str, int]:
    """Make the person a new key under a new PIN."""
    office, person, form = the_office(), the_person(), KeyForm(request.form)
    pin = form.pin.data or ""
    if pin != (form.again.data or ""):
        return _page(office, person, form, (Fault("again", "两次输入的签章密码不一样。请再输一次。"),)), 422
    try:
        sign_in(office, person.id, form.password.data or "")
        set_pin(office, person, pin)
    except NotYours as stop:
        fault = Fault("password", "登录密码不对，没有换密钥。请再输一次。")
        return _page(office, person, form, (fault,)), status_of(stop)[0]
    except ProblemsFound as stop:
        faults = tuple(Fault("pin", problem.message) for problem in stop.problems)
        return _page(office, person, form, faults), status_of(stop)[0]
    forget_signing_session()
    return redirect("/key?done=set", 303)


@blueprint.post("/session/close")
def close() -> Response:
    """End the person's signing sessions at once."""
    close_session(the_office(), the_person())
    forget_signing_session()
    return redirect("/key?done=closed", 303)


def _page(office: Office, person: Person, form: KeyForm, faults: tuple[Fault, ...] = ()) -> str:
    keys = desk.key_history(office, person)
    active = next((key for key in keys if key.state == "active"), None)
    until = active.locked_until if active else None
    page = KeyPage(
        sentence="您可以签章" if active else "您还不能签章，请先设置签章密码",
        has_key=active is not None,
        locked=f"输错太多次，密钥锁到 {moment(office.local(until))}。" if until and until > office.now() else "",
        session=session_signer(office, person, signing_session()) is not None,
        keys=tuple(_row(office, key) for key in keys),
        faults=faults,
        done=_DONE.get(request.args.get("done", ""), ""),
    )
    return render_template("key.html", page=page, form=form)


def _row(office: Office, key: PersonKey) -> KeyRow:
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    return KeyRow(
        certificate=key.certificate,
        made=moment(office.local(key.made_at)),
        state=_STATES[key.state],
        valid_until=f"{office.local(certificate.not_valid_after_utc):%Y-%m-%d}",
    )
