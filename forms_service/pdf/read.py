"""Reading a PDF: its issue record, its pages as pictures."""

import io

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler

from forms_service.domain.record import FILE_NAME, SPEC_NAME, IssueRecord
from forms_service.pdf.pdfium import PDFIUM

_RED = (181, 37, 28)


def open_writer(data: bytes) -> IncrementalPdfFileWriter:
    """Open bytes for one revision more.

    Object ids go on from the file's own /Size: other programs count from there, and a gap would let their objects
    collide with ours.
    """
    writer = _QuietWriter(io.BytesIO(data), strict=True)
    writer._lastobj_id = int(writer.prev.trailer["/Size"]) - 1  # noqa: SLF001 - no public way
    return writer


def read_record(data: bytes) -> IssueRecord:
    """Return the embedded issue record; raises ValueError when there is none, or not a whole one."""
    return IssueRecord.from_json(_embedded(PdfFileReader(io.BytesIO(data)), FILE_NAME))


def read_spec_source(data: bytes) -> bytes:
    """Return the embedded spec's YAML bytes; raises ValueError when there is none."""
    return _embedded(PdfFileReader(io.BytesIO(data)), SPEC_NAME)


def page_count(data: bytes) -> int:
    """Count the pages."""
    return int(PdfFileReader(io.BytesIO(data)).root["/Pages"]["/Count"])


def page_png(data: bytes, page: int, width_px: int, colours: int | None = None, *, struck: bool = False) -> bytes:
    """Draw a page (from 0), its fields included, as a PNG of a width; raises IndexError for a page it has not.

    With `colours` it keeps so many, the nearest ones, and is a third of the size. A `struck` one is crossed by red
    lines, so that nobody takes it for the page itself.
    """
    with PDFIUM:
        document = pdfium.PdfDocument(data)
        try:
            document.init_forms()
            if not 0 <= page < len(document):
                raise IndexError(page)
            drawn = document[page]
            bitmap = drawn.render(scale=width_px / drawn.get_width(), may_draw_forms=True)
            picture = io.BytesIO()
            image = bitmap.to_pil()
            image = _struck(image.convert("RGB")) if struck else image
            image = image.convert("RGB").quantize(colours) if colours else image
            image.save(picture, "PNG", optimize=bool(colours))
        finally:
            document.close()
    return picture.getvalue()


def _struck(image: Image.Image) -> Image.Image:
    pen = ImageDraw.Draw(image)
    width, height = image.size
    gap = max(width // 9, 8)
    for start in range(-height, width, gap):
        pen.line((start, height, start + height, 0), fill=_RED, width=max(width // 450, 1))
    return image


class _QuietWriter(IncrementalPdfFileWriter):
    """Leave the file's description alone: a step changes its own cells and nothing else, and no clock is read."""

    def _update_meta(self) -> None:
        """Write neither /Info nor XMP, which pyHanko would date by the machine's clock in every revision."""


def _embedded(handler: PdfHandler, name: str) -> bytes:
    try:
        names = handler.root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = {str(names[n]): names[n + 1] for n in range(0, len(names), 2)}
        stream = files[name]["/EF"]["/F"]
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"the file has no {name} inside") from error
    if not isinstance(stream, generic.StreamObject):
        raise ValueError(f"the {name} inside is no file")  # noqa: TRY004 - the file's fault, not the caller's
    return bytes(stream.data)
