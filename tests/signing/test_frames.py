"""What is laid on a page after somebody signed is drawn within its own box, in whatever program it is opened."""

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from tests.attacks import bases
from tests.attacks.attack import failed
from tests.attacks.attack import judge as judge_ours
from tests.signing import framing, others
from tests.signing.drawings import numbers
from tests.signing.framing import NOWHERE, SCREEN, drawing, signed_in, ticked
from tests.signing.test_foreign import left_open, outcome
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


@pytest.mark.parametrize("box", [NOWHERE, ASIDE])
def test_drawing_in_a_frame_is_accepted(box: others.Box) -> None:
    framed = drawing(BBox=numbers(0, 0, 600, 842))
    assert outcome(signed_in(others.signed_letter(), box, framed), others.house_trust()) == ACCEPTED


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


def test_stamp_of_an_insider_stays_within_its_box() -> None:
    verdict = judge_ours(framing.defaced(drawing()))
    assert (verdict.verdict, failed(verdict)) == UNFRAMED
    verdict = judge_ours(framing.defaced(drawing(BBox=numbers(0, 0, 600, 842))))
    assert (verdict.verdict, failed(verdict)) == ACCEPTED
