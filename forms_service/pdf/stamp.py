"""Stamping a document's identity: QR code and id on every page, in the issue revision, before the first signature."""

import segno
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.pdf.box import Square
from forms_service.pdf.fonts import UNITS, Face, Fonts
from forms_service.pdf.layout import Layout

_ID_SIZE = 8.0
_QUIET = 2  # modules of white around the code; the page around it is white too


def stamp_identity(
    writer: IncrementalPdfFileWriter, layout: Layout, document_id: str, verify_url: str, fonts: Fonts
) -> None:
    """Draw the QR code of the status page at the foot of every page; from the second on, the id beside it.

    On the first page the id stands in a field of its own.
    """
    for square in layout.qr:
        beside = _text(square, document_id, fonts.regular) if square.page else ""
        drawn = f"q 0 g\n{_qr(square, verify_url)}\n{beside}\nQ"
        stream = generic.StreamObject(stream_data=drawn.encode("ascii"))
        stream.compress()
        writer.add_stream_to_page(square.page, writer.add_object(stream), resources=_no_resources())


def _no_resources() -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name("/ProcSet"): generic.ArrayObject([pdf_name("/PDF")])})


def _qr(square: Square, url: str) -> str:
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix_iter(border=_QUIET)]
    module = square.size / len(rows)
    runs = [
        f"{square.x + start * module:.3f} {square.y + square.size - (line + 1) * module:.3f} "
        f"{length * module:.3f} {module:.3f} re"
        for line, row in enumerate(rows)
        for start, length in _runs(row)
    ]
    return "\n".join((*runs, "f"))


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Gather dark modules that stand side by side into (start, length)."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs


def _text(square: Square, text: str, face: Face) -> str:
    x, parts = square.x + square.size + 8, []
    for char in text:
        for operator, coordinates in face.outline(char):
            scaled = [value * _ID_SIZE / UNITS for value in coordinates]
            points = [f"{x + px:.2f} {square.y + 6 + py:.2f}" for px, py in zip(scaled[::2], scaled[1::2], strict=True)]
            parts.append(" ".join((*points, operator)))
        x += face.width(char, _ID_SIZE)
    return "\n".join((*parts, "f"))
