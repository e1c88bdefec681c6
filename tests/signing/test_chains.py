"""Letters whose signers' certificates come through an authority between: of any usual kind, wherever it lies."""

import datetime as dt
import functools
from dataclasses import dataclass

import pytest
from asn1crypto import core as asn1_core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.signing.companions import altered_certificate
from forms_service.signing.issued import is_issued_by
from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing import others
from tests.signing.lasting import check
from tests.tampering import AT, Spoil, fonts

DAY = dt.timedelta(days=1)
LATER = AT + 3650 * DAY
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Holder:
    """A key, its certificate, and who issued it, None for a root."""

    key: Key
    certificate: x509.Certificate
    issuer: "Holder | None"

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def above(self) -> "tuple[Holder, ...]":
        """Those between it and the root."""
        return () if self.issuer is None or self.issuer.issuer is None else (self.issuer, *self.issuer.above)


def new_key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


def named(name: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name, kind)])


def holder(name: str, issuer: Holder | None, kind: str = "ec", of: x509.Name | None = None) -> Holder:
    """Let an issuer certify somebody; `of` is how it is named there, if not as it names itself."""
    key = new_key(kind)
    by = of or (issuer.certificate.subject if issuer else named(name))
    builder = x509.CertificateBuilder(by, named(name), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(AT - 30 * DAY).not_valid_after(LATER + 3650 * DAY)
    builder = builder.add_extension(x509.BasicConstraints(name != "writer", None), critical=True)
    return Holder(key, _sign(builder, issuer.key if issuer else key), issuer)


def _sign(builder: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    if isinstance(key, rsa.RSAPrivateKey):
        return builder.sign(key, hashes.SHA256(), rsa_padding=padding.PSS(padding.MGF1(hashes.SHA256()), 32))
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


@functools.cache
def chain(kind: str) -> Holder:
    """Give a writer at the end of a chain of three, all with keys of a kind."""
    return holder("writer", holder("between", holder("root", None, kind), kind), kind)


def listing(issuer: Holder, *revoked: Holder) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(LATER).next_update(LATER + 7 * DAY)
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(AT - DAY).build())
    key = issuer.key
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return builder.sign(key, hashes.SHA256(), rsa_padding=pss).public_bytes(Encoding.DER)
    signed = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


def signed(writer: Holder, *, alone: bool = False) -> bytes:
    """Sign a letter; `alone` brings none of the certificates above."""
    own = asn1_x509.Certificate.load(writer.der)
    above = () if alone else tuple(asn1_x509.Certificate.load(one.der) for one in writer.above)
    hash_name = "sha512" if isinstance(writer.key, ed25519.Ed25519PrivateKey) else "sha256"
    return others.sign(others.letter(), signer=others.signer_of(writer.key, own, *above), hash_name=hash_name)


def holding(certificates: tuple[bytes, ...] = (), lists: tuple[bytes, ...] = ()) -> Spoil:
    """Add validation data."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        store = generic.DictionaryObject()
        for key, ders in (("/Certs", certificates), ("/CRLs", lists)):
            streams = [writer.add_object(generic.StreamObject(stream_data=der)) for der in ders]
            store[pdf_name(key)] = generic.ArrayObject(streams)
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    return spoil


def trusting(root: Holder) -> TrustList:
    return load_trust(root.certificate.public_bytes(Encoding.PEM))


def judge(pdf: bytes, writer: Holder) -> Verdict:
    """Judge a letter by the root of its writer."""
    root = writer
    while root.issuer is not None:
        root = root.issuer
    return verify(pdf, trusting(root), None, LATER, fonts())


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_a_letter_through_an_authority_between_is_accepted_by_the_root_and_left_open_without(kind: str) -> None:
    writer = chain(kind)
    letter = others.saved(signed(writer), holding(lists=tuple(listing(issuer) for issuer in writer.above)))
    verdict = judge(letter, writer)
    assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")
    assert verify(letter, trusting(holder("root", None)), None, LATER, fonts()).verdict == "review"


def test_authorities_between_may_lie_in_the_validation_data_only() -> None:
    writer = chain("ec")
    alone = signed(writer, alone=True)
    assert judge(alone, writer).verdict == "review"
    between = tuple(one.der for one in writer.above)
    assert judge(others.saved(alone, holding((*between, b"\x30\x00"))), writer).verdict == "accepted"
    twin = holder("between", holder("root", None))
    assert judge(others.saved(alone, holding((twin.der,))), writer).verdict == "review"


@pytest.mark.parametrize("of", [named("BETWEEN"), named("between", _ASN1Type.PrintableString)], ids=["case", "kind"])
def test_an_issuer_may_be_named_in_another_case_or_encoding_and_its_list_still_tells(of: x509.Name) -> None:
    between = chain("ec").issuer
    writer = holder("writer", between, of=of)
    assert between is not None
    verdict = judge(signed(writer), writer)
    assert (verdict.verdict, check(verdict, 12).result) == ("accepted", "pass")
    revoked = judge(others.saved(signed(writer), holding(lists=(listing(between, writer),))), writer)
    assert [failed.no for failed in revoked.failed] == [14]


def companion(algorithm: str) -> x509.Certificate:
    """Give the root of a chain with another algorithm written over its signature's, as one of a kind not known here."""
    found = asn1_x509.Certificate.load(chain("ec").above[-1].issuer.der)  # type: ignore[union-attr]  # it has a root
    own = found["signature_algorithm"]["algorithm"].dump()
    return x509.load_der_x509_certificate(found.dump().replace(own, asn1_core.ObjectIdentifier(algorithm).dump()))


def test_a_companion_by_an_algorithm_that_nobody_knows_here_is_not_called_altered() -> None:
    root = companion("1.2.840.10045.4.99.2")
    with pytest.raises(UnsupportedAlgorithm):
        is_issued_by(root, root)
    assert altered_certificate((root.public_bytes(Encoding.DER),), trusting(holder("root", None))) is None


def test_a_dsa_key_signs_certificates_too() -> None:
    key = dsa.generate_private_key(2048)
    builder = x509.CertificateBuilder(named("old"), named("old"), key.public_key(), 1)
    certificate = builder.not_valid_before(AT).not_valid_after(LATER).sign(key, hashes.SHA256())
    assert is_issued_by(certificate, certificate)
    assert not is_issued_by(chain("ec").certificate, certificate)
