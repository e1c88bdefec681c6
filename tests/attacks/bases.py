"""Honest documents that the attacks start from, each made once: ours with the real rooms, others with stock pyHanko."""

import functools
import io

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from reportlab.pdfgen.canvas import Canvas

from tests.signing import foreign
from tests.tampering import Desk, Spoil, append, person

DESK = Desk()


@functools.cache
def issued() -> bytes:
    return DESK.issue()


@functools.cache
def prepared() -> bytes:
    return DESK.step(issued(), "prepare")


@functools.cache
def finished() -> bytes:
    return DESK.finish(prepared(), "deputy_gm")


@functools.cache
def before_customer() -> bytes:
    return DESK.finish(prepared(), "deputy_gm", last="gm")


@functools.cache
def sealed() -> bytes:
    return DESK.seal(finished())


def by_insider(spoil: Spoil) -> bytes:
    """Let the deputy general manager spoil what he signs; the others follow in good faith."""
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", spoil), "gm"))


def compressed(pdf: bytes) -> bytes:
    """Write a file anew, its objects packed into object streams."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, static_id=True)
    return written.getvalue()


@functools.cache
def letter() -> bytes:
    """A foreign page with one field, signed once."""
    return foreign.signed(foreign.page())


@functools.cache
def countersigned() -> bytes:
    """The same, filled and signed by a second person."""
    return foreign.signed(letter(), "Signature2", person("wang_jian"), amount="5.00")


@functools.cache
def packed() -> bytes:
    """The letter with its objects in object streams."""
    return foreign.signed(compressed(foreign.page()))


@functools.cache
def certified(permission: MDPPerm = MDPPerm.FILL_FORMS) -> bytes:
    """A foreign page, certified with a permission."""
    return foreign.signed(foreign.page(), certify=permission)


@functools.cache
def locked() -> bytes:
    """A foreign page whose first signature locks its field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(foreign.page()))
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, ["amount"])
    append_signature_field(writer, SigFieldSpec("Signature1", box=(300, 100, 400, 150), field_mdp_spec=lock))
    data = PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return bytes(PdfSigner(data, person("li_wen")).sign_pdf(writer, existing_fields_only=True).getvalue())


@functools.cache
def two_pages() -> bytes:
    """A foreign file of two pages, not signed yet."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    for words in ("PAY 100.00", "PAY 900.00"):
        canvas.drawString(72, 800, words)
        canvas.acroForm.textfield(name=f"note_{words[4]}", x=72, y=700, width=200, height=20)
        canvas.showPage()
    canvas.save()
    return drawn.getvalue()


@functools.cache
def two_pages_signed() -> bytes:
    return foreign.signed(two_pages())


def then_signed(base: bytes, spoil: Spoil, box: str = "Signature2") -> bytes:
    """Let a second signer of a foreign file spoil what they sign."""
    return foreign.signed(append(base, spoil), box, person("wang_jian"))


def prepared_page(spoil: Spoil) -> bytes:
    """A foreign page that its author prepared before anybody signed: spoilt, then signed."""
    return foreign.signed(append(foreign.page(), spoil))
