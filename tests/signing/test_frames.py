"""What is laid on a page after somebody signed is drawn within its own box, in whatever program it is opened."""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.attacks import bases
from tests.attacks.attack import failed
from tests.attacks.attack import judge as judge_ours
from tests.signing import framing, others
from tests.signing.drawings import Writer, numbers
from tests.signing.framing import ALL_OVER, FILLED, NOWHERE, SCREEN, drawing, signed_in, ticked
from tests.signing.letters import left_open, outcome
from tests.signing.test_showing import ACCEPTED, Outcome

UNFRAMED: Outcome = ("refused", [10])
ASIDE = (450, 100, 550, 150)


# Boxes that came with a later signature.


@pytest.mark.parametrize("box", [NOWHERE, (0, 0, 0, 842), (300, 100, 301, 101), ASIDE])
def test_drawing_without_a_frame_is_refused_whatever_its_box(box: others.Box) -> None:
    pdf = signed_in(others.signed_letter(), box, drawing())
    assert framing.page_of(pdf) != framing.page_of(others.signed_letter())
    assert outcome(pdf, others.house_trust()) == UNFRAMED


@pytest.mark.parametrize("frame", [generic.NullObject(), generic.DictionaryObject(), numbers(0, 0, 600)])
def test_frame_that_is_none_is_no_frame(frame: generic.PdfObject) -> None:
    assert outcome(signed_in(others.signed_letter(), NOWHERE, drawing(BBox=frame)), others.house_trust()) == UNFRAMED


@pytest.mark.parametrize(("box", "content"), [(NOWHERE, FILLED), (ASIDE, ALL_OVER)])
def test_drawing_in_a_frame_is_accepted(box: others.Box, content: bytes) -> None:
    framed = drawing(content, BBox=numbers(0, 0, 600, 842))
    assert outcome(signed_in(others.signed_letter(), box, framed), others.house_trust()) == ACCEPTED


@pytest.mark.parametrize(
    ("box", "frame", "pressed"),
    [
        (NOWHERE, (100, 50), b""),
        (NOWHERE, (600, 842), b""),
        (ASIDE, (100, 50), b"0.1 Tz "),
        (ASIDE, (100, 50), b"0.0001 0 0 0.0001 50 10 cm "),
    ],
)
def test_letters_that_a_program_shows_beyond_their_frame_are_told(
    box: others.Box, frame: tuple[int, int], pressed: bytes
) -> None:
    letters = b"%sBT /F1 24 Tf 10 30 Td (999) Tj ET" % pressed
    pdf = signed_in(others.signed_letter(), box, drawing(letters, BBox=numbers(0, 0, *frame)))
    assert "之外也变了样" in left_open(pdf)[10]


def test_blank_drawing_needs_no_frame() -> None:
    blank = generic.StreamObject({pdf_name("/Subtype"): pdf_name("/Form")}, stream_data=b"% nothing\n")
    assert outcome(signed_in(others.signed_letter(), NOWHERE, blank), others.house_trust()) == ACCEPTED


@pytest.mark.parametrize("key", ["/N", "/D", "/R"])
def test_every_drawing_of_a_box_has_a_frame(key: str) -> None:
    pdf = signed_in(others.signed_letter(), ASIDE, drawing(), key)
    assert outcome(pdf, others.house_trust()) == UNFRAMED


# Boxes that were prepared before anybody signed.


@pytest.mark.parametrize(("frame", "accepted"), [(None, False), (numbers(0, 0, 20, 20), True)])
def test_tick_that_would_draw_all_over_the_page_is_never_accepted(
    frame: generic.PdfObject | None, accepted: bool
) -> None:
    pdf = ticked(framing.prepared(frame))
    assert (outcome(pdf, others.house_trust()) == ACCEPTED) is accepted
    assert (10 in left_open(pdf)) is not accepted


def test_drawing_without_a_frame_that_the_first_signer_saw_is_no_fault() -> None:
    assert outcome(others.sign(framing.prepared(None)), others.house_trust()) == ACCEPTED


# Boxes that do not turn or grow with their page.


@pytest.mark.parametrize("flag", [8, 16])
def test_box_that_does_not_turn_or_grow_with_its_page_is_for_a_person(flag: int) -> None:
    framed = drawing(BBox=numbers(0, 0, 600, 842))
    pdf = signed_in(others.signed_letter(), ASIDE, framed, F=generic.NumberObject(SCREEN | flag))
    assert outcome(pdf, others.house_trust()) == ("review", [])
    assert 10 in left_open(pdf)


# Documents of ours.


def test_timestamp_that_is_nowhere_and_still_draws_over_a_document_of_ours_is_refused() -> None:
    pdf = framing.stamped(bases.sealed(), drawing())
    assert framing.page_of(pdf) != framing.page_of(bases.sealed())
    verdict = judge_ours(pdf)
    assert (verdict.verdict, failed(verdict)) == UNFRAMED


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (drawing(), UNFRAMED),
        (drawing(BBox=numbers(0, 0, 600, 842)), ACCEPTED),
        (drawing(b"BT /F1 12 Tf 2 5 Td (SIGNED) Tj ET", BBox=numbers(0, 0, 128, 51)), ACCEPTED),
        (drawing(b"BT 0.1 Tz /F1 12 Tf 2 30 Td (999) Tj ET", BBox=numbers(0, 0, 128, 51)), UNFRAMED),
    ],
)
def test_stamp_of_an_insider_stays_within_its_box(look: generic.StreamObject, expected: Outcome) -> None:
    verdict = judge_ours(framing.defaced(look))
    assert (verdict.verdict, failed(verdict)) == expected


def test_box_that_shows_beside_itself_on_a_turned_page_is_told() -> None:
    def turn(writer: Writer) -> None:
        page, _ = writer.find_page_for_modification(0)
        turned = page.get_object()
        turned[pdf_name("/Rotate")] = generic.NumberObject(90)
        writer.update_container(turned)

    base = others.sign(others.saved(others.letter(), turn))
    words = drawing(b"0.9 g 0 0 200 20 re f 0 g BT /F1 12 Tf 2 5 Td (PAID) Tj ET", BBox=numbers(0, 0, 200, 20))
    upright, turned = (
        signed_in(base, (72, 200, 272, 220), words, F=generic.NumberObject(SCREEN | flag)) for flag in (16, 0)
    )
    assert "之外也变了样" in left_open(upright)[10]
    assert outcome(turned, others.house_trust()) == ACCEPTED
