"""Files that are not ours: when their signers' certificates are enough for the file to be believed."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.stamps import proven_time

_SIGNING_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # document signing: RFC 9336
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # document signing: Microsoft
        ObjectIdentifier("1.2.840.113583.1.1.5"),  # authentic documents: Adobe
    }
)


def all_vouched_for(evidence: Evidence) -> bool:
    """Say whether every signer of a file that is not ours leads to a configured anchor, by a certificate for signing.

    A certificate of this system signs in this system only: on any other paper it proves that something is amiss.
    """
    return bool(evidence.signings) and not any(_unvouched(evidence, signing) for signing in evidence.signings)


def unvouched(evidence: Evidence) -> Iterator[tuple[Signing, str]]:
    """Say of each signer whom nothing vouches for why that is so."""
    for signing in evidence.signings:
        reason = _unvouched(evidence, signing)
        if reason:
            yield signing, reason


def _unvouched(evidence: Evidence, signing: Signing) -> str:
    now = evidence.at
    proven = proven_time(evidence, signing) or now
    if signing.container is None:
        return "签章读不出来"
    if signing.traced.anchor is None:
        return signing.traced.reason
    if signing.holder is not None:
        return "这是本系统发的证书，只在本系统的单据上作数，在这份文件上不算"
    if signing.time is None:
        return "签章没有写明时间，无从对照证书的有效期"
    if signing.time > now:
        return "签章写的时间还没有到"
    if not signing.traced.valid_at(signing.time):
        return "证书在签章时不在有效期内"
    if not signing.traced.valid_at(proven):
        return "证书现在已不在有效期内，又没有可信的时间戳证明是在那之前签的"
    return "" if is_for_signing(signing.container.certificate) else "证书上写的用途不是签署文件"


def is_for_signing(certificate: x509.Certificate) -> bool:
    """Say whether a certificate's stated uses and purposes, where it states any, let it sign documents."""
    try:
        use = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (use.digital_signature or use.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(purpose in _SIGNING_PURPOSES for purpose in purposes)
