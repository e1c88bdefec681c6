"""What the fonts of a field in a foreign file may do: which letters its drawing shows, and where they stand."""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from forms_service.pdf.standard_fonts import width_of
from tests.signing import drawings, others
from tests.signing.drawings import HELVETICA, Writer, countersigned, dictionary, drawn_by, form, names, numbers
from tests.signing.letters import outcome
from tests.signing.test_showing import ACCEPTED, PLAIN, REFUSED, TOLD, Outcome, outcome_of


def test_code_that_the_font_draws_as_another_letter_is_refused() -> None:
    other = generic.ArrayObject([generic.NumberObject(ord("1")), pdf_name("/nine")])
    font = names(HELVETICA)
    font[pdf_name("/Encoding")] = dictionary(Type=pdf_name("/Encoding"), Differences=other)
    assert outcome_of(PLAIN, font) == REFUSED


def test_code_that_the_font_draws_as_the_letter_itself_is_accepted() -> None:
    shifted = generic.ArrayObject([generic.NumberObject(ord("a")), pdf_name("/one")])
    font = names(HELVETICA)
    font[pdf_name("/Encoding")] = dictionary(Type=pdf_name("/Encoding"), Differences=shifted)
    assert outcome_of("BT /F1 12 Tf 2 5 Td (PAID a2) Tj ET", font) == ACCEPTED


def encoded(**pairs: generic.PdfObject) -> generic.DictionaryObject:
    """Give Helvetica with an encoding of its own."""
    font = names(HELVETICA)
    font[pdf_name("/Encoding")] = dictionary(Type=pdf_name("/Encoding"), **pairs)
    return font


def test_letter_that_the_encoding_names_elsewhere_is_refused() -> None:
    def spoil(writer: Writer) -> None:
        nine = writer.add_object(pdf_name("/nine"))
        other = generic.ArrayObject([generic.NumberObject(ord("1")), nine])
        drawn_by("note", "PAID 12", form(PLAIN, encoded(Differences=other)))(writer)

    assert outcome(countersigned(spoil), others.house_trust()) == REFUSED


@pytest.mark.parametrize(
    "differences",
    [
        [generic.FloatObject("49.5"), pdf_name("/nine")],
        [generic.NumberObject(48), generic.NullObject(), pdf_name("/one")],
        [generic.NumberObject(49), pdf_name("/one.alt")],
        [generic.NumberObject(49), pdf_name("/u31")],
    ],
)
def test_encoding_that_programs_read_in_their_own_ways_is_never_accepted(differences: list[generic.PdfObject]) -> None:
    assert outcome_of(PLAIN, encoded(Differences=generic.ArrayObject(differences)))[0] != "accepted"


@pytest.mark.parametrize("name", ["/MacExpertEncoding", "/SymbolEncoding", "/Identity-H"])
def test_encoding_that_is_not_of_latin_letters_is_never_accepted(name: str) -> None:
    whole = names({**HELVETICA, "/Encoding": name})
    for font in (whole, encoded(BaseEncoding=pdf_name(name))):
        assert outcome_of(PLAIN, font)[0] != "accepted"


@pytest.mark.parametrize("name", ["/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding"])
def test_encoding_of_latin_letters_is_accepted(name: str) -> None:
    assert outcome_of(PLAIN, encoded(BaseEncoding=pdf_name(name))) == ACCEPTED


@pytest.mark.parametrize(("first", "expected"), [(32, ACCEPTED), (70, TOLD)])
def test_letters_whose_width_the_font_leaves_open_are_for_a_person(first: int, expected: Outcome) -> None:
    font = names(HELVETICA)
    font[pdf_name("/FirstChar")], font[pdf_name("/LastChar")] = generic.NumberObject(first), generic.NumberObject(90)
    font[pdf_name("/Widths")] = numbers(*(width_of("Helvetica", chr(code)) * 1000 for code in range(first, 91)))
    descriptor = dictionary(Type=pdf_name("/FontDescriptor"), MissingWidth=generic.NumberObject(-556))
    font[pdf_name("/FontDescriptor")] = descriptor
    assert outcome_of(PLAIN, font) == expected


