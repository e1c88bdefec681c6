"""Seeing: what a document shows and what it stores, by PDFium and by our verifier's own reading."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pypdfium2 as pdfium

from forms_service.pdf.pdfium import PDFIUM, read_by_pdfium
from forms_service.signing.verdict import Place

_SCALE = 0.75


@dataclass(frozen=True, slots=True)
class Seen:
    """The digest of each page's picture, fields included, its text, and what the fields hold."""

    pictures: tuple[str, ...]
    texts: tuple[str, ...]
    stored: Mapping[str, str | bool]


@functools.lru_cache(maxsize=32)
def see(pdf: bytes, beside: tuple[Place, ...] = ()) -> Seen:
    """Look at a document, but for what it shows in some boxes; raises ValueError when PDFium cannot open it."""
    stored = read_by_pdfium(pdf).printed
    with PDFIUM:
        document = pdfium.PdfDocument(pdf)
        try:
            document.init_forms()
            pages = [document[number] for number in range(len(document))]
            pictures = tuple(_picture(page, [p for p in beside if p.page == at]) for at, page in enumerate(pages, 1))
            texts = tuple(page.get_textpage().get_text_bounded() for page in pages)
        finally:
            document.close()
    return Seen(pictures, texts, stored)


def _picture(page: pdfium.PdfPage, beside: list[Place]) -> str:
    bitmap = page.render(scale=_SCALE, may_draw_forms=True)
    for place in beside:
        left, top = int(place.left * bitmap.width), int(place.top * bitmap.height)
        width, height = int(place.width * bitmap.width) + 2, int(place.height * bitmap.height) + 2
        bitmap.fill_rect((0, 0, 0, 255), left, top, width, height)
    return hashlib.sha256(bytes(bitmap.buffer)).hexdigest()
