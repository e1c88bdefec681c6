"""Sealed copies for long keeping: one whose signatures carry timestamps, what tells of its certificates, timestamps."""

import datetime as dt
import functools
import itertools
from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing import certificates
from forms_service.signing.certificates import Issuer, Profile
from forms_service.signing.protect import Keeping, protect
from forms_service.signing.revocation import Material
from forms_service.signing.signer import KeySigner
from forms_service.signing.timestamps import EmbeddedTimeAuthority, TimeAuthority
from forms_service.signing.verdict import CheckResult, Verdict
from tests.tampering import AT, OURS, Desk, authority, person, stamps

LATER = AT + dt.timedelta(hours=1)
YEAR = dt.timedelta(days=365)
SOON = AT + dt.timedelta(hours=2)


@functools.cache
def sealed() -> bytes:
    """Give a sealed copy of which every signature has a timestamp."""
    desk = Desk(timestamper=stamps())
    return desk.seal(desk.finish())


@functools.cache
def kept() -> bytes:
    """Give the same copy, protected an hour later by the authority's own lists and timestamp."""
    return keep(sealed())


def keep(
    pdf: bytes,
    at: dt.datetime = LATER,
    revoked: Mapping[int, dt.datetime] | None = None,
    timestamper: TimeAuthority | None = None,
) -> bytes:
    """Protect a file at a moment."""
    lists = (authority(OURS).crl(at, revoked or {}), authority(OURS).root_list or b"")
    keeping = Keeping(authority(OURS).chain(), Material(lists))
    return protect(pdf, keeping, timestamper or stamps_from(at)).pdf


def stamps_from(at: dt.datetime) -> TimeAuthority:
    """Give the embedded timestamp authority at a later time."""
    ticks = itertools.count(1)
    return authority(OURS).timestamper(lambda: at + dt.timedelta(seconds=next(ticks)))


def short_lived(start: dt.datetime, valid: dt.timedelta) -> EmbeddedTimeAuthority:
    """Give a timestamp authority whose certificate is valid for a short time from a moment on."""
    key, ticks = ec.generate_private_key(ec.SECP256R1()), itertools.count(1)
    profile = Profile(valid, certificates.TIMESTAMP.policy, purpose=certificates.TIMESTAMP.purpose)
    name = certificates.authority_name("短期时间戳", "华成精密电路股份有限公司")
    certificate = issuing().issue(profile, name, key.public_key(), start)
    signer = KeySigner(key, certificate, authority(OURS).chain())
    return EmbeddedTimeAuthority(signer, lambda: start + dt.timedelta(seconds=next(ticks)))


def issuing(of: str = OURS) -> Issuer:
    """Give the issuing authority with its key, for what only tests make."""
    return authority(of)._issuing


def revoke(person_id: str, since: dt.datetime) -> dict[int, dt.datetime]:
    """Say of a person's certificate from when it is revoked, as a list is made from."""
    return {person(person_id).certificate.serial_number: since}


def list_with(*entries: x509.RevokedCertificate, at: dt.datetime = SOON, of: str = OURS) -> bytes:
    """Sign a list with entries of the test's own."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing(of).certificate.subject)
    builder = builder.last_update(at).next_update(at + dt.timedelta(days=7))
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuing(of).key, hashes.SHA256()).public_bytes(Encoding.DER)


def pem_list(der: bytes) -> bytes:
    """Write a list as it stands in a trust file."""
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


def check(verdict: Verdict, no: int) -> CheckResult:
    """Pick one check's result."""
    return next(result for result in verdict.checks if result.no == no)
