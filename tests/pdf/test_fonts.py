"""The embedded faces: what they print, and small subsets of them."""

import io

from fontTools.ttLib import TTFont

from forms_service.pdf.embedded import is_plain
from forms_service.pdf.fonts import load_fonts
from forms_service.settings import ROOT

FONTS = load_fonts(ROOT / "fonts")


def test_every_character_of_gb_2312_and_big5_can_be_printed() -> None:
    pairs = [bytes((high, low)) for high in range(0xA1, 0xFA) for low in range(0x40, 0xFF)]
    texts = {pair.decode(codec, "ignore") for codec in ("gb2312", "big5") for pair in pairs}
    hanzi = "".join(text for text in texts if len(text) == 1 and 0x4E00 <= ord(text) <= 0x9FA5)
    assert len(hanzi) > 13_000
    assert FONTS.missing(hanzi) == ()
    assert FONTS.bold.covers_all(hanzi)


def test_a_missing_character_is_named_once_in_order() -> None:
    assert FONTS.missing("☑𠮷野𠮷\n东") == ("☑", "𠮷")


def test_a_rare_character_turns_a_bold_text_regular() -> None:
    assert FONTS.strong("销货折让证明单") is FONTS.bold
    assert FONTS.strong("李镕") is FONTS.regular


def test_faces_are_parsed_once() -> None:
    assert load_fonts(ROOT / "fonts") is FONTS


def test_a_subset_holds_the_asked_glyphs_and_no_others() -> None:
    subset = FONTS.regular.subset("东升东")
    font = TTFont(io.BytesIO(subset.data))
    assert set(font.getBestCmap()) == {ord("东"), ord("升")}
    assert font["maxp"].numGlyphs == 3
    assert sorted(subset.glyphs.values()) == [1, 2]


def test_a_subset_is_equal_bytes_for_equal_characters_and_needs_no_trust() -> None:
    subset = FONTS.regular.subset("壹贰叁")
    assert subset.data == FONTS.regular.subset("叁贰壹").data
    assert is_plain(subset.data)


def test_widths_are_those_of_the_printed_glyphs() -> None:
    assert FONTS.regular.width("东升", 10) == 20
    assert FONTS.regular.width("1", 10) == FONTS.regular.width("8", 10)
