"""Lists: what a signed list of revoked certificates (CRL, RFC 5280) says of one certificate of its issuer.

A list about only some certificates or reasons, one that only tells of changes, one by a digest that is broken or with a
part that is not known here says nothing by its silence. Who stands on it is revoked all the same.
"""

import datetime as dt
import functools
from dataclasses import dataclass

from asn1crypto import algos, crl
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from forms_service.signing.issued import is_signed_by, is_sound
from forms_service.signing.oids import EXPIRED_ON_LIST

FAULTS = (
    *(ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)
"""What reading a list, an answer or a certificate that somebody made up may raise."""

_KEPT = 256
_KNOWN = frozenset({ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER})
_COMPROMISED = (x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise)


@dataclass(frozen=True, slots=True)
class Word:
    """What one list or answer says of one certificate: from when it is revoked, and for which moments it speaks."""

    revoked: dt.datetime | None
    issued: dt.datetime
    until: dt.datetime | None
    looks_back: bool

    def speaks_for(self, moment: dt.datetime) -> bool:
        """Say whether silence about a revocation holds for a moment."""
        if moment <= self.issued:
            return self.looks_back
        return self.until is not None and moment <= self.until


def word_of_list(about: x509.Certificate, der: bytes, issuer: bytes) -> Word | None:
    """Read what a list says of a certificate; None where it says nothing, or its issuer (DER) did not sign it."""
    found = _read(der, issuer)
    if found is None:
        return None
    try:
        revoked = _since(about, found)
        speaks = is_sound(_algorithm(der)) and _is_whole(found)
        # A list may leave out what had expired before it was issued, unless it says that it does not (X.509, 9.5.2.3).
        keeps = any(extension.oid.dotted_string == EXPIRED_ON_LIST for extension in found.extensions)
    except FAULTS:
        return None
    if revoked is None and not speaks:
        return None
    issued = found.last_update_utc
    return Word(revoked, issued, found.next_update_utc, speaks and (keeps or about.not_valid_after_utc >= issued))


@functools.lru_cache(maxsize=_KEPT)
def _read(der: bytes, issuer: bytes) -> x509.CertificateRevocationList | None:
    """Read a list that an authority signed; None for anything else."""
    by = x509.load_der_x509_certificate(issuer)
    try:
        found = x509.load_der_x509_crl(der)
        if found.issuer != by.subject or not _may_list(by):
            return None
        signed = is_signed_by(by.public_key(), _algorithm(der), found.signature, found.tbs_certlist_bytes)
    except FAULTS:
        return None
    return found if signed else None


def _algorithm(der: bytes) -> algos.SignedDigestAlgorithm:
    return crl.CertificateList.load(der)["signature_algorithm"]


def _may_list(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_whole(found: x509.CertificateRevocationList) -> bool:
    """Say whether a list is about all of its issuer's certificates and all reasons."""
    if any(extension.critical and extension.oid not in _KNOWN for extension in found.extensions):
        return False
    return _point(found) is None


def _point(found: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    """Return what a list says about which certificates it is, None where it is about all."""
    try:
        return found.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None


def _since(about: x509.Certificate, found: x509.CertificateRevocationList) -> dt.datetime | None:
    """Say from when a list revokes a certificate, None when it does not."""
    point = _point(found)
    if point is not None and point.only_contains_attribute_certs:
        return None
    if point is not None and point.indirect_crl:
        entry = _own_entry(about.serial_number, found)
    else:
        entry = found.get_revoked_certificate_by_serial_number(about.serial_number)
    return None if entry is None else _moment_of(entry)


def _own_entry(serial: int, found: x509.CertificateRevocationList) -> x509.RevokedCertificate | None:
    """Find an entry about one of the list's own issuer, in a list for several (RFC 5280, 5.3.3)."""
    own = True
    for entry in found:
        try:
            named = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value
            own = found.issuer in named.get_values_for_type(x509.DirectoryName)
        except x509.ExtensionNotFound:
            pass
        if own and entry.serial_number == serial:
            return entry
    return None


def _moment_of(entry: x509.RevokedCertificate) -> dt.datetime | None:
    """Say from when an entry revokes; None for one that takes a hold back."""
    since = entry.revocation_date_utc
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        if reason is x509.ReasonFlags.remove_from_crl:
            return None
        invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return since
    return min(since, invalid) if reason in _COMPROMISED else since
