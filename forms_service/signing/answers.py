"""Answers: what a signed answer (OCSP, RFC 6960) says of one certificate.

It is believed if the certificate's own issuer signed it, or a responder whom that issuer named for it. Which
certificates travel along no signature covers, so each of them is tried. By a digest that is broken an answer can only
say that a certificate is revoked.
"""

from collections.abc import Iterator

from asn1crypto import algos
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms_service.signing.issued import is_signed_by, is_sound
from forms_service.signing.lists import FAULTS, Word
from forms_service.signing.signer import to_asn1

_LARGEST = 16 * 1024  # an answer is 2 KB with its responder's certificate; reading many of them is quadratic
_MOST_RESPONDERS = 8


def words_of_answer(about: x509.Certificate, issuer: x509.Certificate, der: bytes) -> tuple[Word, ...]:
    """Read what an answer says of a certificate; nothing where it is about others, or nobody entitled signed it."""
    if len(der) > _LARGEST:
        return ()
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return ()
        found = [one for one in answer.responses if _is_about(one, about, issuer)]
        algorithm = asn1_ocsp.OCSPResponse.load(der)["response_bytes"]["response"].parsed["signature_algorithm"]
        if not found or not _is_signed(answer, issuer, algorithm):
            return ()
        return tuple(_words(about, found, sound=is_sound(algorithm)))
    except FAULTS:
        return ()


def _words(about: x509.Certificate, found: list[ocsp.OCSPSingleResponse], *, sound: bool) -> Iterator[Word]:
    for one in found:
        revoked = one.certificate_status is ocsp.OCSPCertStatus.REVOKED
        if revoked or (sound and one.certificate_status is ocsp.OCSPCertStatus.GOOD):
            issued = one.this_update_utc
            looks_back = about.not_valid_after_utc >= issued
            yield Word(one.revocation_time_utc if revoked else None, issued, one.next_update_utc, looks_back)


def _is_about(one: ocsp.OCSPSingleResponse, about: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether a part of an answer is about a certificate of this issuer, whom it names by the key's digest.

    RFC 6960 reckons that without tag and length.
    """
    if one.serial_number != about.serial_number:
        return False
    digest = hashes.Hash(one.hash_algorithm)
    digest.update(_key_bits(issuer))
    return one.issuer_key_hash == digest.finalize()


def _key_bits(certificate: x509.Certificate) -> bytes:
    """Give the bits of a public key as they stand in its certificate."""
    return bytes(to_asn1(certificate).public_key["public_key"].contents[1:])  # behind the count of unused bits


def _is_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate, algorithm: algos.SignedDigestAlgorithm) -> bool:
    named = (c for c in answer.certificates[:_MOST_RESPONDERS] if _is_named_responder(c, issuer, answer))
    return any(
        is_signed_by(signer.public_key(), algorithm, answer.signature, answer.tbs_response_bytes)
        for signer in (issuer, *named)
    )


def _is_named_responder(found: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    try:
        use = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        found.verify_directly_issued_by(issuer)
    except (*FAULTS, x509.ExtensionNotFound):
        return False
    produced = answer.produced_at_utc
    return (
        ExtendedKeyUsageOID.OCSP_SIGNING in use and found.not_valid_before_utc <= produced <= found.not_valid_after_utc
    )
