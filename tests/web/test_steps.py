"""A step on its page: filling, signing, deciding, and every way in which it is refused in words."""

import io

import pytest

from forms_service.domain.document import Document
from forms_service.workflow.demonstrating import PIN
from tests.allowance import ALLOWANCE
from tests.web.markup import read_markup
from tests.web.site import STAFF, Site, Visitor, typed

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200


def _step(document: Document) -> str:
    return f"/documents/{document.id}/step"


def _state(site: Site, document: Document) -> Document:
    with site.world.office.database.read() as tx:
        return tx.documents.get(document.id)


def _decide(site: Site, document: Document, who: str, **given: str) -> "tuple[int, str]":
    answer = site.signed_in(who).send(_step(document), _step(document), {"pin": PIN, "decision": "approve", **given})
    return answer.status_code, answer.text


def test_opening_a_form_leads_to_its_first_step(site: Site) -> None:
    clerk = site.signed_in("li_wen")
    answer = clerk.send("/new", "/new/sales-allowance")
    assert answer.headers["Location"].endswith("/step")
    assert clerk.get(answer.headers["Location"]).status_code == 200


def test_somebody_elses_form_cannot_be_opened(site: Site) -> None:
    bookkeeper = site.signed_in("he_mei")
    token = bookkeeper.page("/").form("/logout").fields["csrf_token"]
    assert bookkeeper.client.post("/new/sales-allowance", data={"csrf_token": token}).status_code == 403


def test_a_filled_and_signed_step_goes_to_the_next_person(site: Site) -> None:
    document = site.signed_by()
    answer = site.signed_in("li_wen").send(_step(document), _step(document), typed())
    assert answer.headers["Location"] == f"/documents/{document.id}?done=signed"
    assert _state(site, document).step == "deputy_gm"


def test_the_page_says_what_the_signature_will_lock(still: Site) -> None:
    page = still.signed_in("li_wen").get(_step(still.signed_by())).text
    assert "您将锁定这 17 栏" in page


def test_the_page_shows_exactly_the_bytes_that_will_be_signed(still: Site) -> None:
    document = still.signed_by("li_wen")
    page = still.signed_in("lin_guo").page(_step(document))
    pictures = [found["src"] for tag, found in page.tags if tag == "img"]
    assert pictures == [f"/documents/{document.id}/pages/1.png?digest={document.head}"]
    assert page.form(_step(document)).fields["seen"] == document.head


def test_every_fault_is_told_at_once_and_linked_to_its_cell(site: Site) -> None:
    document = site.signed_by()
    answer = site.signed_in("li_wen").send(
        _step(document), _step(document), typed({"approved_amount": "一万", "lines.1.qty": "3"})
    )
    assert answer.status_code == 422
    assert "应填金额" in answer.text
    for anchor in ("f.customer", "f.approved_amount", "f.lines.1.item"):
        assert f'href="#{anchor}"' in answer.text
        assert f'id="{anchor}"' in answer.text
    assert _state(site, document).head == document.head


def test_what_was_typed_stands_in_the_form_again(site: Site) -> None:
    document = site.signed_by()
    answer = site.signed_in("li_wen").send(
        _step(document), _step(document), typed({"approved_amount": "一万", "reason": "色差"})
    )
    assert 'value="一万"' in answer.text
    assert "色差</textarea>" in answer.text
    assert PIN not in answer.text


def test_full_width_digits_are_taken(site: Site) -> None:
    document = site.signed_by()
    raw = {**ALLOWANCE, "lines.1.qty": "１２００", "approved_amount": "１２，０００"}
    assert site.signed_in("li_wen").send(_step(document), _step(document), typed(raw)).status_code == 303


def test_a_negative_price_is_refused_in_words(site: Site) -> None:
    document = site.signed_by()
    raw = {**ALLOWANCE, "lines.1.new_price": "-1"}
    answer = site.signed_in("li_wen").send(_step(document), _step(document), typed(raw))
    assert 'href="#f.lines.1.new_price"' in answer.text


def test_too_long_a_text_says_how_much_to_cut(site: Site) -> None:
    document = site.signed_by()
    answer = site.signed_in("li_wen").send(
        _step(document), _step(document), typed({**ALLOWANCE, "order_no": "9" * 300})
    )
    assert "请删减 270 个字" in answer.text


def test_a_cell_of_a_later_step_cannot_be_slipped_in(site: Site) -> None:
    document = site.signed_by()
    site.signed_in("li_wen").send(_step(document), _step(document), typed() | {"f.grand_total": "1"})
    assert _state(site, document).amount == "10,627.68"


