"""What the issue revision adds: the code and id on every page, the record and the spec inside."""

import datetime as dt
import io
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader

from forms_service.domain.issuing import draw_up_record
from forms_service.pdf.embed import embed_record
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import Layout, lay_out
from forms_service.pdf.read import open_writer, page_png, read_record, read_spec_source
from forms_service.pdf.render import render_blank
from forms_service.pdf.stamp import stamp_identity
from forms_service.settings import ROOT
from tests.world import allowance_spec, demo_organisation

FONTS = load_fonts(ROOT / "fonts")
ORG = demo_organisation()
SPEC = allowance_spec()
ID, URL = "gmRZcXt3BQaAWKwnc9_m2L0j", "https://forms.example/d/gmRZcXt3BQaAWKwnc9_m2L0j"


def _long_layout() -> Layout:
    fields = tuple(replace(f, max_rows=30) if f.id == "lines" else f for f in SPEC.fields)
    return lay_out(replace(SPEC, fields=fields), FONTS)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _stamped(layout: Layout) -> bytes:
    writer = open_writer(render_blank(layout, ORG.firm, FONTS))
    stamp_identity(writer, layout, ID, URL, FONTS)
    return _written(writer)


def _darkness(data: bytes, layout: Layout, page: int) -> float:
    """Return which share of the code's place on a page is dark."""
    square = layout.qr[page]
    document = pdfium.PdfDocument(data)
    try:
        picture = document[page].render(scale=3).to_pil().convert("L")
    finally:
        document.close()
    x, y, size = (round(v * 3) for v in (square.x, layout.height - square.y - square.size, square.size))
    pixels = picture.crop((x, y, x + size, y + size)).tobytes()
    return sum(1 for pixel in pixels if pixel < 128) / len(pixels)


def test_the_code_stands_on_every_page_once_issued_and_on_none_before() -> None:
    layout = _long_layout()
    blank, stamped = render_blank(layout, ORG.firm, FONTS), _stamped(layout)
    assert [_darkness(blank, layout, page) for page in (0, 1)] == [0, 0]
    assert all(0.25 < _darkness(stamped, layout, page) < 0.6 for page in (0, 1))


def test_stamping_adds_to_the_pages_and_leaves_the_blanks_bytes_in_front() -> None:
    layout = lay_out(SPEC, FONTS)
    blank = render_blank(layout, ORG.firm, FONTS)
    stamped = _stamped(layout)
    assert stamped.startswith(blank)
    assert len(stamped) - len(blank) < 8_000


def test_the_record_and_the_spec_come_out_as_they_went_in() -> None:
    record = draw_up_record(
        SPEC, ORG, document_id=ID, number="A2611001", opened_on=dt.date(2026, 11, 24), supersedes=None
    )
    writer = open_writer(render_blank(lay_out(SPEC, FONTS), ORG.firm, FONTS))
    embed_record(writer, record, SPEC.source_text)
    data = _written(writer)
    assert read_record(data) == record
    assert read_spec_source(data) == SPEC.source_text.encode()
    attached = PdfReader(io.BytesIO(data)).attachments
    assert set(attached) == {"issue-record.json", "form-spec.yaml"}


def test_a_file_without_record_is_no_document_of_ours() -> None:
    with pytest.raises(ValueError, match=r"issue-record\.json"):
        read_record(render_blank(lay_out(SPEC, FONTS), ORG.firm, FONTS))


def test_a_page_that_is_not_there_cannot_be_drawn() -> None:
    with pytest.raises(IndexError):
        page_png(render_blank(lay_out(SPEC, FONTS), ORG.firm, FONTS), 1, 200)
