"""Unlocking: the key for one signature, from the open signing session or by the PIN that a page asked for."""

from forms_service.domain.people import Person
from forms_service.signing.signer import Signer
from forms_service.web.auth import keep_signing_session, signing_session
from forms_service.web.forms import SigningForm
from forms_service.workflow.keying import open_session, session_signer, unlock_key
from forms_service.workflow.office import Office


def signer_of(office: Office, person: Person, form: SigningForm) -> Signer:
    """Take the key from the open signing session, or unlock it with the PIN typed. Raises WrongPin, KeyLocked."""
    signer = session_signer(office, person, signing_session())
    if signer is not None:
        return signer
    if not form.keep_open.data:
        return unlock_key(office, person, form.pin.data or "")
    token = open_session(office, person, form.pin.data or "")
    keep_signing_session(token)
    opened = session_signer(office, person, token)
    if opened is None:
        raise RuntimeError("a signing session was over as it began")
    return opened
