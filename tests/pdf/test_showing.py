"""What is shown is what is stored: each way of making them differ is found out and said."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject, pdf_name, pdf_string
from pyhanko.pdf_utils.reader import PdfFileReader

from forms_service.domain.spec import Field, FormSpec, Label, Option
from forms_service.pdf.embedded import is_plain
from forms_service.pdf.fill import check_fit, fill
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.read import open_writer
from forms_service.pdf.render import render_blank
from forms_service.pdf.showing import shows
from forms_service.settings import ROOT
from tests.reading import read_printed
from tests.world import allowance_spec, demo_organisation

FONTS = load_fonts(ROOT / "fonts")
GRADES = (Option("a", Label("甲等品")), Option("b", Label("乙等品")))


def _with_choice_column() -> FormSpec:
    spec = allowance_spec()
    columns = tuple(_graded(c) if c.id == "item" else c for c in spec.field("lines").columns)
    return replace(spec, fields=tuple(replace(f, columns=columns) if f.id == "lines" else f for f in spec.fields))


def _graded(column: Field) -> Field:
    return replace(column, kind="choice", options=GRADES)


LAYOUT = lay_out(_with_choice_column(), FONTS)
CELLS: dict[str, str | bool] = {
    "net": "10,121.60",
    "reason": "东升电子\n色差",
    "lines_01_item": "b",
    "evidence_01_e_consent": True,
}


def _filled() -> bytes:
    writer = open_writer(render_blank(LAYOUT, demo_organisation().firm, FONTS))
    fill(writer, LAYOUT, CELLS, FONTS)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


FILLED = _filled()


def _field(name: str) -> DictionaryObject:
    fields = PdfFileReader(io.BytesIO(FILLED)).root["/AcroForm"]["/Fields"]
    found: DictionaryObject = next(f.get_object() for f in fields if f.get_object()["/T"] == name)
    return found


def _form(field: DictionaryObject) -> StreamObject:
    form: StreamObject = field["/AP"]["/N"]
    return form


def _descendant(field: DictionaryObject) -> DictionaryObject:
    font: DictionaryObject = _form(field)["/Resources"]["/Font"]["/F0"]["/DescendantFonts"][0]
    return font


def _reworked(field: DictionaryObject, change: Callable[[TTFont], None]) -> None:
    """Put a changed font file in the place of the embedded one."""
    descriptor = _descendant(field)["/FontDescriptor"]
    font = TTFont(io.BytesIO(descriptor["/FontFile2"].data))
    change(font)
    written = io.BytesIO()
    font.save(written)
    descriptor[pdf_name("/FontFile2")] = StreamObject(stream_data=written.getvalue())


def test_every_kind_of_field_shows_what_it_stores() -> None:
    assert {name: shows(_field(name), FONTS) for name in CELLS} == dict.fromkeys(CELLS)


def test_a_choice_stores_its_option_and_shows_the_options_label() -> None:
    assert read_printed(FILLED)["lines_01_item"] == "b"
    assert [str(option[1]) for option in _field("lines_01_item")["/Opt"]] == ["甲等品", "乙等品"]
    field = _field("lines_01_item")
    field[pdf_name("/V")] = pdf_string("a")
    assert shows(field, FONTS) == "画的不是存的文字"


def test_a_choice_that_stores_no_option_is_found_out() -> None:
    field = _field("lines_01_item")
    field[pdf_name("/V")] = pdf_string("乙等品")
    assert shows(field, FONTS) is not None


def test_a_choices_label_is_what_must_fit() -> None:
    assert check_fit(LAYOUT, {"lines_01_item": "a"}, FONTS) == ()


def test_two_glyphs_exchanged_in_the_font_are_found_out() -> None:
    def exchange(font: TTFont) -> None:
        names = font.getBestCmap()
        one, nine, glyf = names[ord("1")], names[ord("6")], font["glyf"]
        glyf[one], glyf[nine] = glyf[nine], glyf[one]

    field = _field("net")
    _reworked(field, exchange)
    assert shows(field, FONTS) == "字体被换过：「1」画的不是这个字"


def test_a_glyph_bent_by_instructions_is_found_out() -> None:
    def instruct(font: TTFont) -> None:
        program = Program()
        program.fromAssembly(["SVTCA[0]"])
        glyph = font["glyf"][font.getBestCmap()[ord("1")]]
        glyph.program = program

    field = _field("net")
    _reworked(field, instruct)
    assert shows(field, FONTS) is not None


def test_a_font_with_a_table_that_we_do_not_write_is_found_out() -> None:
    def add(font: TTFont) -> None:
        font["prep"] = newTable("prep")
        font["prep"].program = Program()
        font["prep"].program.fromBytecode(b"")

    field = _field("net")
    _reworked(field, add)
    assert shows(field, FONTS) is not None


def test_a_font_file_that_is_none_is_found_out() -> None:
    assert not is_plain(b"no font")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/W", generic.ArrayObject()),
        ("/DW", generic.NumberObject(1)),
        ("/CIDToGIDMap", StreamObject(stream_data=b"\0\1")),
        ("/Subtype", pdf_name("/CIDFontType0")),
    ],
)
def test_a_font_that_is_spaced_or_mapped_otherwise_is_found_out(key: str, value: generic.PdfObject) -> None:
    field = _field("net")
    _descendant(field)[pdf_name(key)] = value
    assert shows(field, FONTS) is not None


def test_a_second_font_file_is_found_out() -> None:
    field = _field("net")
    descriptor = _descendant(field)["/FontDescriptor"]
    descriptor[pdf_name("/FontFile3")] = descriptor["/FontFile2"]
    assert shows(field, FONTS) is not None


@pytest.mark.parametrize("name", ["net", "evidence_01_e_consent"])
def test_a_drawing_moved_or_cut_is_found_out(name: str) -> None:
    numbers = generic.ArrayObject(generic.NumberObject(n) for n in (1, 0, 0, 1, 500, 0))
    moved, cut = _field(name), _field(name)
    _normal(moved)[pdf_name("/Matrix")] = numbers
    _normal(cut)[pdf_name("/BBox")] = generic.ArrayObject(generic.NumberObject(0) for _ in range(4))
    assert shows(moved, FONTS) is not None
    assert shows(cut, FONTS) is not None


def _normal(field: DictionaryObject) -> StreamObject:
    normal: StreamObject = field["/AP"]["/N"]["/Yes"] if field["/FT"] == "/Btn" else _form(field)
    return normal


def test_a_blank_that_shows_words_is_found_out() -> None:
    field = _field("net")
    field[pdf_name("/V")] = pdf_string("")
    assert shows(field, FONTS) == "存的是空白，画的却有内容"


@pytest.mark.parametrize("key", ["/Rect", "/AP", "/T"])
def test_a_field_that_lacks_what_it_needs_is_not_taken_for_shown(key: str) -> None:
    field = _field("net")
    del field[pdf_name(key)]
    assert shows(field, FONTS) is not None


def test_a_look_for_the_mouse_is_found_out() -> None:
    field = _field("net")
    field["/AP"][pdf_name("/D")] = _form(field)
    assert shows(field, FONTS) == "有多余的样子"
