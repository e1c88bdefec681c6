"""The customer's consent on their pages: asked once, shown as given, taken back; and what the clerk then sees."""

from tests.web.site import CODE, Site, Visitor

ACCEPT = {"answer": "accept", "agree": "y"}


def _again(site: Site) -> tuple[str, Visitor]:
    """Bring a second document to a contact who signed a first one."""
    site.finished()
    _, token, customer = site.granted()
    return token, customer


def test_without_the_tick_the_page_asks_for_consent(site: Site) -> None:
    _, token, customer = site.granted()
    answer = customer.send(f"/c/{token}/sign", f"/c/{token}/sign", ACCEPT)
    assert answer.status_code == 422
    assert 'href="#consent"' in answer.text


def test_a_later_visit_shows_it_as_given_and_asks_no_more(site: Site) -> None:
    token, customer = _again(site)
    page = customer.get(f"/c/{token}/sign").text
    assert "您已同意电子签署" in page
    assert 'name="consent"' not in page
    assert customer.send(f"/c/{token}/sign", f"/c/{token}/sign", ACCEPT).status_code == 303


def test_taken_back_the_page_says_paper_and_offers_no_answer(site: Site) -> None:
    token, customer = _again(site)
    fields = customer.page(f"/c/{token}/sign").form(f"/c/{token}/sign").fields
    assert customer.send(f"/c/{token}/sign", f"/c/{token}/consent/withdraw").status_code == 303
    page = customer.get(f"/c/{token}/sign").text
    assert "您已改用纸本" in page
    assert f'action="/c/{token}/sign"' not in page
    stale = customer.client.post(f"/c/{token}/sign", data={**fields, **ACCEPT, "consent": "y"})
    assert stale.status_code == 409
    assert "打印、盖章" in stale.text
    assert customer.get(f"/c/{token}/file.pdf").data.startswith(b"%PDF")


def test_a_stranger_with_the_link_but_no_code_takes_nothing_back(site: Site) -> None:
    token, _ = _again(site)
    stranger = site.visitor()
    fields = stranger.page(f"/c/{token}").form(f"/c/{token}/code").fields
    answer = stranger.client.post(f"/c/{token}/consent/withdraw", data={"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 422


def test_the_clerk_registers_a_withdrawal_and_sees_that_paper_is_due(site: Site) -> None:
    site.finished()
    document, _, _ = site.granted()
    clerk, page = site.signed_in("li_wen"), f"/documents/{document.id}"
    assert clerk.send(page, f"{page}/consent/withdraw").status_code == 303
    text = clerk.get(page).text
    assert "客户改用纸本" in text
    assert "登记客户撤回电子签署" not in text


def test_where_consent_stands_the_code_a_tick_and_three_buttons_are_all_there_is_to_do(site: Site) -> None:
    site.finished()
    _, token = site.invited()
    customer = site.visitor()
    customer.send(f"/c/{token}", f"/c/{token}/code")
    customer.send(f"/c/{token}/code", f"/c/{token}/open", {"code": CODE})
    assert customer.page(f"/c/{token}/sign").form(f"/c/{token}/sign").fields["name"]
    assert customer.send(f"/c/{token}/sign", f"/c/{token}/sign", ACCEPT).status_code == 303
