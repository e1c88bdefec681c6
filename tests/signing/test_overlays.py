"""What lies over the words of a page: laid there after somebody signed, or prepared before."""

import datetime as dt
import io

import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from forms_service.signing.revisions import History, reached
from tests.attacks import bases, forge
from tests.attacks.attack import failed
from tests.attacks.attack import judge as judge_ours
from tests.signing import others
from tests.signing.drawings import Writer, countersigned, dictionary, drawn_by, form, names, numbers
from tests.signing.letters import left_open, outcome
from tests.signing.test_showing import ACCEPTED, TOLD, Outcome, restyled
from tests.tampering import AT, OURS, Spoil, authority

OPAQUE = "1 g 0 0 200 20 re f 0 g BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET"
PLAIN = "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET"
ON_WORDS, FREE = (72, 595, 272, 615), (72, 300, 272, 320)

# Documents of ours.


def stamped(box: tuple[int, int, int, int], content: str) -> bytes:
    """Add a document timestamp to a sealed copy, in a box that draws something."""
    writer = IncrementalPdfFileWriter(io.BytesIO(bases.sealed()))
    append_signature_field(writer, SigFieldSpec("Stamp", box=box))
    stamp = others.field(writer, "Stamp")
    stamp[pdf_name("/AP")] = dictionary(N=writer.add_object(form(content)))
    writer.update_container(stamp)
    late = authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=1))
    made = PdfTimeStamper(late, field_name="Stamp").timestamp_pdf(writer, "sha256", validation_context=None)
    return bytes(made.getvalue())


@pytest.mark.parametrize(
    ("box", "content", "expected"),
    [
        ((60, 740, 260, 760), OPAQUE, ("refused", [10])),
        ((60, 740, 260, 760), "", ("refused", [10])),
        ((0, 0, 0, 0), OPAQUE, ("refused", [10])),
        ((0, 0, 0, 0), "", ("accepted", [])),
    ],
)
def test_timestamp_is_seen_nowhere_on_a_document_of_ours(
    box: tuple[int, int, int, int], content: str, expected: Outcome
) -> None:
    verdict = judge_ours(stamped(box, content))
    assert (verdict.verdict, failed(verdict)) == expected


# Fields over words.


def on_words(**more: generic.PdfObject) -> bytes:
    """Give a letter whose blank field its author laid over the words of the page."""
    return others.saved(others.letter(), restyled(Rect=numbers(*ON_WORDS), **more))


def blank(writer: Writer) -> None:
    restyled(AP=dictionary(N=writer.add_object(form(""))), Rect=numbers(*ON_WORDS))(writer)


def shut(writer: Writer) -> None:
    restyled(AP=dictionary(N=writer.add_object(form("1 g 0 0 200 20 re f"))), Rect=numbers(*ON_WORDS))(writer)


def test_field_that_covers_words_as_it_is_filled_is_refused() -> None:
    hidden = others.saved(others.letter(), blank)
    assert outcome(countersigned(drawn_by("note", "PAID 12", form(OPAQUE)), hidden))[1] == [10]


def test_field_that_is_filled_among_words_and_hides_none_is_not_refused() -> None:
    hidden = others.saved(others.letter(), blank)
    assert outcome(countersigned(drawn_by("note", "PAID 12", form(PLAIN)), hidden))[1] == []


def test_field_that_is_filled_where_nothing_stands_is_accepted() -> None:
    assert outcome(countersigned(drawn_by("note", "PAID 12", form(OPAQUE))), others.house_trust()) == ACCEPTED


def test_field_that_covered_words_before_anybody_signed_is_told() -> None:
    assert "note" in left_open(others.sign(others.saved(others.letter(), shut)))[10]


def test_field_that_uncovers_words_as_it_is_filled_is_refused() -> None:
    hidden = others.saved(others.letter(), shut)
    assert outcome(countersigned(drawn_by("note", "PAID 12", form(PLAIN)), hidden))[1] == [10]


def test_blank_field_over_words_hides_nothing() -> None:
    assert outcome(others.sign(others.saved(others.letter(), blank)), others.house_trust()) == ACCEPTED


# Notes and pictures over words.


