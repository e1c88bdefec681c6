"""Whom the firm trusts, on its page: 总经理室 proposes, the general manager signs, everybody else is refused."""

import io

from tests.company import company
from tests.elsewhere import own_key
from tests.web.site import Site, Visitor

PAGE = "/configuration/trust"


def _sent(visitor: Visitor, pem: str, **given: str) -> tuple[int, str]:
    answer = visitor.send(PAGE, PAGE, {"file": (io.BytesIO(pem.encode()), "root.pem"), **given})
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_an_authority_is_proposed_shown_as_waiting_and_counts_once_signed(site: Site) -> None:
    keeper = site.signed_in("zhao_min")
    assert f'href="{PAGE}"' in keeper.get("/configuration").text
    assert _sent(keeper, company().pem, kind="customer-ca", party="dongsheng", person="li_wen")[0] == 303
    page = keeper.get(PAGE).text
    assert ("等总经理签定" in page, "东升电子有限公司" in page) == (True, True)
    site.world.bring_into_force()
    assert [found.party for found in site.world.office.trust.customers] == ["dongsheng"]
    assert "生效" in keeper.page(PAGE).text


def test_a_removal_waits_for_the_signature_too(site: Site) -> None:
    keeper = site.signed_in("zhao_min")
    _sent(keeper, own_key("Li Wen").pem, kind="person", person="li_wen")
    site.world.bring_into_force()
    remove = f"{PAGE}/remove"
    assert keeper.send(PAGE, remove).status_code == 303
    assert len(site.world.office.trust.people) == 1
    assert "等签定后移除" in keeper.get(PAGE).text
    site.world.bring_into_force()
    assert not site.world.office.trust.people


def test_a_fault_stands_beside_the_file_and_what_was_chosen_stays(site: Site) -> None:
    keeper = site.signed_in("zhao_min")
    status, text = _sent(keeper, own_key("Li Wen").pem, kind="customer-ca", party="dongsheng")
    assert (status, "不是颁发机构的证书" in text) == (422, True)
    assert '<option value="dongsheng" selected>' in text
    assert _sent(keeper, company().pem)[0] == 422
    empty = keeper.send(PAGE, PAGE)
    assert (empty.status_code, "还没有选文件" in empty.text) == (422, True)


def test_an_auditor_reads_and_proposes_nothing(site: Site) -> None:
    auditor = site.signed_in("xu_jing")
    assert "加上一项" not in auditor.get(PAGE).text
    fields = auditor.page("/configuration").form("/logout").fields
    sent = {**fields, "kind": "person", "person": "li_wen", "file": (io.BytesIO(own_key("L").pem.encode()), "x.pem")}
    assert auditor.client.post(PAGE, data=sent).status_code == 403


def test_a_clerk_does_not_see_the_list(site: Site) -> None:
    assert site.signed_in("li_wen").get(PAGE).status_code == 403
