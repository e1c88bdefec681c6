"""More files that are not ours: other programs' ways of signing, filling and saving, and those who abuse them."""

import datetime as dt
import functools
import io
from collections.abc import Callable

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

from forms_service.signing.signer import KeySigner
from forms_service.signing.timestamps import TimeAuthority
from forms_service.signing.trust import TrustList, load_trust
from tests.tampering import AT, OURS, Spoil, append, authority

FREE, ON_TEXT, ON_FIELD = (300, 100, 400, 150), (72, 595, 272, 615), (72, 700, 272, 720)
Box = tuple[int, int, int, int]
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed448.Ed448PrivateKey | ed25519.Ed25519PrivateKey


def house(name: str = "A House of Others") -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Give an authority that is nobody's of ours."""
    return _house(name)


@functools.cache
def _house(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate(name, key, key, name, authority=True)


def certificate() -> bytes:
    return house()[1].public_bytes(Encoding.DER)


def house_trust() -> TrustList:
    return load_trust(house()[1].public_bytes(Encoding.PEM))


def trusted_stamps() -> TimeAuthority:
    """Give a timestamp authority that `house_trust_with_stamps` believes, by the clock on the wall."""
    return authority(OURS).timestamper(lambda: dt.datetime.now(dt.UTC))


def house_trust_with_stamps() -> TrustList:
    """Believe the house's signatures, and timestamps of an authority that may only stamp."""
    return load_trust(house_trust().pem + b"kind: timestamp-authority\n" + authority(OURS).trust_pem())


def list_of_house(*entries: x509.RevokedCertificate) -> bytes:
    """Let the house list its revoked certificates."""
    key, certificate = house()
    builder = x509.CertificateRevocationListBuilder().issuer_name(certificate.subject)
    builder = builder.last_update(AT).next_update(AT + dt.timedelta(days=7))
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@functools.cache
def writer_of_letters(kind: str = "p256", purpose: x509.ObjectIdentifier | None = None) -> SimpleSigner:
    """Give a signer of the other house with a key of a kind."""
    key = _KEYS[kind]()
    return _signer(key, _certificate("A Writer of Letters", key, house()[0], "A House of Others", purpose=purpose))


@functools.cache
def writer_until(end: dt.datetime, since: dt.datetime | None = None, of: str = "A House of Others") -> SimpleSigner:
    """Give a signer of a house whose certificate is good between two moments."""
    key = ec.generate_private_key(ec.SECP256R1())
    term = (since or end - dt.timedelta(days=365), end)
    return _signer(key, _certificate("A Writer of Letters", key, house(of)[0], of, term=term))


@functools.cache
def stamper(of: str) -> KeySigner:
    """Give the signer of a timestamp authority for which a house vouches."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = _certificate("A Clock", key, house(of)[0], of, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    return KeySigner(key, own, (house(of)[1],))


@functools.cache
def self_made_writer() -> SimpleSigner:
    """Give a signer whose certificate is its own, under the names of the house's writer."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _signer(key, _certificate("A Writer of Letters", key, key, "A House of Others"))


@functools.cache
def writer_by_a_writer() -> SimpleSigner:
    """Give a signer whose certificate another signer of the house issued, which is no authority."""
    between, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _certificate("A Writer of Letters", between, house()[0], "A House of Others")
    own = _certificate("A Friend of the Writer", key, between, "A Writer of Letters")
    return _signer(key, own, asn1_x509.Certificate.load(issuer.public_bytes(Encoding.DER)))


def writers_pem() -> bytes:
    """Give the certificate of the house's writer."""
    return x509.load_der_x509_certificate(certificate_of(writer_of_letters()).dump()).public_bytes(Encoding.PEM)


def certificate_of(signer: SimpleSigner) -> asn1_x509.Certificate:
    """Give a signer's certificate, which pyHanko lets be missing."""
    if signer.signing_cert is None:
        raise AssertionError("a signer without a certificate")
    return signer.signing_cert


def letter() -> bytes:
    """Draw a page with words on it, a filled field, an empty one, and a tick box."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.drawString(72, 800, "A LETTER")
    canvas.drawString(72, 600, "The total is 100.00 and no more")
    canvas.acroForm.textfield(name="amount", x=72, y=700, width=200, height=20, value="100.00")
    canvas.acroForm.textfield(name="note", x=72, y=660, width=200, height=20, value="")
    canvas.acroForm.checkbox(name="agreed", x=300, y=660)
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


@functools.cache
def signed_letter() -> bytes:
    return sign(letter())


def sign(
    base: bytes,
    box: str = "Signature1",
    signer: SimpleSigner | None = None,
    *,
    at: Box | None = FREE,
    certify: MDPPerm | None = None,
    hash_name: str = "sha256",
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    timestamper: TimeAuthority | None = None,
) -> bytes:
    """Sign with stock pyHanko in a new box."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    append_signature_field(writer, SigFieldSpec(box, box=at))
    stated = PdfSignatureMetadata(
        field_name=box,
        md_algorithm=hash_name,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
        subfilter=subfilter,
    )
    signing = PdfSigner(stated, signer or writer_of_letters(), timestamper=timestamper)
    return bytes(signing.sign_pdf(writer, existing_fields_only=True).getvalue())


def filled(name: str, text: str, *, store: bool = True, show: str | None = "") -> Spoil:
    """Fill a field as other programs do; `show` draws another text, None leaves the drawing as it was."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        opened = field(writer, name)
        if store:
            opened[pdf_name("/V")] = pdf_string(text)
        if show is not None:
            drawing = writer.add_object(drawn(show or text))
            opened[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawing})
        writer.update_container(opened)

    return spoil


def drawn(text: str) -> generic.StreamObject:
    """Draw a text in Helvetica, as a field's appearance."""
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = generic.DictionaryObject({pdf_name(k): pdf_name(v) for k, v in font.items()})
    fonts = generic.DictionaryObject({pdf_name("/F1"): named})
    box = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 200, 20)])
    resources = generic.DictionaryObject({pdf_name("/Font"): fonts})
    form = {"/Subtype": pdf_name("/Form"), "/BBox": box, "/Resources": resources}
    content = f"/Tx BMC q BT /F1 12 Tf 2 5 Td ({text}) Tj ET Q EMC".encode()
    return generic.StreamObject({pdf_name(k): v for k, v in form.items()}, stream_data=content)


