"""The page of a whole case: who sees what of it, and that everything in it leads somewhere."""

import re
from collections.abc import Iterator

import pytest

from forms_service.domain.document import Document
from forms_service.web.app import WebOptions, create_app
from tests.cases import case_world, child, close_case
from tests.web.site import Site


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Document]]:
    """A closed case with all that followed from it, and the site that shows it."""
    folder = tmp_path_factory.mktemp("site")
    world = case_world(folder / "office")
    with (folder / "journal.jsonl").open("w", encoding="utf-8") as stream:
        app = create_app(world.office, WebOptions(rate_limits=False, journal=stream))
        yield Site(world, app, stream), close_case(world)


def _boxes(text: str) -> list[str]:
    return re.findall(r'class="box [a-z]+" href="/documents/([^"]+)"', text)


def test_the_overseers_see_every_document_of_the_case_and_each_opens(closed: tuple[Site, Document]) -> None:
    site, case = closed
    staff = site.signed_in("zhao_min")
    boxes = _boxes(staff.get(f"/cases/{case.id}").text)
    assert boxes[0] == case.id
    assert len(boxes) > 4
    assert all(staff.get(f"/documents/{document_id}").status_code == 200 for document_id in boxes)


def test_sales_see_no_document_of_the_case_that_is_others(closed: tuple[Site, Document]) -> None:
    site, case = closed
    report = child(site.world, case, "investigation-report")
    clerk = site.signed_in("li_wen")
    for page in (f"/cases/{case.id}", f"/documents/{case.id}"):
        assert report.id not in clerk.get(page).text
    assert report.number not in clerk.get(f"/cases/{case.id}").text
    assert clerk.get(f"/cases/{report.id}").status_code == 404


def test_the_present_document_is_marked_whichever_it_is(closed: tuple[Site, Document]) -> None:
    site, case = closed
    allowance = child(site.world, case, "sales-allowance")
    text = site.signed_in("li_wen").get(f"/cases/{allowance.id}").text
    assert re.findall(r'href="/documents/([^"]+)" aria-current="true"', text) == [allowance.id]


def test_the_newest_moments_come_last_and_the_older_are_folded(closed: tuple[Site, Document]) -> None:
    site, case = closed
    text = site.signed_in("zhao_min").get(f"/cases/{case.id}").text
    earlier, latest = text.split("</details>")
    assert earlier.index("业务开立") < earlier.index("总经理室受理")
    assert latest.count("<h3>") == 12
