"""A customer's company: an authority of its own, the certificates that it issues to its people, and its revocations."""

import datetime as dt
import functools
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.elsewhere import BEGIN, YEARS, OwnKey, packed
from tests.world import World

_SIGNS = {"digital_signature": True, "content_commitment": True}
_ISSUES = {"key_cert_sign": True, "crl_sign": True}
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class Company:
    """A company with an authority."""

    name: str
    key: rsa.RSAPrivateKey
    root: x509.Certificate

    @property
    def pem(self) -> str:
        return self.root.public_bytes(Encoding.PEM).decode()

    def issue(self, name: str, begin: dt.datetime = BEGIN, *, purpose: x509.ObjectIdentifier | None = None) -> OwnKey:
        """Issue a certificate to somebody, with a new key."""
        key = _key(name)
        certificate = _certificate(name, key, self.name, self.key, begin, purpose=purpose)
        return OwnKey(name, packed(key, certificate, self.root), certificate)

    def revocations(self, *revoked: OwnKey, at: dt.datetime) -> str:
        """Sign the list of revoked certificates, in PEM."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(at).next_update(at + dt.timedelta(days=30))
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@functools.cache
def company(name: str = "Dongsheng Electronics") -> Company:
    """Make a company's authority, once."""
    key = _key(f"{name} root")
    return Company(name, key, _certificate(name, key, name, key, BEGIN, issues=True))


def trusting(world: World, lines: str, name: str = "customers.pem") -> None:
    """Let the general manager sign what a trust file says."""
    folder = world.settings.specs / "organisations" / "demo" / "trust"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(lines, encoding="utf-8")
    world.office.rulebook.refresh()
    world.bring_into_force()


def authority_of(party: str, of: Company) -> str:
    """Write a block of a trust file that lets an authority speak for a party."""
    return f"kind: customer-ca\nparty: {party}\n{of.pem}"


@functools.cache
def _key(name: str) -> rsa.RSAPrivateKey:
    del name  # one key for each name
    return rsa.generate_private_key(65537, 2048)


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    begin: dt.datetime,
    *,
    issues: bool = False,
    purpose: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    due = _ISSUES if issues else _SIGNS
    usage = x509.KeyUsage(**{use: use in due for use in _USES})
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + YEARS)
        .add_extension(x509.BasicConstraints(ca=issues, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


SERVERS = ExtendedKeyUsageOID.SERVER_AUTH
