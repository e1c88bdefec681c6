"""Keying: a person's own signing key — made with a PIN or kept on their token, unlocked for a signature or a session.

A try at a PIN is counted and committed before the PIN is checked, so that a kill or a race gives nobody a free guess.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import WrongPin, WrongState
from forms_service.domain.events import Event
from forms_service.domain.people import Person
from forms_service.signing.keys import PIN_LOCK, PIN_TRIES, LockedKey, new_key, unlock
from forms_service.signing.signer import Signer
from forms_service.signing.tokens import TokenKey
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.database import Transaction
from forms_service.store.keys import KeyState, PersonKey
from forms_service.workflow.office import Office


def set_pin(office: Office, person: Person, pin: str, actor: str | None = None, *, lost: bool = False) -> None:
    """Make a person a new key under a PIN, with a certificate; a key before it ends, its signatures stay.

    `actor` is who did it where it was not the person. `lost` also revokes the certificate of the key before it, from
    now on: whoever found that key signs nothing more with it. Raises ProblemsFound for a PIN too short or too plain.
    """
    public_key, locked = new_key(pin, office.secret, office.pin_cost)
    put_key(office, person, public_key, locked.to_json(), actor or person.id, lost=lost)


def set_token(office: Office, person: Person, place: TokenKey, pin: str, actor: str | None = None) -> None:
    """Let a person sign with a key on their own token from now on; it is certified, and never leaves the token.

    Raises WrongPin, KeyLocked, NoToken, BadConfiguration; WrongState for a token that is somebody else's.
    """
    _require_own(office, person, place)
    public_key = office.tokens.public_key(place, pin)
    put_key(office, person, public_key, place.to_json(), actor or person.id, kept="token")


def put_key(
    office: Office,
    person: Person,
    public_key: ec.EllipticCurvePublicKey,
    locked: str,
    actor: str,
    *,
    lost: bool = False,
    kept: str = "",
) -> None:
    """Certify a key as a person's and make it the one that they sign with; `kept` says where else than here it is."""
    at = office.now()
    department = office.organisation.department(person.department)
    unit = department.name if department else person.department
    certificate = office.authority.certify_person(person.id, person.name, public_key, at, unit)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    office.sessions.close_all(person.id)
    with office.database.write() as tx:
        end_key(office, tx, person, actor, state="lost" if lost else "replaced")
        tx.keys.add(PersonKey(fingerprint, person.id, locked, pem, at))
        tx.certificates.add(IssuedCertificate(fingerprint, "person", pem, person.id, at))
        data = {"certificate": fingerprint, **({"kept": kept} if kept else {})}
        tx.ledger.append(Event(at, "key_made", "", actor, data))


def report_lost(office: Office, person: Person, actor: str | None = None) -> None:
    """End a person's key that they lost, and revoke its certificate from now on; what it signed before stays."""
    office.sessions.close_all(person.id)
    with office.database.write() as tx:
        end_key(office, tx, person, actor or person.id, state="lost")


def end_key(office: Office, tx: Transaction, person: Person, actor: str, *, state: KeyState, reason: str = "") -> None:
    """End a person's active key; one that was lost or revoked also has its certificate revoked. None: nothing."""
    at, key = office.now(), tx.keys.active(person.id)
    if key is None:
        return
    tx.keys.end(person.id, at, state)
    if state == "replaced":
        return
    tx.certificates.revoke(key.certificate, at)
    data = {"certificate": key.certificate, "person": person.id, **({"reason": reason} if reason else {})}
    tx.ledger.append(Event(at, f"key_{state}", "", actor, data))


def has_key(office: Office, person: Person) -> bool:
    """Say whether a person has a key to sign with."""
    with office.database.read() as tx:
        return tx.keys.active(person.id) is not None


def unlock_key(office: Office, person: Person, pin: str) -> Signer:
    """Unlock a person's key with the PIN. Raises WrongPin with the tries left, KeyLocked, NotFound without a key.

    For a key on a token also NoToken, and the PIN is the token's.
    """
    with unlocking(office, person) as key:
        return _open(office, key, pin)


@contextmanager
def unlocking(office: Office, person: Person) -> Iterator[PersonKey]:
    """Count a try, hand out the locked key, and forget the tries when the block opened it; WrongPin tells those left.

    Raises KeyLocked, NotFound without a key.
    """
    with office.database.write() as tx:
        key = tx.keys.take_try(person.id, office.now(), PIN_TRIES, PIN_LOCK)
    try:
        yield key
    except WrongPin as error:
        raise WrongPin(_tries_left(key)) from error
    with office.database.write() as tx:
        tx.keys.clear_tries(person.id)


def open_session(office: Office, person: Person, pin: str) -> str:
    """Unlock a person's key for a signing session of at most ten minutes; returns the session's token."""
    signer = unlock_key(office, person, pin)
    return office.sessions.open(person.id, signer, office.now())


def session_signer(office: Office, person: Person, token: str) -> Signer | None:
    """Return the signer of a person's open session, or None when it is over or its key has ended since."""
    signer = office.sessions.signer(person.id, token, office.now())
    if signer is None:
        return None
    with office.database.read() as tx:
        key = tx.keys.active(person.id)
    return signer if key and key.certificate == signer.fingerprint else None


def close_session(office: Office, person: Person) -> None:
    """End a person's signing sessions at once."""
    office.sessions.close_all(person.id)


def _open(office: Office, key: PersonKey, pin: str) -> Signer:
    certificate, chain = x509.load_pem_x509_certificate(key.certificate_pem.encode()), office.authority.chain()
    place = TokenKey.from_json(key.locked_key)
    if place is not None:
        return office.tokens.signer(place, pin, certificate, chain)
    return unlock(LockedKey.from_json(key.locked_key), pin, office.secret, certificate, chain)


def _require_own(office: Office, person: Person, place: TokenKey) -> None:
    """Let no two holders share a token: whoever knows its PIN could sign as either."""
    with office.database.read() as tx:
        active = [tx.keys.active(other.id) for other in office.organisation.people if other.id != person.id]
    shared = [key.person for key in active if key and _token_of(key) == place.token]
    if shared or place.token == office.tokens.of_the_firm:
        holder = shared[0] if shared else "公司印章"
        raise WrongState(f"令牌「{place.token}」已经是「{holder}」的，一个令牌只给一个人用。请换一个令牌。")


def _token_of(key: PersonKey) -> str:
    place = TokenKey.from_json(key.locked_key)
    return place.token if place else ""


def _tries_left(key: PersonKey) -> str:
    left = PIN_TRIES - key.wrong_pins
    if left <= 0:
        minutes = int(PIN_LOCK.total_seconds() // 60)
        return f"签章密码不对，已连续输错 {key.wrong_pins} 次，密钥锁定 {minutes} 分钟。忘记密码请重新设置。"
    return f"签章密码不对，还可以试 {left} 次。没有签章，您填写的内容还在。"
