"""Lists to choose from: other programs note which place is chosen and what stands at the top, too."""

import functools
import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from tests.signing import others
from tests.signing.letters import judge, outcome
from tests.signing.others import field, filled, house_trust, saved, sign
from tests.tampering import Spoil


@functools.cache
def asked() -> bytes:
    """Sign a page that asks for a town."""
    page = io.BytesIO()
    canvas = Canvas(page, invariant=True)
    canvas.drawString(72, 800, "A LETTER")
    towns = ["Ningbo", "Shanghai", "Suzhou"]
    canvas.acroForm.choice(name="town", value="Ningbo", options=towns, x=72, y=700, width=200, height=20)
    canvas.showPage()
    canvas.save()
    return sign(page.getvalue())


def numbered(town: str, *places: int, top: int = 0) -> Spoil:
    """Choose a town, and note its place in the list and the list's top."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        filled("town", town)(writer)
        chosen = field(writer, "town")
        chosen[pdf_name("/I")] = generic.ArrayObject([generic.NumberObject(place) for place in places])
        chosen[pdf_name("/TI")] = generic.NumberObject(top)
        writer.update_container(chosen)

    return spoil


def test_town_that_was_chosen_by_its_place_too_is_accepted() -> None:
    assert outcome(sign(saved(asked(), numbered("Shanghai", 1, top=1)), "Another", at=None), house_trust()) == (
        "accepted",
        [],
    )


@pytest.mark.parametrize("places", [(2,), (0, 1), (7,), (-1,)])
def test_place_of_another_town_than_the_stored_one_is_refused(places: tuple[int, ...]) -> None:
    verdict = judge(sign(saved(asked(), numbered("Shanghai", *places)), "Another", at=None), house_trust())
    assert [check.no for check in verdict.failed] == [9]
    assert "指的却是" in verdict.sentence


def test_place_alone_that_changed_is_refused() -> None:
    def move(writer: IncrementalPdfFileWriter) -> None:
        chosen = field(writer, "town")
        chosen[pdf_name("/I")] = generic.ArrayObject([generic.NumberObject(1)])
        writer.update_container(chosen)

    assert outcome(sign(saved(asked(), move), "Another", at=None), house_trust()) == ("refused", [9])


def test_text_has_no_place_in_a_list() -> None:
    def number(writer: IncrementalPdfFileWriter) -> None:
        text = field(writer, "amount")
        text[pdf_name("/I")] = generic.ArrayObject([generic.NumberObject(0)])
        writer.update_container(text)

    assert outcome(sign(saved(others.signed_letter(), number), "Another", at=None), house_trust()) == ("refused", [8])
