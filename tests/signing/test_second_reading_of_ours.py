"""Check 6 on a document of ours: what no second program could read is for a person, never accepted on one reading."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.signing.form_view import read_printed
from forms_service.signing.verify import verify
from tests import reading
from tests.attacks import bases
from tests.attacks.siblings import STAMPED
from tests.tampering import AT, Desk, fonts, trust

MORE_THAN_IS_READ_TWICE = 1_100_000


def _pad(writer: IncrementalPdfFileWriter) -> None:
    """Let the first page say nothing at great length."""
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    blank = writer.add_object(generic.StreamObject(stream_data=b" " * MORE_THAN_IS_READ_TWICE))
    drawn = page["/Contents"]
    parts = drawn if isinstance(drawn, generic.ArrayObject) else [page.raw_get("/Contents")]
    page[pdf_name("/Contents")] = generic.ArrayObject([*parts, blank])
    writer.mark_update(page.container_ref)


def test_a_sealed_copy_whose_pages_only_one_program_could_read_is_for_a_person() -> None:
    desk = Desk()
    verdict = verify(desk.seal(desk.finish(desk.issue(_pad))), trust(), None, AT, fonts())
    assert verdict.verdict == "review"
    assert verdict.checks[5].result == "not_checked"
    assert "来不及读两遍" in verdict.checks[5].detail


def test_a_sealed_copy_whose_pages_two_programs_read_alike_is_accepted() -> None:
    desk = Desk()
    verdict = verify(desk.seal(desk.finish()), trust(), None, AT, fonts())
    assert (verdict.verdict, verdict.checks[5].result) == ("accepted", "pass")


@pytest.mark.parametrize(
    "build", [bases.issued, bases.prepared, bases.sealed, STAMPED.build], ids=lambda each: each.__name__
)
def test_what_we_read_of_a_documents_fields_stock_pyhanko_reads_too(build: Callable[[], bytes]) -> None:
    assert read_printed(build()) == reading.read_printed(build())
