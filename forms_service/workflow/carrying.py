"""Carrying keys: a person takes their own key away as a PKCS#12 file, or brings one.

Both need the person's PIN or a new one: neither the server nor an administrator can do it for them. What was taken away
is told in the ledger, for from then on the key is in two places.
"""

from cryptography import x509

from forms_service.domain.errors import WrongState
from forms_service.domain.events import Event
from forms_service.domain.people import Person
from forms_service.signing.carrying import pack, unpack_apart
from forms_service.signing.keys import LockedKey, lock, take_key
from forms_service.signing.tokens import TokenKey
from forms_service.store.own_certificates import OwnCertificate
from forms_service.workflow.certifying import put_certificate
from forms_service.workflow.keying import put_key, unlocking
from forms_service.workflow.office import Office


def take_away(office: Office, person: Person, pin: str, passphrase: str) -> bytes:
    """Write a person's key as PKCS#12 under a passphrase. Raises WrongPin, KeyLocked, NotFound, ProblemsFound.

    A key on a token stays there: WrongState.
    """
    with unlocking(office, person) as key:
        if TokenKey.from_json(key.locked_key) is not None:
            raise WrongState("您的密钥在令牌里，拿不出来，也不必拿：在别处签章，把令牌带去即可。")
        plain = take_key(LockedKey.from_json(key.locked_key), pin, office.secret)
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    content = pack(plain, certificate, office.authority.chain(), passphrase)
    with office.database.write() as tx:
        data = {"certificate": key.certificate}
        tx.ledger.append(Event(office.now(), "key_taken_away", "", person.id, data))
    return content


def bring(
    office: Office, person: Person, content: bytes, passphrase: str, pin: str, actor: str | None = None
) -> OwnCertificate:
    """Take in a person's key from PKCS#12, kept under a PIN from now on; its own certificate is registered too.

    The firm certifies the key as well, so that what it signs here verifies by the firm's anchor alone. The file is
    unpacked in a process that has read no other file of unknown making, and ends with it.
    Raises Unreadable, Busy, ProblemsFound for a poor PIN, NotProven for a certificate that cannot be registered.
    """
    at = office.now()
    with office.judges.alone(content) as file:
        carried = file.read(unpack_apart, passphrase, at)
    key = carried.key()
    locked = lock(key, pin, office.secret, office.pin_cost)
    with office.database.write() as tx:
        kept = put_certificate(tx, person, carried.certificate, at, actor or person.id, proof="pkcs12")
    put_key(office, person, key.public_key(), locked.to_json(), actor or person.id, kept="pkcs12")
    return kept
