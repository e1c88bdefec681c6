"""Files that are not ours: when their signers' certificates are enough for the file to be believed."""

import datetime as dt

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from forms_service.signing.evidence import Evidence, Signing

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
    return bool(evidence.signings) and all(_vouched_for(signing, evidence.at) for signing in evidence.signings)


def _vouched_for(signing: Signing, now: dt.datetime) -> bool:
    proven = signing.time if signing.time_source == "timestamp" else now
    if signing.container is None or signing.holder is not None or proven is None or signing.time is None:
        return False
    whole = signing.traced.valid_at(proven) and signing.traced.valid_at(signing.time)
    return whole and signing.time <= now and is_for_signing(signing.container.certificate)


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
