"""Certificates that people bring: made by an authority that the firm does not know, of every strength and age."""

import datetime as dt
import functools
import io

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.world import START

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
YEAR = dt.timedelta(days=365)
TODAY = dt.datetime.now(dt.UTC).replace(microsecond=0)


def key(kind: str = "p256") -> Key:
    """Give the one key of a kind: `p256`, `rsa2048`, `rsa1024`."""
    return _made(kind)


@functools.cache
def _made(kind: str) -> Key:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))  # a weak one too: it shall be refused


def certificate(
    own: Key,
    name: str = "李文静",
    *,
    since: dt.datetime = START - YEAR,
    lives: dt.timedelta = 2 * YEAR,
    authority: bool = False,
    signs: bool = True,
) -> x509.Certificate:
    """Issue a certificate for a key, signed by itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    use = dict.fromkeys(("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign"), False)
    use |= dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + lives)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(signs, key_encipherment=not signs, **use), critical=True)
        .sign(own, hashes.SHA256())
    )


def with_sha1(own: rsa.RSAPrivateKey) -> x509.Certificate:
    """Issue a certificate under a digest that is broken; today's libraries make none."""
    found = asn1_x509.Certificate.load(certificate(own).public_bytes(Encoding.DER))
    found["tbs_certificate"]["signature"] = {"algorithm": "sha1_rsa"}
    found["signature_algorithm"] = {"algorithm": "sha1_rsa"}
    found["signature_value"] = own.sign(found["tbs_certificate"].dump(), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    return x509.load_der_x509_certificate(found.dump(force=True))


def signed(
    sheet: bytes, own: Key, named: x509.Certificate, subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES
) -> bytes:
    """Sign a sheet in its box as a program of the person's own would: stock pyHanko, in one save."""
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(named.public_bytes(Encoding.DER)),
        signing_key=_asn1(own),
        cert_registry=SimpleCertificateStore(),
    )
    data = PdfSignatureMetadata(field_name="signature", md_algorithm="sha256", subfilter=subfilter)
    return bytes(PdfSigner(data, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(sheet))).getvalue())


def _asn1(own: Key) -> object:
    return keys.PrivateKeyInfo.load(own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
