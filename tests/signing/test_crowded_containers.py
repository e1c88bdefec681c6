"""Containers made to keep the reader busy: crowds of certificates and attributes, names of a million bytes, circles."""

import datetime as dt
import io

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field

from forms_service.signing.ancestry import descended
from forms_service.signing.signed_data import _tlv
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.attacks import forge
from tests.signing import others
from tests.signing.lasting import check
from tests.tampering import AT, fonts

LATER = AT + dt.timedelta(days=3650)
SEQUENCE, SET, NAME, UNSIGNED = 0x30, 0x31, 0x06, 0xA1
NOTHING = b"\x05\x00"


def judge(pdf: bytes) -> Verdict:
    return verify(pdf, others.house_trust(), None, LATER, fonts())


def roomy() -> bytes:
    """Sign a letter and leave much room for the container."""
    writer = IncrementalPdfFileWriter(io.BytesIO(others.letter()))
    append_signature_field(writer, SigFieldSpec("Signature1", box=others.FREE))
    stated = PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signing = PdfSigner(stated, others.writer_of_letters())
    return bytes(signing.sign_pdf(writer, existing_fields_only=True, bytes_reserved=800_000).getvalue())


def opened(pdf: bytes) -> cms.ContentInfo:
    start, end = forge.gap(pdf)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))


def closed(pdf: bytes, container: bytes) -> bytes:
    """Put another container where the signature's was."""
    start, end = forge.gap(pdf)
    return forge.contained(pdf, b"<" + container.hex().encode().ljust(end - start - 2, b"0") + b">")


def attributed(*attributes: bytes) -> bytes:
    """Add attributes that the signature does not cover."""
    letter = roomy()
    container = opened(letter)
    signed_data = container["content"]
    info = _tlv(SEQUENCE, bytes(signed_data["signer_infos"][0].contents), _tlv(UNSIGNED, *attributes))
    before = (signed_data[key].dump() for key in ("version", "digest_algorithms", "encap_content_info", "certificates"))
    inside = _tlv(SEQUENCE, *before, _tlv(SET, info))
    return closed(letter, _tlv(SEQUENCE, container["content_type"].dump(), _tlv(0xA0, inside)))


def attribute(name: bytes) -> bytes:
    return _tlv(SEQUENCE, _tlv(NAME, name), _tlv(SET, NOTHING))


def test_a_few_attributes_more_are_borne() -> None:
    assert judge(attributed(*(attribute(bytes([0x2A, 3, number])) for number in range(5)))).verdict == "accepted"


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ([attribute(b"\x2a" + b"\xff" * 300_000 + b"\x01")], "长得离谱的标识"),
        ([attribute(bytes([0x2A, 3, number])) for number in range(65)], "属性超过 64 个"),
    ],
    ids=["a name of 300,000 bytes", "65 attributes"],
)
def test_attributes_made_to_keep_the_reader_busy_are_refused_unread(attributes: list[bytes], said: str) -> None:
    verdict = judge(attributed(*attributes))
    assert [failed.no for failed in verdict.failed] == [12]
    assert said in check(verdict, 12).detail


def test_hundreds_of_certificates_are_refused_unread() -> None:
    letter = roomy()
    container = opened(letter)
    stranger, _ = circle(1)
    crowd = [cms.CertificateChoices("certificate", certificate) for certificate in stranger * 260]
    container["content"]["certificates"] = cms.CertificateSet([*container["content"]["certificates"], *crowd])
    verdict = judge(closed(letter, container.dump(force=True)))
    assert [failed.no for failed in verdict.failed] == [12]
    assert "最多读 256 张" in check(verdict, 12).detail


def circle(size: int) -> tuple[list[asn1_x509.Certificate], ec.EllipticCurvePrivateKey]:
    """Make authorities of one name and key, each of which is every other's issuer, and nobody's whom we know."""
    key = ec.generate_private_key(ec.SECP256R1())
    return [issued(key, key, "round", "round") for _ in range(size)], key


def issued(
    key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, name: str, of: str
) -> asn1_x509.Certificate:
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, part)]) for part in (name, of))
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(AT).not_valid_after(LATER)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return asn1_x509.Certificate.load(builder.sign(by, hashes.SHA256()).public_bytes(Encoding.DER))


def test_a_signer_out_of_a_circle_of_authorities_is_nobodys_and_found_so_at_once() -> None:
    authorities, key = circle(14)
    own = ec.generate_private_key(ec.SECP256R1())
    signer = others.signer_of(own, issued(own, key, "a dancer", "round"), *authorities)
    verdict = judge(others.sign(others.letter(), signer=signer))
    assert verdict.verdict == "review"
    assert "不在信任名单里" in verdict.unvouched[0]


def test_only_what_comes_down_from_an_anchor_is_left_in_whatever_order_it_came() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(4)]
    root = issued(keys[0], keys[0], "root", "root")
    upper, lower = issued(keys[1], keys[0], "upper", "root"), issued(keys[2], keys[1], "lower", "upper")
    same_name, strangers = issued(keys[3], keys[3], "upper", "root"), circle(3)[0]
    assert descended([lower, *strangers, same_name, upper], [root]) == [upper, lower]
