"""The page of a person's keys and certificates, as both families of views behind it show it."""

from cryptography import x509
from flask import render_template

from forms_service.domain.people import Person
from forms_service.signing.tokens import TokenKey
from forms_service.store.keys import PersonKey
from forms_service.store.own_certificates import OwnCertificate
from forms_service.web import desk
from forms_service.web.auth import signing_session
from forms_service.web.forms import BringForm, KeyForm, ProofForm, TakeAwayForm
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.key import KeyPage, KeyRow, OwnRow
from forms_service.web.words import moment
from forms_service.workflow.certifying import CHALLENGE_LIVES, own_certificates
from forms_service.workflow.keying import session_signer
from forms_service.workflow.office import Office

_STATES = {"active": "现用", "replaced": "已换", "lost": "已遗失", "revoked": "已撤销"}
_DONE = {
    "set": "签章密码设好了，密钥与证书已经换成新的。",
    "closed": "签章时段已结束，下次签章要输密码。",
    "registered": "您的证书登记好了，用它签的单据就算您签的。",
    "ended": "您的证书已停用；停用以前签的照样有效。",
    "brought": "您带来的密钥可以在这里签章了，它的证书也登记好了。",
}


def key_page(
    office: Office, person: Person, form: KeyForm | None = None, faults: tuple[Fault, ...] = (), done: str = ""
) -> str:
    """Draw the page; `done` names what was just done."""
    keys = desk.key_history(office, person)
    active = next((key for key in keys if key.state == "active"), None)
    until = active.locked_until if active else None
    page = KeyPage(
        sentence="您可以签章" if active else "您还不能签章，请先设置签章密码",
        has_key=active is not None,
        on_token=active is not None and TokenKey.from_json(active.locked_key) is not None,
        locked=f"输错太多次，密钥锁到 {moment(office.local(until))}。" if until and until > office.now() else "",
        session=session_signer(office, person, signing_session()) is not None,
        keys=tuple(_key(office, key) for key in keys),
        own=tuple(_own(office, kept) for kept in reversed(own_certificates(office, person))),
        minutes=int(CHALLENGE_LIVES.total_seconds() // 60),
        faults=faults,
        done=_DONE.get(done, ""),
    )
    forms = {"form": form or KeyForm(), "proof": ProofForm(), "away": TakeAwayForm(), "brought": BringForm()}
    return render_template("key.html", page=page, **forms)


def _key(office: Office, key: PersonKey) -> KeyRow:
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    return KeyRow(
        certificate=key.certificate,
        made=moment(office.local(key.made_at)),
        state=_STATES[key.state],
        valid_until=f"{office.local(certificate.not_valid_after_utc):%Y-%m-%d}",
    )


def _own(office: Office, kept: OwnCertificate) -> OwnRow:
    certificate = x509.load_pem_x509_certificate(kept.pem.encode())
    return OwnRow(
        certificate=kept.sha256,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        since=moment(office.local(kept.registered_at)),
        ended=moment(office.local(kept.ended_at)) if kept.ended_at else "",
        valid_until=f"{office.local(certificate.not_valid_after_utc):%Y-%m-%d}",
    )
