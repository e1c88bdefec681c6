"""A draft is moved to a newer version from its page; what is signed is offered no such thing."""

from forms_service.domain.document import Document
from forms_service.settings import ROOT
from tests.web.site import Site

SPEC = (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_text(encoding="utf-8")


def _with_newer_form(site: Site, *signers: str) -> Document:
    document = site.signed_by(*signers)
    newer = SPEC.replace("version: 1", "version: 2").replace("label: 折让原因", "label: 折让缘由")
    site.world.publish(newer.encode(), "sales_allowance.yaml")
    return document


def test_a_draft_is_moved_from_its_page_which_then_tells_it(site: Site) -> None:
    document = _with_newer_form(site)
    clerk, page = site.signed_in("li_wen"), f"/documents/{document.id}"

    answer = clerk.send(page, f"{page}/move")

    assert answer.headers["Location"] == f"{page}?done=moved"
    shown = clerk.get(page).text
    assert "第 1 版改用第 2 版" in shown
    assert "折让缘由" in shown
    assert f"{page}/move" not in shown


def test_a_signed_document_is_offered_no_other_version(site: Site) -> None:
    document = _with_newer_form(site, "li_wen")

    assert f"/documents/{document.id}/move" not in site.signed_in("li_wen").get(f"/documents/{document.id}").text
