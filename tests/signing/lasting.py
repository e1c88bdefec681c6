"""Sealed copies for long keeping: with timestamps, with what tells of their certificates, renewed, and of long ago."""

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
from tests.tampering import AT, FOUNDED, LONG_AGO, OURS, Desk, authority, person, stamps

LATER = AT + dt.timedelta(hours=1)
YEAR = dt.timedelta(days=365)
SOON = AT + dt.timedelta(hours=2)
THEN = FOUNDED[LONG_AGO]


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
    of: str = OURS,
) -> bytes:
    """Protect a file at a moment."""
    lists = (authority(of).crl(at, revoked or {}), authority(of).root_list or b"")
    keeping = Keeping(authority(of).chain(), Material(lists))
    return protect(pdf, keeping, timestamper or stamps_from(at, of)).pdf


def renew(pdf: bytes, at: dt.datetime, of: str = OURS) -> bytes:
    """Protect a file again, as a sweep does: by what tells of the timestamp before, and another timestamp."""
    answer = authority(of).answer(authority(of).timestamp_certificate, at)
    material = Material((authority(of).root_list or b"",), (answer,))
    return protect(pdf, Keeping(authority(of).chain(), material), stamps_from(at, of)).pdf


@functools.cache
def of_long_ago() -> bytes:
    """Give a copy that was signed, sealed and protected eleven years ago, by the clock on the wall."""
    desk = Desk(of=LONG_AGO, claims=THEN, timestamper=stamps_from(THEN, LONG_AGO))
    return keep(desk.seal(desk.finish()), THEN + dt.timedelta(hours=1), of=LONG_AGO)


@functools.cache
def renewed_since() -> bytes:
    """Give the same copy, renewed in its tenth year, when the certificates of all who signed had ended."""
    return renew(of_long_ago(), THEN + 10 * YEAR, LONG_AGO)


def stamps_from(at: dt.datetime, of: str = OURS) -> TimeAuthority:
    """Give an embedded timestamp authority at a later time."""
    ticks = itertools.count(1)
    return authority(of).timestamper(lambda: at + dt.timedelta(seconds=next(ticks)))


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