def test_a_wrong_pin_signs_nothing_and_keeps_what_was_typed(site: Site) -> None:
    document = site.signed_by()
    answer = site.signed_in("li_wen").send(_step(document), _step(document), typed(pin="135790"))
    assert answer.status_code == 422
    assert 'href="#pin"' in answer.text
    assert 'value="SO-2026-1187"' in answer.text
    assert _state(site, document).head == document.head


def test_five_wrong_pins_lock_the_key(site: Site) -> None:
    document = site.signed_by("li_wen")
    codes = [_decide(site, document, "lin_guo", pin="135790")[0] for _ in range(6)]
    assert codes[-1] == 423


def test_faults_in_the_form_cost_no_try_at_the_pin(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    for _ in range(6):
        clerk.send(_step(document), _step(document), typed({"reason": "色差"}, pin="135790"))
    assert clerk.send(_step(document), _step(document), typed()).status_code == 303


def test_a_page_gone_stale_signs_nothing(site: Site) -> None:
    document = site.signed_by("li_wen")
    deputy = site.signed_in("lin_guo")
    fields = deputy.page(_step(document)).form(_step(document)).fields | {"pin": PIN, "decision": "approve"}
    assert deputy.client.post(_step(document), data=fields).status_code == 303
    again = deputy.client.post(_step(document), data=fields)
    assert again.status_code == 409
    assert "没有签章" in again.text


def test_a_return_needs_an_opinion_and_then_starts_a_round(site: Site) -> None:
    document = site.signed_by(*STAFF[:2])
    code, text = _decide(site, document, "wang_jian", decision="return:prepare")
    assert code == 422
    assert 'href="#opinion"' in text
    assert _decide(site, document, "wang_jian", decision="return:prepare", opinion="单价请再核对")[0] == 303
    assert (_state(site, document).step, _state(site, document).round) == ("prepare", 2)


def test_after_a_return_the_page_says_why_and_keeps_the_answers(site: Site) -> None:
    document = site.signed_by(*STAFF[:2])
    _decide(site, document, "wang_jian", decision="return:prepare", opinion="单价请再核对")
    page = site.signed_in("li_wen").get(_step(document)).text
    assert "单价请再核对" in page
    assert 'value="QK20463157"' in page


@pytest.mark.parametrize(("who", "signed"), [("lin_guo", ("li_wen",)), ("wang_jian", ("li_wen", "lin_guo"))])
def test_whoever_sent_a_document_back_still_sees_it(site: Site, who: str, signed: tuple[str, ...]) -> None:
    document = site.signed_by(*signed)
    assert _decide(site, document, who, decision="return:prepare", opinion="单价请再核对")[0] == 303
    page = f"/documents/{document.id}"
    assert site.signed_in(who).get(f"{page}?done=signed").status_code == 200
    assert site.signed_in("lin_guo").get(page).status_code == 200
    assert site.signed_in("wu_gang").get(page).status_code == 404


def test_a_rejection_ends_the_document(site: Site) -> None:
    document = site.signed_by(*STAFF[:2])
    assert _decide(site, document, "wang_jian", decision="reject", opinion="不予折让")[0] == 303
    assert _state(site, document).state == "rejected"


def test_a_decision_that_the_step_does_not_have_is_refused(site: Site) -> None:
    document = site.signed_by("li_wen")
    assert _decide(site, document, "lin_guo", decision="reject", opinion="x")[0] == 409


def test_each_button_says_what_happens(still: Site) -> None:
    page = still.signed_in("wang_jian").page(_step(still.signed_by(*STAFF[:2])))
    buttons = next(form.buttons for form in page.forms if form.action.endswith("/step"))
    assert [button["value"] for button in buttons] == ["approve", "return:prepare", "return:deputy_gm", "reject"]


def test_a_signing_session_saves_the_second_pin_and_can_be_ended(site: Site) -> None:
    deputy = site.signed_in("lin_guo")
    first, second, third = (site.signed_by("li_wen") for _ in range(3))
    deputy.send(_step(first), _step(first), {"pin": PIN, "decision": "approve", "keep_open": "y"})
    assert deputy.send(_step(second), _step(second), {"decision": "approve"}).status_code == 303
    deputy.send("/key", "/key/session/close")
    assert deputy.send(_step(third), _step(third), {"decision": "approve"}).status_code == 422


def test_a_draft_keeps_what_was_typed_faults_and_all(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    given = {"f.approved_amount": "一万", "f.reason": "色差"}
    clerk.send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/draft", given)
    page = clerk.get(_step(document)).text
    assert 'value="一万"' in page
    assert "草稿存于" in page


def test_a_colleagues_draft_is_not_shown(site: Site) -> None:
    document = site.signed_by()
    given = {"f.reason": "只给自己看"}
    site.signed_in("li_wen").send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/draft", given)
    assert "只给自己看" not in site.signed_in("zhou_hao").get(_step(document)).text


def test_sums_are_worked_out_as_one_types(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    answer = clerk.send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/calculate", typed())
    assert answer.json is not None
    assert (answer.json["grand_total"], answer.json["lines.2.amount"]) == ("10,627.68", "1,121.60")


def test_sums_stand_beside_the_rows_as_typed_with_a_gap(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    raw = {"lines.3.qty": "2", "lines.3.old_price": "5", "lines.3.new_price": "4"}
    answer = clerk.send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/calculate", typed(raw))
    assert answer.json is not None
    assert (answer.json["lines.1.amount"], answer.json["lines.3.amount"]) == ("", "2.00")


def test_without_a_key_the_page_leads_to_setting_a_pin(site: Site) -> None:
    visitor = site.signed_in_without_key("zhou_hao")
    page = visitor.get(_step(site.signed_by())).text
    assert "设置签章密码" in page
    assert "disabled" in page


def _with_file(name: str, data: bytes) -> dict[str, object]:
    raw = typed({**ALLOWANCE, "evidence": "invoice_copy"})
    return {**raw, "f.invoice_copy.file": (io.BytesIO(data), name)}


def test_an_attachment_is_signed_by_name_and_digest_and_can_be_fetched(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    answer = clerk.send(_step(document), _step(document), _with_file("..\\..\\发票 影印本.png", PNG))
    assert answer.status_code == 303, answer.text
    page = clerk.page(f"/documents/{document.id}")
    href = next(found["href"] for tag, found in page.tags if tag == "a" and "/files/" in found.get("href", ""))
    file = clerk.get(href)
    assert file.data == PNG
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "发票 影印本.png SHA-256" in page.text


@pytest.mark.parametrize(
    ("name", "data"), [("a.png", b"MZ..."), ("a.exe", b"MZ..."), ("a.svg", b"<svg/>"), ("a.png", b"")]
)
def test_a_file_that_is_not_what_it_claims_is_refused(site: Site, name: str, data: bytes) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    answer = clerk.send(_step(document), _step(document), _with_file(name, data))
    assert answer.status_code == 422
    assert 'href="#f.invoice_copy"' in answer.text


def test_a_file_handed_in_with_faults_need_not_be_chosen_again(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    first = clerk.send(_step(document), _step(document), {**_with_file("发票.png", PNG), "f.reason": ""})
    assert first.status_code == 422
    assert "已附 发票.png" in first.text
    kept = _resend(clerk, document, first.text, {"f.reason": "色差", "pin": PIN, "decision": "approve"})
    assert kept == 303


def test_an_attachment_that_was_never_given_cannot_be_named(site: Site) -> None:
    document, clerk = site.signed_by(), site.signed_in("li_wen")
    raw = typed({**ALLOWANCE, "evidence": "invoice_copy", "invoice_copy": f"假的.png SHA-256 {'0' * 64}"})
    answer = clerk.send(_step(document), _step(document), raw)
    assert answer.status_code == 422


def _resend(visitor: Visitor, document: Document, html: str, more: dict[str, str]) -> int:
    form = read_markup(html).form(_step(document))
    return visitor.client.post(_step(document), data={**form.fields, **more}).status_code


def test_an_opinion_of_several_lines_is_taken_as_browsers_send_it(site: Site) -> None:
    document = site.signed_by("li_wen")
    assert _decide(site, document, "lin_guo", opinion="第一点\r\n第二点\r\n")[0] == 303
    assert _state(site, document).signatures[-1].opinion == "第一点\n第二点"


def test_the_inbox_marks_what_came_back_until_it_is_signed_again(site: Site) -> None:
    document = site.signed_by("li_wen")
    assert _decide(site, document, "lin_guo", decision="return:prepare", opinion="数量请核对")[0] == 303
    clerk = site.signed_in("li_wen")
    assert "已退回" in clerk.get("/").text
    _decide(site, _state(site, document), "li_wen")
    assert "已退回" not in site.signed_in("lin_guo").get("/").text
