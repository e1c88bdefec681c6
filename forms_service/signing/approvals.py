"""Approvals: a statement signed with a person's own key, and whether that holds by the bytes and the anchors alone.

Nothing but the row and the trust list is needed, so that an approval is judged offline and years later.
"""

import datetime as dt

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing import oids
from forms_service.signing.certificates import key_may_sign, read_holder
from forms_service.signing.paths import trace
from forms_service.signing.signer import Signer
from forms_service.signing.trust import TrustList


def write_chain(signer: Signer) -> str:
    """Write a signer's certificate and those above it in PEM, the anchor left out: it cannot vouch for itself."""
    chain = (signer.certificate, *(c for c in signer.chain if c.issuer != c.subject))
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in chain)


def signature_fault(
    statement: bytes, signature: bytes, chain_pem: str, person: str, at: dt.datetime, trust: TrustList
) -> str | None:
    """Say why a statement is not signed by a person's certified key at a moment; None when it is."""
    try:
        chain = x509.load_pem_x509_certificates(chain_pem.encode())
        holder = read_holder(chain[0])
    except (ValueError, IndexError):
        return "签章人的证书读不出来"
    if (holder.kind, holder.person_id) != ("person", person):
        return f"证书是{holder.name}的，不是 {person} 的"
    if not _signed(statement, signature, chain[0]):
        return "签章与内容不符，内容或签章被改动过"
    if not key_may_sign(chain[0], at):
        return f"签章时（{at:%Y-%m-%d}）证书不在有效期内"
    traced = trace(tuple(c.public_bytes(Encoding.DER) for c in chain), trust, at, oids.PERSON)
    return traced.reason or None


def _signed(statement: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