def with_stream(content: str, key: str, stream: bytes, *, within: str = "") -> Outcome:
    """Fill the field in a font that leads to a stream."""

    def spoil(writer: Writer) -> None:
        font, led = (
            names({**HELVETICA, "/Subtype": "/TrueType"}),
            writer.add_object(generic.StreamObject(stream_data=stream)),
        )
        font[pdf_name(within or key)] = dictionary(Type=pdf_name(within), **{key[1:]: led}) if within else led
        drawn_by("note", "PAID 12", form(content, font))(writer)

    return outcome(countersigned(spoil), others.house_trust())


@pytest.mark.parametrize(("code", "expected"), [("1", ACCEPTED), ("9", REFUSED)])
def test_what_a_table_says_of_the_letters_does_not_count(code: str, expected: Outcome) -> None:
    lie = b"/CIDInit /ProcSet findresource begin begincmap 1 beginbfchar <39> <0031> endbfchar endcmap"
    assert with_stream(f"BT /F1 12 Tf 2 5 Td (PAID {code}2) Tj ET", "/ToUnicode", lie) == expected


@pytest.mark.parametrize("base_font", ["/ZapfDingbats", "/Wingdings", "/HelveticaMirrored"])
def test_font_that_may_show_anything_is_never_accepted(base_font: str) -> None:
    assert outcome_of(PLAIN, names({**HELVETICA, "/BaseFont": base_font}))[0] != "accepted"


def test_font_that_the_file_brings_along_is_for_a_person() -> None:
    assert with_stream(PLAIN, "/FontFile2", b"", within="/FontDescriptor") == TOLD


@pytest.mark.parametrize(
    ("shown", "encoding", "expected"),
    [("收讫", "/UniGB-UTF16-H", ACCEPTED), ("未收", "/UniGB-UCS2-H", REFUSED), ("收讫", "/UniGB-UCS2-V", TOLD)],
)
def test_chinese_of_the_programs_own_is_read(shown: str, encoding: str, expected: Outcome) -> None:
    filled = drawn_by("note", "收讫", drawings.chinese(shown, encoding))
    assert outcome(countersigned(filled), others.house_trust()) == expected


@pytest.mark.parametrize(
    ("collection", "encoding", "expected"),
    [
        ("GB1", "/UniGB-UTF16-H", ACCEPTED),
        ("CNS1", "/UniCNS-UTF16-H", ACCEPTED),
        ("Japan1", "/UniJIS-UCS2-HW-H", ACCEPTED),
        ("Japan1", "/UniGB-UTF16-H", TOLD),
        ("Identity", "/UniGB-UTF16-H", TOLD),
    ],
)
def test_chinese_in_the_letters_of_another_collection_is_for_a_person(
    collection: str, encoding: str, expected: Outcome
) -> None:
    filled = drawn_by("note", "收", drawings.chinese("收", encoding, collection))
    assert outcome(countersigned(filled), others.house_trust()) == expected


def test_letters_pushed_over_one_another_by_the_fonts_widths_are_not_accepted() -> None:
    font = names(HELVETICA)
    font[pdf_name("/FirstChar")] = generic.NumberObject(32)
    font[pdf_name("/Widths")] = generic.ArrayObject([generic.NumberObject(0)] * 90)
    assert outcome_of(PLAIN, font)[0] != "accepted"


def test_font_that_is_not_named_among_the_drawings_own_is_for_a_person() -> None:
    assert outcome_of("BT /F9 12 Tf 2 5 Td (PAID 12) Tj ET") == TOLD


@pytest.mark.parametrize("key", ["/BaseFont", "/Encoding"])
def test_font_of_the_form_may_not_be_overwritten(key: str) -> None:
    def spoil(writer: Writer) -> None:
        font = writer.root["/AcroForm"]["/DR"]["/Font"]["/Helv"]
        font[pdf_name(key)] = pdf_name("/ZapfDingbats" if key == "/BaseFont" else "/MacRomanEncoding")
        writer.update_container(font)

    assert 10 in outcome(countersigned(spoil))[1]


def test_font_may_join_those_of_the_form() -> None:
    def spoil(writer: Writer) -> None:
        fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
        fonts[pdf_name("/F9")] = writer.add_object(names(HELVETICA))
        writer.update_container(fonts)
        drawn_by("note", "PAID 12", form(PLAIN))(writer)

    assert outcome(countersigned(spoil))[1] == []