def noted(subtype: str, content: str, at: tuple[int, int, int, int] = ON_WORDS, blend: str = "/Normal") -> Spoil:
    def spoil(writer: Writer) -> None:
        page, _ = writer.find_page_for_modification(0)
        drawing = form(content)
        drawing["/Resources"][pdf_name("/ExtGState")] = dictionary(G0=names({"/BM": blend}))
        look = dictionary(N=writer.add_object(drawing))
        note = dictionary(Type=pdf_name("/Annot"), Subtype=pdf_name(subtype), Rect=numbers(*at), AP=look)
        note[pdf_name("/F")] = generic.NumberObject(4)
        writer.register_annotation(page, writer.add_object(note))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (noted("/Stamp", "1 g 0 0 200 20 re f"), TOLD),
        (noted("/Highlight", "1 1 0 rg 0 0 200 20 re f"), TOLD),
        (noted("/Highlight", "/G0 gs 1 1 0 rg 0 0 200 20 re f", blend="/Multiply"), ACCEPTED),
        (noted("/Stamp", "1 g 0 0 200 20 re f", FREE), ACCEPTED),
        (noted("/StrikeOut", "1 0 0 RG 1 w 0 8 m 200 8 l S"), ACCEPTED),
    ],
    ids=["stamp", "opaque marker", "marker", "stamp beside", "line"],
)
def test_note_over_words_is_told_if_it_was_there_before_anybody_signed(spoil: Spoil, expected: Outcome) -> None:
    assert outcome(others.sign(others.saved(others.letter(), spoil)), others.house_trust()) == expected


def covered_letter(
    *, over: bool, at: tuple[int, int] = (60, 590), mode: int = 0, paint: tuple[int, ...] = (255, 255, 255, 255)
) -> bytes:
    """Draw words, and a picture of one colour over them or under them."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    for turn in (0, 1):
        if (turn == 0) == over:
            text = canvas.beginText(72, 600)
            text.setTextRenderMode(mode)
            text.textLine("The total is 900.00")
            canvas.drawText(text)
        else:
            canvas.drawImage(ImageReader(Image.new("RGBA", (8, 8), paint)), *at, 300, 40, mask="auto")
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


@pytest.mark.parametrize(
    ("pdf", "told"),
    [
        (covered_letter(over=True), True),
        (covered_letter(over=False), False),
        (covered_letter(over=True, at=(60, 100)), False),
        (covered_letter(over=True, mode=3), False),
        (covered_letter(over=True, paint=(255, 0, 0, 0)), False),
    ],
    ids=["over", "under", "beside", "words for searching", "a hole"],
)
def test_picture_over_words_is_told(pdf: bytes, told: bool) -> None:
    assert (10 in left_open(others.sign(pdf))) is told


# Notes that are no objects of their own.


@pytest.mark.parametrize(("at", "expected"), [(ON_WORDS, ("refused", [10])), (FREE, ("review", []))])
def test_note_written_into_the_page_itself_is_seen(at: tuple[int, int, int, int], expected: Outcome) -> None:
    def spoil(writer: Writer) -> None:
        page, _ = writer.find_page_for_modification(0)
        note = dictionary(Type=pdf_name("/Annot"), Subtype=pdf_name("/Square"), Rect=numbers(*at), IC=numbers(1, 1, 1))
        opened = page.get_object()
        opened["/Annots"].append(note)
        writer.update_container(opened)
        writer.update_container(opened["/Annots"])

    certified = others.sign(others.letter(), certify=MDPPerm.ANNOTATE)
    assert outcome(others.saved(certified, spoil), others.house_trust()) == expected


def test_nothing_that_a_letter_shows_may_be_let_go_by_the_table_alone() -> None:
    letter = others.sign(others.letter())
    history = History(letter)
    shown = set(reached(history, history.last, history.root(history.last)))
    verdicts = {number: outcome(without(letter, number))[0] for number in sorted(shown)}
    assert {number for number, verdict in verdicts.items() if verdict != "refused"} == set()


def without(pdf: bytes, number: int) -> bytes:
    entry = b"xref\n%d 1\n0000000000 00001 f \ntrailer" % number
    return forge.revision(pdf, {}).replace(b"xref\ntrailer", entry)