def noted(at: Box) -> Spoil:
    """Lay a white note on the page."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        rect = generic.ArrayObject([generic.NumberObject(n) for n in at])
        look = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn("nothing here"))})
        note = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Stamp"), "/Rect": rect, "/AP": look}
        dictionary = generic.DictionaryObject({pdf_name(k): v for k, v in note.items()})
        writer.register_annotation(page, writer.add_object(dictionary))

    return spoil


def in_catalog(key: str, make: Callable[[IncrementalPdfFileWriter], generic.PdfObject]) -> Spoil:
    """Put something into the catalog."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(key)] = make(writer)
        writer.update_root()

    return spoil


def opened_at_a_page(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    """Open at the first page: what every office program writes, and nothing acts."""
    return generic.ArrayObject([writer.root["/Pages"].raw_get("/Kids")[0], pdf_name("/Fit")])


def a_script(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    del writer
    pairs = {"/S": pdf_name("/JavaScript"), "/JS": pdf_string("app.alert(1)")}
    return generic.DictionaryObject({pdf_name(k): v for k, v in pairs.items()})


def validation_data(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    data = writer.add_object(generic.StreamObject(stream_data=certificate()))
    return generic.DictionaryObject({pdf_name("/Certs"): generic.ArrayObject([data])})


def saved(base: bytes, spoil: Spoil) -> bytes:
    return append(base, spoil)


def field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    fields = (f.get_object() for f in writer.root["/AcroForm"]["/Fields"])
    found: generic.DictionaryObject = next(field for field in fields if field["/T"] == name)
    return found


_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_KEYS: dict[str, Callable[[], Key]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "ed448": ed448.Ed448PrivateKey.generate,
    "rsa1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - short on purpose
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
}


def signer_of(key: Key, certificate: asn1_x509.Certificate, *between: asn1_x509.Certificate) -> SimpleSigner:
    """Give the signer of a certificate, with those that travel along."""
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [*between, asn1_x509.Certificate.load(house()[1].public_bytes(Encoding.DER))]
    return SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore.from_certs(chain),
    )


def _signer(key: Key, certificate: x509.Certificate, *between: asn1_x509.Certificate) -> SimpleSigner:
    return signer_of(key, asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)), *between)


def _certificate(
    name: str,
    key: Key,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    *,
    authority: bool = False,
    purpose: x509.ObjectIdentifier | None = None,
    term: tuple[dt.datetime, dt.datetime] = (AT - dt.timedelta(days=365), AT + dt.timedelta(days=7300)),
) -> x509.Certificate:
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (name, issuer))
    builder = x509.CertificateBuilder(by, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(term[0]).not_valid_after(term[1])
    builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
    uses = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "content_commitment"}
    builder = builder.add_extension(x509.KeyUsage(**{use: use in uses for use in _USES}), critical=True)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
