"""Fill and sign, fill and sign: stock pyHanko, with its own signer and its default policy, over our fills."""

import datetime as dt
import io
from itertools import pairwise

import pytest
from asn1crypto import keys, x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from forms_service.domain.widgets import DOCUMENT_ID, NUMBER, OPENED_ON, Widget, locked_names, sign_name, widgets
from forms_service.pdf.fill import fill
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.read import open_writer
from forms_service.pdf.render import render_blank
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.pdf.stamp import stamp_identity
from forms_service.settings import ROOT
from tests.world import allowance_spec, demo_organisation

FONTS = load_fonts(ROOT / "fonts")
SPEC = allowance_spec()
LAYOUT = lay_out(SPEC, FONTS)
TYPED: dict[str, str | bool] = {
    "customer": "东升电子有限公司",
    "reason": "板面沉金色差，双方议定按实收单价结算。",
    "evidence_01_e_consent": True,
    "lines_01_item": "四层印刷电路板 FR-4 沉金",
    "net": "10,121.60",
}


def _throwaway_signer() -> SimpleSigner:
    """Make a key and its own certificate, good for this one test run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = made.Name([made.NameAttribute(made.NameOID.COMMON_NAME, "李文静")])
    now = dt.datetime.now(dt.UTC)
    usage = made.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        made.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


SIGNER = _throwaway_signer()


def _sign(writer: IncrementalPdfFileWriter, field: str, stamp: Stamp | None, *, certify: bool = False) -> bytes:
    claim = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    style = stamp_style(stamp, FONTS) if stamp else None
    signed = PdfSigner(claim, SIGNER, stamp_style=style).sign_pdf(writer, existing_fields_only=True)
    return bytes(signed.getvalue())


def _issued() -> bytes:
    writer = open_writer(render_blank(LAYOUT, demo_organisation().firm, FONTS))
    stamp_identity(writer, LAYOUT, "gmRZcXt3BQaAWKwnc9_m2L0j", "https://forms.example/d/1", FONTS)
    identity = {NUMBER: "A2611001", OPENED_ON: "2026-11-24", DOCUMENT_ID: "gmRZcXt3BQaAWKwnc9_m2L0j"}
    fill(writer, LAYOUT, identity, FONTS)
    return _sign(writer, "sign_00_issue", None, certify=True)


def _step(data: bytes, step_id: str) -> bytes:
    step = SPEC.step(step_id)
    named = {widget.name: widget for widget in widgets(SPEC)}
    cells = {name: TYPED.get(name, _blank(named[name])) for name in locked_names(SPEC, step_id)}
    writer = open_writer(data)
    fill(writer, LAYOUT, cells, FONTS)
    return _sign(writer, sign_name(SPEC, step), Stamp("person", "李文静", (step.sign, "李文静", "2026-11-24 10:53")))


def _blank(widget: Widget) -> str | bool:
    return False if widget.kind == "check" else ""


@pytest.fixture(scope="module")
def chain() -> list[bytes]:
    files = [_issued()]
    for step in SPEC.steps:
        files.append(_step(files[-1], step.id))
    return files


def _sound(data: bytes) -> list[bool]:
    context = ValidationContext(trust_roots=[SIGNER.signing_cert], allow_fetching=False)
    signatures = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
    return [validate_pdf_signature(s, signer_validation_context=context).bottom_line for s in signatures]


def test_every_signature_stays_sound_after_every_later_step(chain: list[bytes]) -> None:
    assert [_sound(data) for data in chain] == [[True] * count for count in range(1, 6)]


def test_each_revision_leaves_the_bytes_before_it_alone(chain: list[bytes]) -> None:
    assert all(later.startswith(earlier) for earlier, later in pairwise(chain))


def test_a_field_changed_after_its_step_breaks_that_steps_signature(chain: list[bytes]) -> None:
    writer = open_writer(chain[-1])
    fill(writer, LAYOUT, {"net": "99,999.00"}, FONTS)
    written = io.BytesIO()
    writer.write(written)
    assert _sound(written.getvalue()) == [True, False, True, True, True]


def test_a_finished_chain_stays_small(chain: list[bytes]) -> None:
    assert len(chain[-1]) < 250_000


def test_no_revision_touches_what_describes_the_file(chain: list[bytes]) -> None:
    info = [PdfFileReader(io.BytesIO(data)).trailer.raw_get("/Info") for data in chain]
    assert len({(reference.idnum, reference.generation) for reference in info}) == 1
