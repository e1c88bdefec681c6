"""Certificates: what each kind says about its holder, for how long, and how to read it back.

Kinds are told apart by policy (signing.oids), never by name. Signers' certificates carry no extended key usage: every
reader takes them so, while Acrobat and NSS refuse some usages (RFC 9336's among them). Only the TSA's must (RFC 3161).
"""

import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import Firm
from forms_service.signing import oids

HolderKind = Literal["firm", "person", "contact", "timestamp"]
_KINDS: MappingProxyType[str, HolderKind] = MappingProxyType(
    {oids.FIRM: "firm", oids.PERSON: "person", oids.CONTACT: "contact", oids.TIMESTAMP: "timestamp"}
)
_ANY_POLICY = "2.5.29.32.0"
_COMMON_NAME_BYTES = 64
LIST_TERM = dt.timedelta(days=7)
"""For how long a list of revoked certificates may be taken for the newest."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of certificate. `path_length` is set for authorities; `key_use` bounds when the key may sign."""

    valid: dt.timedelta
    policy: str | None
    path_length: int | None = None
    purpose: x509.ObjectIdentifier | None = None
    key_use: dt.timedelta | None = None


def _years(count: int) -> dt.timedelta:
    return dt.timedelta(days=365 * count + count // 4)


ROOT = Profile(_years(30), None, path_length=1)
ISSUING = Profile(_years(25), _ANY_POLICY, path_length=0)
FIRM = Profile(_years(20), oids.FIRM)
TIMESTAMP = Profile(_years(20), oids.TIMESTAMP, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
PERSON = Profile(_years(3), oids.PERSON)
CONTACT = Profile(_years(3), oids.CONTACT, key_use=dt.timedelta(hours=1))
"""A contact's key lives for one signature and may sign for an hour; the certificate is valid longer, so that programs
which check it today, knowing nothing of the day of signing, do not call an honest signature expired."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What a certificate of ours says. `unit` is a person's department or how a contact was identified."""

    kind: HolderKind
    name: str
    organisation: str
    unit: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority's key and certificate."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    def issue(
        self, profile: Profile, subject: x509.Name, key: ec.EllipticCurvePublicKey, at: dt.datetime
    ) -> x509.Certificate:
        """Issue a certificate that is valid from a moment on, cut to the second."""
        return _build(profile, subject, key, at, issuer_key=self.key, issuer=self.certificate.subject)

    def revocations(self, revoked: dict[int, dt.datetime], at: dt.datetime) -> x509.CertificateRevocationList:
        """List revoked certificates (serial number to moment); good for a week. The list's number is its time.

        Certificates stay on it after they have expired, and it says so.
        """
        builder = self._list(at, at + LIST_TERM)
        for serial, since in sorted(revoked.items()):
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, hashes.SHA256())

    def no_revocations(self, at: dt.datetime) -> x509.CertificateRevocationList:
        """List no revoked certificate for as long as this authority lasts: for a root whose key is then put away."""
        return self._list(at, self.certificate.not_valid_after_utc).sign(self.key, hashes.SHA256())

    def answer(self, about: x509.Certificate, at: dt.datetime, since: dt.datetime | None) -> ocsp.OCSPResponse:
        """Answer how one certificate stands (RFC 6960), revoked `since` a moment or not at all; good for a week."""
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=about,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + LIST_TERM,
            revocation_time=since,
            revocation_reason=None,
        )
        return builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate).sign(self.key, hashes.SHA256())

    def _list(self, at: dt.datetime, until: dt.datetime) -> x509.CertificateRevocationListBuilder:
        kept = core.GeneralizedTime(self.certificate.not_valid_before_utc).dump()
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(until)
            .add_extension(_key_name(self.key.public_key()), critical=False)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(
                x509.UnrecognizedExtension(x509.ObjectIdentifier(oids.EXPIRED_ON_LIST), bytes(kept)), critical=False
            )
        )


def make_root(firm: Firm, key: ec.EllipticCurvePrivateKey, at: dt.datetime) -> x509.Certificate:
    """Make a firm's self-signed root, the anchor of all trust in its documents."""
    subject = authority_name("单据签章根证书", firm.name)
    return _build(ROOT, subject, key.public_key(), at, issuer_key=key, issuer=subject)


