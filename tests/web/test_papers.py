"""The document page's papers: a customer's stamped paper, a copy's receipt, and what may be opened from it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.store.documents import Search
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.distributing import distribute_pending
from tests.case_forms import finished_grievance
from tests.paper import PNG, take_in
from tests.stories import Story, rebate_at_the_customer
from tests.web.site import Site


@pytest.fixture
def asked(tmp_path: Path) -> Story:
    """A rebate of which the customer is next, in an office of its own."""
    return rebate_at_the_customer().taken(tmp_path / "office")


@pytest.fixture
def site(asked: Story, tmp_path: Path) -> Iterator[Site]:
    world = asked.world
    stream = (tmp_path / "journal.jsonl").open("w", encoding="utf-8")
    opened = Site(world, create_app(world.office, WebOptions(rate_limits=False, journal=stream)), stream)
    yield opened
    opened.close()


def _distributed(site: Site, asked: Document) -> Document:
    document = site.world.sign(take_in(site.world, asked, "li_wen", PNG), "he_mei")
    distribute_pending(site.world.office)
    return document


def _paper(**more: object) -> dict[str, object]:
    return {"file": (io.BytesIO(PNG), "签回.png"), "says": "accept", "pin": PIN, **more}


def test_the_clerk_is_offered_to_take_in_the_customers_paper(site: Site, asked: Story) -> None:
    document = asked.document
    path = f"/documents/{document.id}"
    assert f"{path}/paper" in site.signed_in("li_wen").get(path).text
    assert f"{path}/paper" not in site.signed_in("zhao_min").get(path).text


def test_paper_is_uploaded_and_signed_for(site: Site, asked: Story) -> None:
    document = asked.document
    path = f"/documents/{document.id}"
    clerk = site.signed_in("li_wen")
    answer = clerk.send(f"{path}/paper", f"{path}/paper", _paper())
    assert answer.status_code == 303, answer.text
    page = clerk.get(path).text
    assert "纸本收存" in page
    assert "不是客户的电子签章" in page
    assert "签回.png" in page


def test_a_refusal_on_paper_needs_its_reason(site: Site, asked: Story) -> None:
    document = asked.document
    path = f"/documents/{document.id}"
    clerk = site.signed_in("li_wen")
    faulty = clerk.send(f"{path}/paper", f"{path}/paper", _paper(says="refuse"))
    assert (faulty.status_code, "不同意时必须写明意见" in faulty.text) == (422, True)
    answer = clerk.send(f"{path}/paper", f"{path}/paper", _paper(says="refuse", opinion="数量不符"))
    assert answer.status_code == 303
    assert "客户不接受" in clerk.get(path).text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"file": (io.BytesIO(b""), "")}, "请选择签回纸本"),
        ({"file": (io.BytesIO(b"MZ"), "签回.png")}, "内容不是"),
        ({"pin": "135790"}, "签章密码不对"),
    ],
)
def test_what_is_wrong_with_the_paper_is_said_on_the_same_page(
    site: Site, more: dict[str, object], said: str, asked: Story
) -> None:
    document = asked.document
    path = f"/documents/{document.id}/paper"
    answer = site.signed_in("li_wen").send(path, path, _paper(**more))
    assert answer.status_code == 422
    assert said in answer.text


def test_nobody_else_reaches_the_page_for_paper(site: Site, asked: Story) -> None:
    document = asked.document
    assert site.signed_in("zhao_min").get(f"/documents/{document.id}/paper").status_code == 403


def test_where_no_paper_is_waited_for_the_page_says_so(site: Site) -> None:
    document = finished_grievance(site.world)
    assert site.signed_in("li_wen").get(f"/documents/{document.id}/paper").status_code == 409


def test_the_keeper_notes_the_receipt_on_the_documents_page(site: Site, asked: Story) -> None:
    document = _distributed(site, asked.document)
    path = f"/documents/{document.id}"
    keeper, action = site.signed_in("he_mei"), f"/documents/{document.id}/copies/2/receipt"
    noted = {"noted.voucher_no": "JV-2611-018", "noted.booked_on": "2026-11-26"}
    assert keeper.send(path, action, noted).status_code == 303
    page = keeper.page(path)
    assert "JV-2611-018" in page.text
    assert not any(form.action == action for form in page.forms)


def test_a_blank_receipt_is_asked_again_with_what_was_typed(site: Site, asked: Story) -> None:
    document = _distributed(site, asked.document)
    action = f"/documents/{document.id}/copies/2/receipt"
    answer = site.signed_in("he_mei").send(f"/documents/{document.id}", action, {"noted.voucher_no": "JV-1"})
    assert answer.status_code == 422
    assert "JV-1" in answer.text
    assert "作账日期" in answer.text


def test_others_see_that_the_receipt_is_waited_for_and_cannot_note_it(site: Site, asked: Story) -> None:
    document = _distributed(site, asked.document)
    page = site.signed_in("li_wen").page(f"/documents/{document.id}")
    assert "存联部门还没有登记" in page.text
    assert not any(form.action.endswith("/receipt") for form in page.forms)


def test_a_form_is_opened_from_the_document_and_leads_to_its_first_step(site: Site) -> None:
    parent = finished_grievance(site.world)
    clerk = site.signed_in("li_wen")
    answer = clerk.send(f"/documents/{parent.id}", f"/documents/{parent.id}/open/rebate")
    assert answer.status_code == 303
    with site.world.office.database.read() as tx:
        (child,) = tx.documents.find(Search(parent=parent.id))
    assert answer.headers["Location"] == f"/documents/{child.id}/step"
    assert "最多开 1 张" in clerk.get(f"/documents/{parent.id}").text


def test_what_was_given_is_shown_and_not_asked(site: Site) -> None:
    parent = finished_grievance(site.world)
    clerk = site.signed_in("li_wen")
    answer = clerk.send(f"/documents/{parent.id}", f"/documents/{parent.id}/open/rebate")
    page = clerk.page(answer.headers["Location"])
    (form,) = [form for form in page.forms if form.action.endswith("/step")]
    assert "f.amount" in form.fields
    assert not {"f.customer", "f.approved", "f.grievance_no"} & form.fields.keys()
    assert "12,000.00" in page.text
