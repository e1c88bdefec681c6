"""Signing elsewhere: people with a key and a certificate of their own, and the programs that they sign with.

Their programs are the real ones: stock pyHanko, poppler's `pdfsig`, MuPDF's `mutool`, each as its user calls it.
"""

import ctypes
import datetime as dt
import functools
import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pypdfium2 import raw

from tests.interop.pdfbox import jars

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
YEARS = dt.timedelta(days=1000)
_PASSWORD = "4711"
_PDFBOX_SIGNS = Path(__file__).with_name("interop") / "PdfBoxSigns.java"
_SIGN_ONLY = {"digital_signature": True, "content_commitment": True}
_OTHER_USES = (
    "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
    "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class OwnKey:
    """A key and certificate that the office did not make."""

    name: str
    p12: bytes
    certificate: x509.Certificate

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def signer(self) -> signers.SimpleSigner:
        """Read it as stock pyHanko does."""
        read: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(
            self.p12, other_certs=[], passphrase=_PASSWORD.encode()
        )
        return read


@functools.cache
def own_key(name: str = "Lin Guo", begin: dt.datetime = BEGIN, *, signs: bool = True) -> OwnKey:
    """Make a self-signed certificate, as a program on a person's machine would; `signs` is its key usage."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    uses = _SIGN_ONLY if signs else {"digital_signature": False, "content_commitment": False}
    usage = x509.KeyUsage(**uses, **{use: not signs and use == "key_agreement" for use in _OTHER_USES})
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + YEARS)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return OwnKey(name, packed(key, certificate), certificate)


def packed(key: rsa.RSAPrivateKey, certificate: x509.Certificate, *others: x509.Certificate) -> bytes:
    """Write a key and its certificates as PKCS#12, as the programs take it."""
    # The older encryption, which the NSS and the OpenSSL of the programs under test both read.
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1000)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303 - only the container of a test's key
        .build(_PASSWORD.encode())
    )
    return pkcs12.serialize_key_and_certificates(b"own", key, certificate, others, encryption)


def sign_with_pyhanko(pdf: bytes, box: str, key: OwnKey, subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES) -> bytes:
    """Sign in a box with stock pyHanko and a PKCS#12 file, as `pyhanko sign addsig pkcs12` does."""
    metadata = PdfSignatureMetadata(field_name=box, md_algorithm="sha256", subfilter=subfilter)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(PdfSigner(metadata, key.signer()).sign_pdf(writer, existing_fields_only=True).getvalue())


def sign_with_pdfsig(folder: Path, pdf: bytes, box: str, key: OwnKey) -> bytes:
    """Sign in a box with `pdfsig -sign` and a key in an NSS database."""
    store, before, after = folder / "nss", folder / "before.pdf", folder / "after.pdf"
    shutil.rmtree(store, ignore_errors=True)
    store.mkdir()
    (folder / "own.p12").write_bytes(key.p12)
    before.write_bytes(pdf)
    _run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    _run("pk12util", "-i", str(folder / "own.p12"), "-d", f"sql:{store}", "-W", _PASSWORD)
    _run("pdfsig", "-nssdir", str(store), "-nick", "own", "-sign", box, str(before), str(after))
    return after.read_bytes()


def look_with_pdfsig(folder: Path, pdf: bytes) -> str:
    """Ask `pdfsig` what it thinks of a file's signatures, but not of their certificates."""
    (folder / "looked_at.pdf").write_bytes(pdf)
    return _run("pdfsig", "-nocert", str(folder / "looked_at.pdf"))


def sign_with_mutool(folder: Path, pdf: bytes, box: str, key: OwnKey) -> bytes:
    """Sign in a box with `mutool sign`, which takes the box by its object's number."""
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(pdf)
    (folder / "own.p12").write_bytes(key.p12)
    fields = IncrementalPdfFileWriter(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"]
    number = next(field.idnum for field in fields if field.get_object()["/T"] == box)
    _run(
        "mutool",
        "sign",
        "-s",
        str(folder / "own.p12"),
        "-P",
        _PASSWORD,
        "-o",
        str(after),
        str(before),
        str(number),
    )
    return after.read_bytes()


def sign_with_pdfbox(folder: Path, pdf: bytes, box: str, key: OwnKey) -> bytes:
    """Sign in a box with PDFBox, without a picture, as programs built on it do."""
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(pdf)
    (folder / "own.p12").write_bytes(key.p12)
    classes = ":".join(map(str, jars()))
    _run("java", "-cp", classes, str(_PDFBOX_SIGNS), str(before), str(after), str(folder / "own.p12"), _PASSWORD, box)
    return after.read_bytes()


def _run(*command: str) -> str:
    """Run a program that the tests need; one that is not there is a failure, never a skip."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def fill_with_pdfium(pdf: bytes, name: str, text: str) -> bytes:
    """Type into a field with PDFium, the engine of Chrome and Edge, and save as they do: the whole file anew."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    try:
        for page in document:
            _type_on(page, document.formenv, name, text)
        saved = io.BytesIO()
        document.save(saved)
    finally:
        document.close()
    return saved.getvalue()


def fill_with_mutool(folder: Path, pdf: bytes, label: str, text: str) -> bytes:
    """Type into the field with a label with MuPDF, and save incrementally."""
    script, before, after = folder / "fill.js", folder / "before.pdf", folder / "after.pdf"
    script.write_text(_MUPDF_FILLS, encoding="utf-8")
    before.write_bytes(pdf)
    assert _run("mutool", "run", str(script), str(before), str(after), label, text).strip() == "filled"
    return after.read_bytes()


_MUPDF_FILLS = """
var doc = new PDFDocument(scriptArgs[0]);
for (var i = 0; i < doc.countPages(); ++i) {
  doc.loadPage(i).getWidgets().forEach(function (widget) {
    if (widget.getLabel() == scriptArgs[2]) { widget.setTextValue(scriptArgs[3]); widget.update(); print("filled"); }
  });
}
doc.save(scriptArgs[1], "incremental");
"""


def _type_on(page: pdfium.PdfPage, forms: pdfium.PdfFormEnv, name: str, text: str) -> None:
    """Click into the field with a name, if it is on the page, and type over what stands there."""
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if _field_name(forms, annotation) == name:
            box = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, box)
            middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            raw.FORM_OnLButtonDown(forms, page, 0, *middle)
            raw.FORM_OnLButtonUp(forms, page, 0, *middle)
            raw.FORM_SelectAllText(forms, page)
            raw.FORM_ReplaceSelection(forms, page, _wide(text))
            raw.FORM_ForceToKillFocus(forms)
        raw.FPDFPage_CloseAnnot(annotation)


def _field_name(forms: pdfium.PdfFormEnv, annotation: object) -> str:
    size = raw.FPDFAnnot_GetFormFieldName(forms, annotation, None, 0)
    name = (ctypes.c_ushort * (size // 2))()
    raw.FPDFAnnot_GetFormFieldName(forms, annotation, name, size)
    return bytes(name).decode("utf-16-le").rstrip("\0")


def _wide(text: str) -> ctypes.Array[ctypes.c_ushort]:
    encoded = f"{text}\0".encode("utf-16-le")
    return (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
