"""Boxes that are small, or nowhere, and whose drawings are not: made by those who sign in them, and by timestamps."""

import dataclasses
import datetime as dt
import functools
import hashlib
import io
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import SimpleSigner
from pyhanko.stamp import BaseStampStyle

from forms_service.domain.record import SignatureFacts
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import Signer
from tests.attacks import bases
from tests.elsewhere import OwnKey
from tests.fuzz.seeing import see
from tests.signing import others
from tests.signing.drawings import HELVETICA, Writer, dictionary, form, names, numbers
from tests.tampering import AT, OURS, Desk, authority
from tests.tampering import field as field_of_ours

NOWHERE = (0, 0, 0, 0)
SCREEN = 0b1000_0100  # the flags Print and Locked, as honest programs set them
FILLED = b"1 g -600 -900 1800 2700 re f"
ALL_OVER = b"1 g -600 -900 1800 2700 re f 0 g BT /F1 24 Tf 72 600 Td (The total is 999.00) Tj ET"


class AsItIs(BaseStampStyle):
    """Leaves the drawing of a box that is signed as whoever signs made it."""

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]) -> None:
        del writer, box, text_params


def drawing(content: bytes = ALL_OVER, **more: generic.PdfObject) -> generic.StreamObject:
    """Draw all over the page, without a frame unless one is given."""
    made = dictionary(Subtype=pdf_name("/Form"), Resources=dictionary(Font=dictionary(F1=names(HELVETICA))), **more)
    return generic.StreamObject(dict(made), stream_data=content)


def signed_in(
    base: bytes, box: others.Box, look: generic.StreamObject, key: str = "/N", **more: generic.PdfObject
) -> bytes:
    """Sign a letter in a new box that looks so."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    append_signature_field(writer, SigFieldSpec("Signature2", box=box))
    _draw(writer, "Signature2", look, key, **more)
    return _sign(writer, "Signature2", others.writer_of_letters())


def signed_outside(base: bytes, box: str, key: OwnKey, look: generic.StreamObject) -> bytes:
    """Sign in a box of ours with a key of one's own; the box looks so."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    _draw(writer, box, look, "/N")
    return _sign(writer, box, key.signer())


def _sign(writer: Writer, box: str, signer: SimpleSigner) -> bytes:
    stated = PdfSignatureMetadata(field_name=box, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signed = PdfSigner(stated, signer, stamp_style=AsItIs()).sign_pdf(writer, existing_fields_only=True)
    return bytes(signed.getvalue())


def stamped(base: bytes, look: generic.StreamObject) -> bytes:
    """Add a document timestamp of an authority that is believed, in a box that is nowhere and looks so."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    append_signature_field(writer, SigFieldSpec("Stamp", box=NOWHERE))
    _draw(writer, "Stamp", look, "/N")
    late = authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=1))
    made = PdfTimeStamper(late, field_name="Stamp").timestamp_pdf(writer, "sha256", validation_context=None)
    return bytes(made.getvalue())


def _draw(writer: Writer, name: str, look: generic.StreamObject, key: str, **more: generic.PdfObject) -> None:
    box = others.field(writer, name)
    drawn = {"/N": form(""), key: look}
    box[pdf_name("/AP")] = dictionary(**{way[1:]: writer.add_object(made) for way, made in drawn.items()})
    for flag, value in more.items():
        box[pdf_name(f"/{flag}")] = value
    writer.update_container(box)


def prepared(frame: generic.PdfObject | None) -> bytes:
    """Give a letter whose tick, once it is set, draws beside its box as far as its frame lets it."""
    content = b"0 g 2 2 16 16 re f 1 g -228 -63 220 20 re f"

    def spoil(writer: Writer) -> None:
        box = others.field(writer, "agreed")
        yes = writer.add_object(drawing(content, **({} if frame is None else {"BBox": frame})))
        off = writer.add_object(form("", BBox=numbers(0, 0, 20, 20)))
        box[pdf_name("/AP")] = dictionary(N=dictionary(Yes=yes, Off=off))
        writer.update_container(box)

    return others.saved(others.letter(), spoil)


def ticked(base: bytes) -> bytes:
    """Sign a letter, let a second person set its tick, and sign."""

    def tick(writer: Writer) -> None:
        box = others.field(writer, "agreed")
        box[pdf_name("/V")] = box[pdf_name("/AS")] = pdf_name("/Yes")
        writer.update_container(box)

    return others.sign(others.saved(others.sign(base), tick), "Signature2", at=(450, 100, 550, 150))


@dataclass(frozen=True)
class _Defacing(Desk):
    """A desk at which whoever signs draws in their own box as they like."""

    look: generic.StreamObject | None = None

    def sign(
        self,
        writer: IncrementalPdfFileWriter,
        field: str,
        signer: Signer,
        facts: SignatureFacts,
        lock: tuple[str, ...],
        *,
        certify: bool = False,
    ) -> bytes:
        del certify
        box = field_of_ours(writer, field)
        box[pdf_name("/AP")] = dictionary(N=writer.add_object(self.look))
        return sign_revision(
            writer,
            field=field,
            lock=lock,
            signer=signer,
            facts=facts,
            reason="",
            stamp_style=None,
            at=self.claims,
            timestamper=None,
        )


def defaced(look: generic.StreamObject) -> bytes:
    """Let the deputy general manager of ours draw in their own box; the others follow in good faith."""
    signed = _Defacing(**dataclasses.asdict(bases.DESK), look=look).step(bases.prepared(), "deputy_gm")
    return bases.DESK.seal(bases.DESK.finish(signed, "gm"))


@functools.cache
def page_of(pdf: bytes) -> str:
    """Give the digest of what PDFium shows on the first page."""
    return hashlib.sha256(see(pdf).pictures[0].encode()).hexdigest()
