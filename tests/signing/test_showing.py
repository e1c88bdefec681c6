"""What a field of a foreign file shows after it was filled between two signatures."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from reportlab.pdfgen.canvas import Canvas

from forms_service.signing.drawings import Reader
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Stream
from tests.attacks import forge
from tests.signing import drawings, others
from tests.signing.drawings import HELVETICA, Writer, countersigned, dictionary, drawn_by, form, names, numbers, raw
from tests.signing.letters import left_open, outcome
from tests.tampering import Spoil

PLAIN = "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET"
Outcome = tuple[str, list[int]]
ACCEPTED: Outcome = ("accepted", [])
TOLD: Outcome = ("review", [])
REFUSED: Outcome = ("refused", [9])


def outcome_of(content: str, font: generic.PdfObject | None = None, **more: generic.PdfObject) -> Outcome:
    return outcome(countersigned(drawn_by("note", "PAID 12", form(content, font, **more))), others.house_trust())


def filled_on(spoil: Spoil, content: str = PLAIN, base: bytes | None = None) -> bytes:
    """Fill the field of a letter that its author prepared before anybody signed."""
    prepared = others.saved(others.letter() if base is None else base, spoil)
    return countersigned(drawn_by("note", "PAID 12", form(content)), prepared)


# Read stroke by stroke.


@pytest.mark.parametrize("content", drawings.HONEST.values(), ids=drawings.HONEST.keys())
def test_field_drawn_as_honest_programs_do_is_accepted(content: str) -> None:
    assert outcome_of(content) == ACCEPTED


@pytest.mark.parametrize("content", drawings.HIDDEN.values(), ids=drawings.HIDDEN.keys())
def test_field_whose_words_nobody_sees_is_refused(content: str) -> None:
    assert outcome_of(content) == REFUSED


@pytest.mark.parametrize("content", drawings.OTHERWISE.values(), ids=drawings.OTHERWISE.keys())
def test_field_that_shows_other_words_is_refused(content: str) -> None:
    assert outcome_of(content) == REFUSED


@pytest.mark.parametrize("content", drawings.DOUBTED.values(), ids=drawings.DOUBTED.keys())
def test_field_drawn_in_no_common_way_is_for_a_person(content: str) -> None:
    assert outcome_of(content) == TOLD


def test_value_cleared_and_shown_blank_is_accepted() -> None:
    cleared = drawn_by("amount", "", form("/Tx BMC EMC"))
    assert outcome(countersigned(cleared), others.house_trust()) == ACCEPTED


def test_value_cleared_and_still_shown_is_refused() -> None:
    assert outcome(countersigned(drawn_by("amount", "", form(PLAIN))))[1] == [9]


# States and layers.


@pytest.mark.parametrize(("opaque", "expected"), [(0.0, REFUSED), (0.02, REFUSED), (1.0, ACCEPTED)])
def test_transparent_words_are_refused(opaque: float, expected: Outcome) -> None:
    state = dictionary(Type=pdf_name("/ExtGState"), ca=generic.FloatObject(opaque))
    resources = dictionary(Font=dictionary(F1=names(HELVETICA)), ExtGState=dictionary(G0=state))
    assert outcome_of(f"/G0 gs {PLAIN}", Resources=resources) == expected


def a_layer(writer: Writer, *, on: bool) -> generic.PdfObject:
    """Give the file a layer that its reader can switch, on or off at first."""
    layer = writer.add_object(dictionary(Type=pdf_name("/OCG"), Name=pdf_string("Layer")))
    chosen = dictionary(OFF=generic.ArrayObject([] if on else [layer]), Order=generic.ArrayObject([layer]))
    writer.root[pdf_name("/OCProperties")] = dictionary(OCGs=generic.ArrayObject([layer]), D=chosen)
    writer.update_root()
    return layer


@pytest.mark.parametrize(("on", "expected"), [(False, REFUSED), (True, TOLD)])
def test_words_on_a_layer_are_never_accepted(on: bool, expected: Outcome) -> None:
    def spoil(writer: Writer) -> None:
        field = others.field(writer, "note")
        field[pdf_name("/OC")] = a_layer(writer, on=on)
        writer.update_container(field)

    assert outcome(filled_on(spoil), others.house_trust()) == expected


# Several looks of one field.


def test_text_that_has_another_look_for_its_own_value_is_refused() -> None:
    def spoil(writer: Writer) -> None:
        right, wrong = (writer.add_object(form(f"BT /F1 12 Tf 2 5 Td ({text}) Tj ET")) for text in ("PAID12", "999"))
        field = others.field(writer, "note")
        field[pdf_name("/V")] = pdf_string("PAID12")
        field[pdf_name("/AP")] = dictionary(N=dictionary(Off=right, PAID12=wrong))
        writer.update_container(field)

    assert outcome(countersigned(spoil), others.house_trust()) == REFUSED


@pytest.mark.parametrize("way", ["R", "D"])
def test_text_that_looks_otherwise_beneath_the_pointer_is_for_a_person(way: str) -> None:
    def spoil(writer: Writer) -> None:
        field = others.field(writer, "note")
        field[pdf_name("/V")] = pdf_string("PAID 12")
        other = writer.add_object(form("BT /F1 12 Tf 2 5 Td (999) Tj ET"))
        field[pdf_name("/AP")] = dictionary(N=writer.add_object(form(PLAIN)), **{way: other})
        writer.update_container(field)

    assert outcome(countersigned(spoil), others.house_trust()) == TOLD


# What the page has there.


def dark_letter(shade: float) -> bytes:
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.setFillGray(shade)
    canvas.rect(60, 650, 300, 40, stroke=0, fill=1)
    canvas.acroForm.textfield(name="note", x=72, y=660, width=200, height=20, value="")
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


@pytest.mark.parametrize(
    ("shade", "ink", "expected"), [(0.0, "0 g", REFUSED), (0.9, "0 g", ACCEPTED), (0.0, "1 1 0 rg", REFUSED)]
)
def test_ink_is_held_against_the_page_beneath(shade: float, ink: str, expected: Outcome) -> None:
    filled = drawn_by("note", "PAID 12", form(f"{ink} {PLAIN}"))
    assert outcome(countersigned(filled, dark_letter(shade)), others.house_trust()) == expected


def laid_on_the_field(writer: Writer) -> None:
    """Lay a white stamp over the place of the field, before anybody signs."""
    page, _ = writer.find_page_for_modification(0)
    look = dictionary(N=writer.add_object(form("1 g 0 0 200 20 re f")))
    stamp = dictionary(Type=pdf_name("/Annot"), Subtype=pdf_name("/Stamp"), Rect=numbers(72, 660, 272, 680), AP=look)
    stamp[pdf_name("/F")] = generic.NumberObject(4)
    writer.register_annotation(page, writer.add_object(stamp))


def test_field_under_a_stamp_is_refused_when_it_is_filled() -> None:
    assert outcome(filled_on(laid_on_the_field))[1] == [9]


# Where the box stands.


def restyled(**pairs: generic.PdfObject) -> Spoil:
    def spoil(writer: Writer) -> None:
        field = others.field(writer, "note")
        for key, value in pairs.items():
            field[pdf_name(f"/{key}")] = value
        writer.update_container(field)

    return spoil


@pytest.mark.parametrize(("flags", "expected"), [(2, REFUSED), (32, REFUSED), (0, TOLD), (4, ACCEPTED)])
def test_field_must_be_seen_and_printed(flags: int, expected: Outcome) -> None:
    assert outcome(filled_on(restyled(F=generic.NumberObject(flags))), others.house_trust()) == expected


@pytest.mark.parametrize("rect", [(-900, -900, -700, -880), (72, 660, 72, 660), (72, 900, 272, 920)])
def test_field_outside_its_page_is_refused(rect: tuple[int, ...]) -> None:
    assert outcome(filled_on(restyled(Rect=numbers(*rect))))[1] == [9]


def test_field_that_no_page_lists_is_refused() -> None:
    def spoil(writer: Writer) -> None:
        page, _ = writer.find_page_for_modification(0)
        listed = page.get_object()
        kept = [a for a in raw(listed["/Annots"]) if a.get_object().get("/T") != "note"]
        listed[pdf_name("/Annots")] = generic.ArrayObject(kept)
        writer.update_container(listed)

    assert outcome(filled_on(spoil))[1] == [9]


def test_field_that_names_another_page_is_for_a_person() -> None:
    def spoil(writer: Writer) -> None:
        restyled(P=writer.root.raw_get("/Pages"))(writer)

    assert "别的页" in left_open(filled_on(spoil))[9]


# What was prepared.


def test_field_that_showed_other_than_it_stored_before_anybody_signed_is_told() -> None:
    prepared = others.saved(others.letter(), drawn_by("note", "PAID 12", form("BT /F1 12 Tf 2 5 Td (FREE) Tj ET")))
    assert "签章之前" in left_open(others.sign(prepared))[9]


def test_field_that_hid_what_it_stored_before_anybody_signed_is_told() -> None:
    prepared = others.saved(others.letter(), drawn_by("note", "PAID 12", form(f"1 g {PLAIN}")))
    assert "看不见" in left_open(others.sign(prepared))[9]


def test_field_filled_in_before_anybody_signed_is_accepted() -> None:
    prepared = others.saved(others.letter(), drawn_by("note", "PAID 12", form(PLAIN)))
    assert outcome(others.sign(prepared), others.house_trust()) == ACCEPTED


def freed_as_it_is_filled(*, replaced: bool) -> bytes:
    """Fill the field and let go, by the table alone, of what drew it before; or let go of what draws it still."""
    base = others.sign(others.saved(others.letter(), drawn_by("note", "", form("/Tx BMC EMC"))))
    number = next(n for n, value in History(base).written(1) if isinstance(value, Stream))
    filled = others.saved(base, drawn_by("note", "PAID 12", form(PLAIN))) if replaced else base
    entry = b"xref\n%d 1\n0000000000 00001 f \ntrailer" % number
    freed = forge.revision(filled, {}).replace(b"xref\ntrailer", entry)
    return others.sign(freed, "Signature2", at=drawings.SECOND_BOX)


def test_drawing_that_is_used_no_more_may_be_let_go() -> None:
    assert outcome(freed_as_it_is_filled(replaced=True))[1] == []


def test_drawing_that_is_used_may_not_be_let_go() -> None:
    assert outcome(freed_as_it_is_filled(replaced=False))[0] == "refused"


# Much to read.


def test_drawing_that_many_fields_share_is_read_once() -> None:
    reader, drawing = Reader(), Stream({"/BBox": (0, 0, 200, 20)}, b"% " + b"x" * 900_000)
    history = History(others.signed_letter())
    assert {reader.read(history, drawing, 0) for _ in range(20)} == {reader.read(history, drawing, 0)}
    assert not reader.is_tired


def test_more_drawings_than_there_is_time_for_are_left_to_a_person() -> None:
    reader, history = Reader(), History(others.signed_letter())
    drawings_of_one_file = [Stream({"/BBox": (0, 0, 200, 20)}, b"% " + b"x" * 900_000) for _ in range(5)]
    read = [reader.read(history, drawing, 0) for drawing in drawings_of_one_file]
    assert [drawn.odd for drawn in read] == [""] * 4 + ["画的东西太多，没有逐一看"]
    assert reader.is_tired