def authority_name(title: str, organisation: str) -> x509.Name:
    """Name an authority or service of a firm."""
    return _name((NameOID.COMMON_NAME, title), (NameOID.ORGANIZATION_NAME, organisation))


def firm_name(firm: Firm) -> x509.Name:
    """Name the firm as a signer; a name too long for a common name gives way to the short one."""
    fits = len(firm.name.encode()) <= _COMMON_NAME_BYTES
    return _name(
        (NameOID.COMMON_NAME, firm.name if fits else firm.short_name),
        (NameOID.ORGANIZATION_NAME, firm.name),
        (NameOID.ORGANIZATION_IDENTIFIER, firm.tax_id),
    )


def person_name(person_id: str, name: str, department: str, organisation: str) -> x509.Name:
    """Name a member of staff. The id is a UID, not a serialNumber, whose alphabet (X.520) has no underscore."""
    return _name(
        (NameOID.COMMON_NAME, name),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, department),
        (NameOID.USER_ID, person_id),
    )


def contact_name(name: str, party: str, identified: str) -> x509.Name:
    """Name a party's contact and how they were identified."""
    return _name(
        (NameOID.COMMON_NAME, name),
        (NameOID.ORGANIZATION_NAME, party),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, identified),
    )


def read_holder(certificate: x509.Certificate) -> Holder:
    """Read what a certificate says of its holder; raises ValueError when it carries none, or several, of our policies.

    It says nothing of who issued the certificate: check its chain first.
    """
    kinds = [_KINDS[policy] for policy in _policies(certificate) if policy in _KINDS]
    if len(kinds) != 1:
        raise ValueError(f"a certificate with {len(kinds)} of the house's policies")
    return Holder(
        kind=kinds[0],
        name=_part(certificate, NameOID.COMMON_NAME),
        organisation=organisation(certificate),
        unit=_part(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME),
        person_id=_part(certificate, NameOID.USER_ID),
    )


def organisation(certificate: x509.Certificate) -> str:
    """Read the organisation that a certificate names, "" if none."""
    return _part(certificate, NameOID.ORGANIZATION_NAME)


def key_may_sign(certificate: x509.Certificate, at: dt.datetime) -> bool:
    """Say whether a certificate is valid at a moment and its key may sign then (its privateKeyUsagePeriod)."""
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return False
    try:
        use = certificate.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    except x509.ExtensionNotFound:
        return True
    moment = at.astimezone(dt.UTC).replace(tzinfo=None)
    begun = use.not_before is None or use.not_before <= moment
    return begun and (use.not_after is None or moment <= use.not_after)


def _build(
    profile: Profile,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    at: dt.datetime,
    *,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
) -> x509.Certificate:
    start = at.astimezone(dt.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + profile.valid)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_key_name(issuer_key.public_key()), critical=False)
    )
    for extension, critical in _extensions(profile, start):
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _extensions(profile: Profile, start: dt.datetime) -> list[tuple[x509.ExtensionType, bool]]:
    authority = profile.path_length is not None
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=profile.path_length), True),
        (usage, True),
    ]
    if profile.policy is not None:
        policy = x509.PolicyInformation(x509.ObjectIdentifier(profile.policy), None)
        found.append((x509.CertificatePolicies([policy]), False))
    if profile.purpose is not None:
        found.append((x509.ExtendedKeyUsage([profile.purpose]), True))  # critical and alone: RFC 3161, 2.3
    if profile.key_use is not None:
        found.append((x509.PrivateKeyUsagePeriod(start, start + profile.key_use), False))
    return found


def _key_name(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    common = dict(parts)[NameOID.COMMON_NAME]
    if not 0 < len(common.encode()) <= _COMMON_NAME_BYTES:
        raise BadConfiguration(
            f"证书上的姓名「{common}」有 {len(common.encode())} 字节，应为 1 到 {_COMMON_NAME_BYTES} 字节"
            "（一个汉字 3 字节）。请改短后再试。"
        )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _policies(certificate: x509.Certificate) -> list[str]:
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return []
    return [policy.policy_identifier.dotted_string for policy in policies]


def _part(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return next((str(part.value) for part in certificate.subject.get_attributes_for_oid(oid)), "")
