"""Seal keys: the firm's own key on a token, certified by the firm's authority the first time it is seen.

A new key takes over from the next signature on; what the keys before it sealed stays sealed.
"""

import datetime as dt
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.events import Event
from forms_service.signing.authority import Authority
from forms_service.signing.tokens import TokenKey, Tokens
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.database import Database, Transaction

OFFICE = "office"
_KIND = "firm"


@dataclass(frozen=True, slots=True)
class SealToken:
    """Where the firm's key lies, and the PIN that opens it, from the machine's settings."""

    place: TokenKey
    pin: str = field(repr=False)


def seal_by_token(
    authority: Authority, database: Database, tokens: Tokens, token: SealToken | None, at: dt.datetime
) -> Authority:
    """Let a token's key, if one is named, certify and seal from now on; earlier keys of the firm stay known.

    Raises WrongPin, KeyLocked, NoToken, BadConfiguration.
    """
    with database.read() as tx:
        known = _known(tx)
    if token is None:
        return authority.sealed_by(None, known)
    public_key = tokens.public_key(token.place, token.pin)
    own = next((certificate for certificate in known if certificate.public_key() == public_key), None)
    if own is None:
        with database.write() as tx:
            own = _certify(authority, tx, public_key, at)
    return authority.sealed_by(tokens.signer(token.place, token.pin, own, authority.chain()), known)


def _known(tx: Transaction) -> tuple[x509.Certificate, ...]:
    issued = tx.certificates.of(OFFICE)
    return tuple(x509.load_pem_x509_certificate(kept.pem.encode()) for kept in issued if kept.kind == _KIND)


def _certify(
    authority: Authority, tx: Transaction, public_key: ec.EllipticCurvePublicKey, at: dt.datetime
) -> x509.Certificate:
    certificate = authority.certify_firm(public_key, at)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    pem = certificate.public_bytes(Encoding.PEM).decode()
    tx.certificates.add(IssuedCertificate(fingerprint, _KIND, pem, OFFICE, at))
    tx.ledger.append(Event(at, "key_made", "", OFFICE, {"certificate": fingerprint, "kept": "token"}))
    return certificate
