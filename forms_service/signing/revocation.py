"""Revocation: what signed lists (CRL, RFC 5280) and answers (OCSP, RFC 6960) say of a certificate. Nothing is fetched.

Material is used only if the certificate's own issuer signed it; delegated and partial lists say nothing here. It speaks
for a moment when it was issued at or after it, or when the moment lies within its own stated term (thisUpdate to
nextUpdate). It speaks of revocation at any time. Where a key is said to be compromised since an earlier day
(invalidityDate), that day counts.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from forms_service.signing.oids import EXPIRED_ON_LIST
from forms_service.signing.signer import to_asn1

_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_KEPT = 256
_LIST_EXTENSIONS = frozenset(
    {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER, ExtensionOID.ISSUING_DISTRIBUTION_POINT}
)
_COMPROMISED = (x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise)
_FAULTS = (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature)


@dataclass(frozen=True, slots=True)
class Material:
    """Lists and answers at hand, in DER, in whatever state."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


NO_MATERIAL = Material()


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


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stood: `revoked` when it signed, only `later`, `good`, or `unknown` for want of material."""

    result: Literal["good", "later", "revoked", "unknown"]
    since: dt.datetime | None = None


def standing(
    certificate: bytes, issuer: bytes, material: Material, proven: dt.datetime | None, said: dt.datetime
) -> Standing:
    """Say how a certificate (DER) stood when it signed.

    `proven` is by when the signature is known to have existed, None when that is only claimed: a revocation at any time
    counts against it then. `said` is the moment that silence must hold for.
    """
    words = _words(certificate, issuer, material)
    revoked = min((word.revoked for word in words if word.revoked is not None), default=None)
    if revoked is not None:
        return Standing("revoked" if proven is None or revoked <= proven else "later", revoked)
    return Standing("good" if any(word.speaks_for(said) for word in words) else "unknown")


@functools.lru_cache(maxsize=_KEPT)
def _words(certificate: bytes, issuer: bytes, material: Material) -> tuple[Word, ...]:
    """Gather what all material says that the certificate's own issuer signed."""
    about, by = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
    if about.issuer != by.subject:
        return ()
    lists = (_read_list(der, issuer) for der in material.crls)
    listed = (_word_of_list(about, found) for found in lists if found is not None)  # an empty one is false
    answered = (_word_of_answer(about, by, der) for der in material.ocsps)
    return tuple(word for word in (*listed, *answered) if word is not None)


@functools.lru_cache(maxsize=_KEPT)
def _read_list(der: bytes, issuer: bytes) -> x509.CertificateRevocationList | None:
    """Read a list that an authority signed for all its certificates; None for anything else."""
    by = x509.load_der_x509_certificate(issuer)
    try:
        found = x509.load_der_x509_crl(der)
        if found.issuer != by.subject or not _may_list(by) or not _is_whole(found):
            return None
        key = by.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
            return None
        weak = not isinstance(key, ed25519.Ed25519PublicKey) and not isinstance(found.signature_hash_algorithm, _HASHES)
        return None if weak or not found.is_signature_valid(key) else found
    except _FAULTS:
        return None


def _may_list(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_whole(found: x509.CertificateRevocationList) -> bool:
    """Say whether a list is about all of its issuer's certificates and all reasons."""
    if any(extension.critical and extension.oid not in _LIST_EXTENSIONS for extension in found.extensions):
        return False
    try:
        found.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return True
    return False


def _word_of_list(about: x509.Certificate, found: x509.CertificateRevocationList) -> Word:
    issued = found.last_update_utc
    entry = found.get_revoked_certificate_by_serial_number(about.serial_number)
    # A list may leave out what had expired before it was issued, unless it says that it does not (X.509, 9.5.2.3).
    keeps = any(extension.oid.dotted_string == EXPIRED_ON_LIST for extension in found.extensions)
    looks_back = keeps or about.not_valid_after_utc >= issued
    return Word(None if entry is None else _since(entry), issued, found.next_update_utc, looks_back)


def _since(entry: x509.RevokedCertificate) -> dt.datetime:
    since = entry.revocation_date_utc
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return since
    return min(since, invalid) if reason in _COMPROMISED else since


def _word_of_answer(about: x509.Certificate, issuer: x509.Certificate, der: bytes) -> Word | None:
    """Read an answer about this certificate that its issuer signed, or a responder that its issuer named."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        if (
            answer.serial_number != about.serial_number
            or not _is_about(answer, issuer)
            or not _is_signed(answer, issuer)
        ):
            return None
        if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return None
        issued = answer.this_update_utc
        looks_back = about.not_valid_after_utc >= issued
        return Word(answer.revocation_time_utc, issued, answer.next_update_utc, looks_back)
    except _FAULTS:
        return None


def _is_about(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """Say whether an answer's issuer is this one: its key's digest, as RFC 6960 reckons it, without tag and length."""
    digest = hashes.Hash(answer.hash_algorithm)
    digest.update(_key_bits(issuer))
    return answer.issuer_key_hash == digest.finalize()


def _key_bits(certificate: x509.Certificate) -> bytes:
    """Give the bits of a public key as they stand in its certificate."""
    return bytes(to_asn1(certificate).public_key["public_key"].contents[1:])  # behind the count of unused bits


def _is_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    signer = next((c for c in answer.certificates if _is_named_responder(c, issuer, answer.produced_at_utc)), issuer)
    return _verifies(signer, answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)


def _is_named_responder(found: x509.Certificate, issuer: x509.Certificate, at: dt.datetime) -> bool:
    try:
        found.verify_directly_issued_by(issuer)
        use = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*_FAULTS, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in use and found.not_valid_before_utc <= at <= found.not_valid_after_utc


def _verifies(
    signer: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm | None
) -> bool:
    key = signer.public_key()
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        elif not isinstance(algorithm, _HASHES):
            return False
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True
