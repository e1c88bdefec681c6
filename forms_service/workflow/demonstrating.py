"""Demonstrating: the demo firm made ready: its forms in force, its people with a password and a key."""

from email import message_from_bytes, policy
from pathlib import Path

from forms_service.domain.errors import KeyLocked, WrongPin
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Person
from forms_service.workflow.bringing_into_force import Proposal, approve, waiting
from forms_service.workflow.keying import has_key, set_pin, unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.publishing import publish
from forms_service.workflow.signing_in import has_password, set_password

PASSWORD = "demo-forms"  # noqa: S105 - the demo firm's people are listed on its sign-in page, with this
PIN = "246813"


def set_up(office: Office, specs: Path) -> tuple[Proposal, ...]:
    """Publish every form of a folder, give the demo firm's people the demo password and PIN, let its 总经理 sign.

    Idempotent. Returns what still waits: the 总经理 may have another PIN by now.
    """
    _give_keys(office)
    sources = {path.name: path.read_bytes() for path in sorted(specs.glob("*.yaml"))}
    for name, source in sources.items():
        publish(office, source, name, "office", sources.values())
    _sign_what_waits(office)
    _give_keys(office)
    return waiting(office)


def _give_keys(office: Office) -> None:
    for person in office.organisation.people:
        if not has_password(office, person):
            set_password(office, person, PASSWORD)
        if not has_key(office, person):
            set_pin(office, person, PIN)


def _sign_what_waits(office: Office) -> None:
    proposals, manager = waiting(office), _holder(office, APPROVER_ROLE)
    if not proposals:
        return
    try:
        signer = unlock_key(office, manager, PIN)
    except (WrongPin, KeyLocked):
        return
    for proposal in proposals:
        approve(office, manager, proposal.sha256, signer)


def newest_mail(mail_folder: Path) -> str:
    """Return the text of the newest mail in the demo's mail folder."""
    newest = max(mail_folder.glob("*.eml"))
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _holder(office: Office, role: str) -> Person:
    return office.organisation.holders(role)[0]
