"""Signing elsewhere on its pages: prepared from the step, downloaded, sent back, kept as a draft, refused in words."""

import io

from forms_service.domain.document import Document
from tests.elsewhere import fill_with_pdfium, own_key, sign_with_pyhanko
from tests.handing_out import BOX, register
from tests.web.markup import read_markup
from tests.web.site import Site, Visitor, typed


def _step(document: Document) -> str:
    return f"/documents/{document.id}/step"


def _outside(document: Document) -> str:
    return f"/documents/{document.id}/outside"


def _waiting(site: Site) -> tuple[Document, Visitor]:
    register(site.world, "lin_guo")
    return site.signed_by("li_wen"), site.signed_in("lin_guo")


def _prepared(site: Site, **decided: str) -> tuple[Document, Visitor, bytes]:
    document, deputy = _waiting(site)
    step, prepare = _step(document), f"/documents/{document.id}/prepare"
    decided = {"decision": "approve", **decided}
    answer = deputy.send_elsewhere(step, step, prepare, {"opinion": "依规定办理", **decided})
    assert answer.headers["Location"] == f"{_outside(document)}?step=deputy_gm"
    links = [found["href"] for tag, found in deputy.page(_outside(document)).tags if tag == "a"]
    filled = deputy.get(next(link for link in links if link.endswith(".pdf")))
    assert "attachment" in filled.headers["Content-Disposition"]
    return document, deputy, filled.data


def _sent(visitor: Visitor, document: Document, file: bytes) -> tuple[int, str, str]:
    path = _outside(document)
    answer = visitor.send(path, path, {"file": (io.BytesIO(file), "签好.pdf")})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_a_prepared_file_signed_elsewhere_moves_the_document_on(site: Site) -> None:
    document, deputy, filled = _prepared(site)
    status, where, _ = _sent(deputy, document, sign_with_pyhanko(filled, BOX, own_key()))
    assert (status, where) == (303, f"/documents/{document.id}?done=signed")
    assert "在自己的程序里签的" in deputy.get(f"/documents/{document.id}").text


def test_a_return_is_prepared_by_its_own_button(site: Site) -> None:
    document, deputy, filled = _prepared(site, decision="return:prepare")
    buttons = [b["value"] for b in deputy.page(_step(document)).form(_step(document)).buttons if "formaction" in b]
    assert buttons[-2:] == ["approve", "return:prepare"]
    status, _, _ = _sent(deputy, document, sign_with_pyhanko(filled, BOX, own_key()))
    assert status == 303
    assert "退回" in site.signed_in("li_wen").get(f"/documents/{document.id}").text


def test_what_was_prepared_stands_in_the_step_when_one_comes_back(site: Site) -> None:
    document, deputy, _ = _prepared(site)
    page = deputy.get(_step(document)).text
    assert "依规定办理" in page
    assert "已下载，把签好的送上来" in page


def test_a_wrong_file_is_refused_on_the_page_with_what_to_do(site: Site) -> None:
    document, deputy, filled = _prepared(site)
    status, _, text = _sent(deputy, document, filled)
    assert (status, "还没有签" in text) == (422, True)
    assert _sent(deputy, document, b"hello")[0] == 422
    answer = deputy.send(_outside(document), _outside(document))
    assert (answer.status_code, "还没有选文件" in answer.text) == (422, True)


def test_faults_of_a_step_are_shown_before_anything_is_prepared(site: Site) -> None:
    register(site.world, "li_wen")
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    step, prepare = _step(document), f"/documents/{document.id}/prepare"
    answer = clerk.send_elsewhere(step, step, prepare, {**typed(), "f.reason": ""})
    assert (answer.status_code, "折让原因" in answer.text) == (422, True)
    assert clerk.send_elsewhere(step, step, prepare, typed()).status_code == 303


def test_without_a_certificate_the_step_leads_to_registering_one(site: Site) -> None:
    document, deputy = site.signed_by("li_wen"), site.signed_in("lin_guo")
    step = _step(document)
    assert "登记证书" in deputy.get(step).text
    assert (
        deputy.send_elsewhere(step, step, f"/documents/{document.id}/prepare", {"decision": "approve"}).status_code
        == 409
    )


def test_a_page_gone_stale_prepares_nothing(site: Site) -> None:
    document, deputy = _waiting(site)
    step, prepare = _step(document), f"/documents/{document.id}/prepare"
    answer = deputy.send_elsewhere(step, step, prepare, {"seen": "0" * 64, "decision": "approve"})
    assert answer.status_code == 409


def _confirmed(site: Site, clerk: Visitor, document: Document, field: str, value: str) -> dict[str, str]:
    """Fill in one field elsewhere, send the file back and confirm it; returns what stands in the step then."""
    blank = site.world.office.blobs.get(document.head)
    status, _, text = _sent(clerk, document, fill_with_pdfium(blank, field, value))
    assert (status, "请核对文件里填的内容" in text) == (200, True)
    keep = f"{_outside(document)}/draft"
    answer = clerk.client.post(keep, data=read_markup(text).form(keep).fields)
    assert answer.headers["Location"] == f"{_step(document)}?step=prepare"
    return clerk.page(_step(document)).form(_step(document)).fields


def test_what_was_only_filled_in_is_confirmed_and_kept_as_a_draft(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    assert _confirmed(site, clerk, document, "reason", "板面色差")["f.reason"] == "板面色差"


def test_what_a_file_says_nothing_of_stays_as_the_page_began(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    begun = clerk.page(_step(document)).form(_step(document)).fields["f.tax_rate"]
    assert begun
    assert _confirmed(site, clerk, document, "reason", "板面色差")["f.tax_rate"] == begun


def test_what_a_file_says_nothing_of_stays_in_the_draft(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    step = _step(document)
    clerk.send_elsewhere(step, step, f"/documents/{document.id}/draft", {"f.order_no": "SO-1", "f.reason": "草稿"})
    stands = _confirmed(site, clerk, document, "reason", "板面色差")
    assert (stands["f.order_no"], stands["f.reason"]) == ("SO-1", "板面色差")
