"""Seals, drawn into a real page and looked at pixel by pixel."""

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from forms_service.domain.errors import MissingGlyph
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.seal import _GRID, Stamp, draw_stamp, stamp_style
from forms_service.settings import ROOT

FONTS = load_fonts(ROOT / "fonts")
WIDTH, HEIGHT, SCALE = 126, 49, 5
WHEN = "2026-11-24 10:53"
LONG_NAME = "深圳市前海合众达精密电子科技股份有限公司"
STAMPS = (
    Stamp("person", "李文静", ("经办", "李文静", WHEN)),
    Stamp("person", "阿依古丽·买买提", ("总经理", "阿依古丽·买买提", WHEN)),
    Stamp("party", LONG_NAME, (LONG_NAME, "张丽华", WHEN), "91440300MA5DA1XK7P"),
    Stamp("firm", LONG_NAME, (LONG_NAME, "第二联 会计作账", WHEN)),
)


def _picture(stamp: Stamp) -> Image.Image:
    writer = PdfWriter()
    page = writer.add_blank_page(WIDTH, HEIGHT)
    stream = DecodedStreamObject()
    stream.set_data(draw_stamp(stamp, FONTS, WIDTH, HEIGHT))
    page[NameObject("/Contents")] = writer._add_object(stream)
    written = io.BytesIO()
    writer.write(written)
    document = pdfium.PdfDocument(written.getvalue())
    try:
        picture: Image.Image = document[0].render(scale=SCALE).to_pil().convert("RGB")
        return picture
    finally:
        document.close()


def _places(picture: Image.Image, *, red: bool) -> list[tuple[int, int]]:
    pixels = ((x, y, picture.getpixel((x, y))) for x in range(picture.width) for y in range(picture.height))
    return [(x, y) for x, y, colour in pixels if _is_red(colour) == red and _is_dark(colour)]


def _is_dark(colour: object) -> bool:
    return isinstance(colour, tuple) and min(colour) < 120


def _is_red(colour: object) -> bool:
    return isinstance(colour, tuple) and colour[0] > 150 > colour[1]


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: f"{stamp.kind} {stamp.name}")
def test_the_seal_stands_left_of_its_lines_and_neither_leaves_the_box(stamp: Stamp) -> None:
    picture = _picture(stamp)
    seal, lines = _places(picture, red=True), _places(picture, red=False)
    assert max(x for x, _ in seal) < min(x for x, _ in lines)
    for x, y in (*seal, *lines):
        assert 0 < x < picture.width - 1
        assert 0 < y < picture.height - 1


def test_the_star_of_the_firms_seal_has_no_hole() -> None:
    stamp = Stamp("firm", "华成精密电路股份有限公司", ())
    picture = _picture(stamp)
    seal = _places(picture, red=True)
    middle = (min(x for x, _ in seal) + max(x for x, _ in seal)) // 2
    assert _is_red(picture.getpixel((middle, picture.height // 2)))


def test_a_partys_tax_number_stands_clear_of_its_name_and_of_the_words_below() -> None:
    seal = _places(_picture(Stamp("party", LONG_NAME, (), "91440300MA5DA1XK7P")), red=True)
    left, right = min(x for x, _ in seal), max(x for x, _ in seal)
    middle = range(left + (right - left) * 2 // 5, left + (right - left) * 3 // 5)
    rows = {y for x, y in seal if x in middle}
    gaps = sum(1 for y in range(min(rows), max(rows)) if y in rows and y + 1 not in rows)
    assert gaps == 4


def test_a_rare_character_of_a_name_is_drawn_by_the_regular_face() -> None:
    _, (x, y) = FONTS.regular.outline("镕")[0]
    assert not FONTS.bold.covers("镕")
    assert f"\n{x / _GRID:.0f} {y / _GRID:.0f} m\n" in draw_stamp(Stamp("person", "李镕", ()), FONTS, 60, 40).decode()


def test_a_character_that_no_face_has_is_named_before_anything_is_drawn() -> None:
    with pytest.raises(MissingGlyph, match="U\\+20BB7"):
        stamp_style(Stamp("person", "𠮷野", ("经办",)), FONTS)


def test_equal_stamps_are_equal_bytes() -> None:
    assert draw_stamp(STAMPS[0], FONTS, WIDTH, HEIGHT) == draw_stamp(STAMPS[0], FONTS, WIDTH, HEIGHT)
