"""Keying: a person's own signing key — made with a PIN, unlocked for one signature or for a short session.

A try at a PIN is counted and committed before the PIN is checked, so that a kill or a race gives nobody a free guess.
"""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import WrongPin
from forms_service.domain.events import Event
from forms_service.domain.people import Person
from forms_service.signing.keys import PIN_LOCK, PIN_TRIES, LockedKey, new_key, unlock
from forms_service.signing.signer import Signer
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.keys import PersonKey
from forms_service.workflow.office import Office


def set_pin(office: Office, person: Person, pin: str, actor: str | None = None) -> None:
    """Make a person a new key under a PIN, with a certificate; a key before it ends, its signatures stay.

    `actor` is who did it where it was not the person.
    Raises WrongPin for a PIN that is too short or too plain.
    """
    at = office.now()
    public_key, locked = new_key(pin, office.secret, office.pin_cost)
    department = office.organisation.department(person.department)
    unit = department.name if department else person.department
    certificate = office.authority.certify_person(person.id, person.name, public_key, at, unit)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    office.sessions.close_all(person.id)
    with office.database.write() as tx:
        tx.keys.add(PersonKey(fingerprint, person.id, locked.to_json(), pem, at))
        tx.certificates.add(IssuedCertificate(fingerprint, "person", pem, person.id, at))
        tx.ledger.append(Event(at, "key_made", "", actor or person.id, {"certificate": fingerprint}))


def has_key(office: Office, person: Person) -> bool:
    """Say whether a person has a key to sign with."""
    with office.database.read() as tx:
        return tx.keys.active(person.id) is not None


def unlock_key(office: Office, person: Person, pin: str) -> Signer:
    """Unlock a person's key with the PIN. Raises WrongPin with the tries left, KeyLocked, NotFound without a key."""
    with office.database.write() as tx:
        key = tx.keys.take_try(person.id, office.now(), PIN_TRIES, PIN_LOCK)
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    try:
        signer = unlock(LockedKey.from_json(key.locked_key), pin, office.secret, certificate, office.authority.chain())
    except WrongPin as error:
        raise WrongPin(_tries_left(key)) from error
    with office.database.write() as tx:
        tx.keys.clear_tries(person.id)
    return signer


def open_session(office: Office, person: Person, pin: str) -> str:
    """Unlock a person's key for a signing session of at most ten minutes; returns the session's token."""
    signer = unlock_key(office, person, pin)
    return office.sessions.open(person.id, signer, office.now())


def session_signer(office: Office, person: Person, token: str) -> Signer | None:
    """Return the signer of a person's open session, or None when it is over."""
    return office.sessions.signer(person.id, token, office.now())


def close_session(office: Office, person: Person) -> None:
    """End a person's signing sessions at once."""
    office.sessions.close_all(person.id)


def _tries_left(key: PersonKey) -> str:
    left = PIN_TRIES - key.wrong_pins
    if left <= 0:
        minutes = int(PIN_LOCK.total_seconds() // 60)
        return f"签章密码不对，已连续输错 {key.wrong_pins} 次，密钥锁定 {minutes} 分钟。忘记密码请重新设置。"
    return f"签章密码不对，还可以试 {left} 次。没有签章，您填写的内容还在。"
