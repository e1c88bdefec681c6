"""A customer's own certificate on their pages: one line that leads to it, the file taken away, signed, sent back."""

import io

import pytest

from tests.company import authority_of, company, trusting
from tests.elsewhere import OwnKey, own_key, sign_with_pyhanko
from tests.test_answering_elsewhere import BOX, CLERK
from tests.web.site import CODE, Site, Visitor


@pytest.fixture
def trusting_site(site: Site) -> Site:
    trusting(site.world, authority_of("dongsheng", company()))
    return site


def _taken_away(customer: Visitor, token: str) -> bytes:
    own = f"/c/{token}/own"
    assert customer.send(own, own, {"consent": "y"}).headers["Location"] == own
    filled = customer.get(f"{own}/file.pdf")
    assert "attachment" in filled.headers["Content-Disposition"]
    return bytes(filled.data)


def _sent(customer: Visitor, token: str, pdf: bytes) -> tuple[int, str]:
    own = f"/c/{token}/own"
    answer = customer.send(own, f"{own}/signed", {"file": (io.BytesIO(pdf), "签好.pdf")})
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def _key() -> OwnKey:
    return company().issue(CLERK)


def test_a_customer_signs_with_their_companys_certificate_and_takes_a_copy(trusting_site: Site) -> None:
    _, token, customer = trusting_site.granted()
    assert f'href="/c/{token}/own"' in customer.get(f"/c/{token}/sign").text
    signed = sign_with_pyhanko(_taken_away(customer, token), BOX, _key())
    assert _sent(customer, token, signed) == (303, f"/c/{token}/done")
    assert "签好了" in customer.get(f"/c/{token}/done").text
    assert customer.get(f"/c/{token}/file.pdf").data == signed
    assert customer.get(f"/c/{token}/own").status_code == 410


def test_the_button_pressed_twice_leads_to_the_same_thanks(trusting_site: Site) -> None:
    _, token, customer = trusting_site.granted()
    signed = sign_with_pyhanko(_taken_away(customer, token), BOX, _key())
    own = f"/c/{token}/own"
    fields = customer.page(own).form(f"{own}/signed").fields
    answers = [
        customer.client.post(f"{own}/signed", data={**fields, "file": (io.BytesIO(signed), "签好.pdf")})
        for _ in range(2)
    ]
    assert [answer.headers["Location"] for answer in answers] == [f"/c/{token}/done"] * 2


def test_a_customer_whose_certificates_nobody_knows_sees_nothing_of_it(site: Site) -> None:
    _, token, customer = site.granted()
    assert "自己的证书" not in customer.get(f"/c/{token}/sign").text
    assert customer.get(f"/c/{token}/own").status_code == 409


def test_the_page_asks_for_consent_once(trusting_site: Site) -> None:
    _, token, customer = trusting_site.granted()
    own = f"/c/{token}/own"
    answer = customer.send(own, own)
    assert (answer.status_code, 'href="#consent"' in answer.text) == (422, True)
    _taken_away(customer, token)
    assert "您已同意电子签署" in customer.get(f"/c/{token}/sign").text


def test_a_file_that_is_refused_says_why_and_the_page_signs_on(trusting_site: Site) -> None:
    _, token, customer = trusting_site.granted()
    filled = _taken_away(customer, token)
    status, text = _sent(customer, token, sign_with_pyhanko(filled, BOX, own_key(CLERK)))
    assert (status, "颁发机构没有登记" in text, "单据没有改变" in text) == (422, True, True)
    assert _sent(customer, token, filled)[0] == 422
    assert _sent(customer, token, b"hello")[0] == 422
    own = f"/c/{token}/own"
    empty = customer.send(own, f"{own}/signed")
    assert (empty.status_code, "还没有选文件" in empty.text) == (422, True)
    accept = {"answer": "accept", "agree": "y"}
    assert customer.send(f"/c/{token}/sign", f"/c/{token}/sign", accept).status_code == 303


def test_without_the_code_no_page_of_it_opens(trusting_site: Site) -> None:
    _, token = trusting_site.invited()
    stranger = trusting_site.visitor()
    for page in (f"/c/{token}/own", f"/c/{token}/own/file.pdf"):
        assert stranger.get(page).status_code == 422


def test_another_browser_goes_on_after_a_code_of_its_own(trusting_site: Site) -> None:
    _, token, customer = trusting_site.granted()
    filled = _taken_away(customer, token)
    other = trusting_site.visitor()
    other.send(f"/c/{token}", f"/c/{token}/code")
    other.send(f"/c/{token}/code", f"/c/{token}/open", {"code": CODE})
    assert _sent(other, token, sign_with_pyhanko(filled, BOX, _key()))[0] == 303
