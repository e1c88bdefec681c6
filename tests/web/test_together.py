"""Deciding together on the pages: 会签 and what changed meanwhile, 代签, 加签, 转交, 知会."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.opening import open_document
from tests.joint_form import ASKED, MEMORANDUM
from tests.web.markup import read_markup
from tests.web.site import Site, Visitor, open_site

TODAY, FRIDAY = "2026-11-24", "2026-11-27"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = open_site(tmp_path)
    opened.world.publish(MEMORANDUM.encode(), "memorandum.yaml")
    yield opened
    opened.close()


def _drafted(site: Site, **changes: str) -> Document:
    document = open_document(site.world.office, site.world.person("li_wen"), "memorandum")
    return site.world.sign(document, "li_wen", raw={**ASKED, **changes})


def _at_review(site: Site) -> Document:
    document = _drafted(site, unit="")
    for step, person in (("joint_1", "sun_yue"), ("joint_2", "gao_yuan")):
        document = site.world.sign(document, person, step=step)
    return document


def _step(document: Document) -> str:
    return f"/documents/{document.id}/step"


def _now(site: Site, document: Document) -> Document:
    with site.world.office.database.read() as tx:
        return tx.documents.get(document.id)


def _delegate(site: Site, who: str = "yuan_li", **given: str) -> Visitor:
    visitor = site.signed_in(who)
    asked = {"delegate": "feng_qiang", "starts_on": TODAY, "ends_on": FRIDAY, "reason": "出差", **given}
    answer = visitor.send("/delegations", "/delegations", asked)
    assert answer.status_code == 303, answer.text
    return visitor


def _buttons(visitor: Visitor, path: str) -> list[str]:
    form = visitor.page(path).form(path)
    return [button["value"] for button in form.buttons if button.get("name") == "decision"]


def test_each_member_gets_their_own_step_and_sees_the_others(site: Site) -> None:
    document = _drafted(site)
    page = site.signed_in("gao_yuan").page(_step(document))
    assert page.form(_step(document)).fields["step"] == "joint_2"
    assert "会办：各方自己签，先后不限" in page.text
    for name in ("会办（质量管理部）", "会办（会办单位）", "孙悦、唐颖"):
        assert name in page.text


def test_a_member_sees_what_another_decided(site: Site) -> None:
    document = site.world.sign(_drafted(site), "gao_yuan", step="joint_2", opinion="样品已测")
    text = site.signed_in("sun_yue").page(_step(document)).text
    assert "研发部经理 高远" in text
    assert "样品已测" in text


def test_a_stale_page_keeps_what_was_typed_and_says_who_decided_what_meanwhile(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    fields = visitor.page(_step(document)).form(_step(document)).fields
    site.world.sign(document, "gao_yuan", step="joint_2", opinion="样品已测")
    given = {**fields, "pin": PIN, "decision": "approve", "opinion": "品质无疑义"}
    stale = visitor.client.post(_step(document), data=given)
    assert stale.status_code == 409
    for words in ("您打开之后，这张单据有了变动", "研发部经理 高远", "样品已测", "品质无疑义</textarea>"):
        assert words in stale.text
    assert PIN not in stale.text
    assert _now(site, document).signed("joint_1") is None


def test_the_page_that_says_what_changed_signs_at_the_next_click(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    fields = visitor.page(_step(document)).form(_step(document)).fields
    moved = site.world.sign(document, "gao_yuan", step="joint_2")
    stale = visitor.client.post(_step(document), data={**fields, "pin": PIN, "decision": "approve"})
    again = {**fields, "seen": moved.head, "pin": PIN, "decision": "approve"}
    assert f'value="{moved.head}"' in stale.text
    assert visitor.client.post(_step(document), data=again).status_code == 303
    assert _now(site, document).signed("joint_1") is not None


def test_a_draft_from_before_says_what_changed_since(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    given = {"opinion": "先记一笔"}
    visitor.send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/draft", given)
    site.world.sign(document, "gao_yuan", step="joint_2")
    text = visitor.get(_step(document)).text
    assert "先记一笔</textarea>" in text
    assert "有了变动" in text


def test_what_is_over_for_the_member_too_is_told_as_a_stop(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    fields = visitor.page(_step(document)).form(_step(document)).fields
    site.world.sign(document, "gao_yuan", step="joint_2", decision="return:draft", opinion="缺报价")
    answer = visitor.client.post(_step(document), data={**fields, "pin": PIN, "decision": "approve"})
    assert answer.status_code == 409
    assert "没有签章" in answer.text


def test_the_document_page_shows_every_member_that_is_waited_for(site: Site) -> None:
    document = site.world.sign(_drafted(site), "gao_yuan", step="joint_2")
    text = site.signed_in("li_wen").page(f"/documents/{document.id}").text
    assert "等候「会办」" in text
    for name in ("质量管理部 孙悦、唐颖", "服务部 曹阳"):
        assert name in text


def test_a_delegates_inbox_marks_whom_it_is_for(site: Site) -> None:
    document = _at_review(site)
    delegate = site.signed_in("feng_qiang")
    assert document.number not in delegate.get("/").text
    _delegate(site)
    text = delegate.get("/").text
    assert document.number in text
    assert "代 袁立新" in text
    assert document.number in delegate.get("/?only=behalf").text
    assert f">{document.number}</a>" not in delegate.get("/?only=own").text


def test_the_navigation_counts_what_waits_and_not_what_one_was_told(site: Site) -> None:
    site.world.sign(_at_review(site), "yuan_li")
    assert "1 条没有看过" in site.signed_in("lin_guo").get("/?tab=told").text
    assert ' 件"' not in site.signed_in("lin_guo").get("/key").text
    _at_review(site)
    _delegate(site)
    assert 'aria-label="1 件"' in site.signed_in("feng_qiang").get("/key").text


def test_a_delegate_signs_by_one_button_that_says_for_whom(site: Site) -> None:
    document = _at_review(site)
    _delegate(site)
    delegate = site.signed_in("feng_qiang")
    assert "代 袁立新 同意并签章" in delegate.get(_step(document)).text
    answer = delegate.send(_step(document), _step(document), {"pin": PIN, "decision": "approve"})
    assert answer.status_code == 303
    assert _now(site, document).signatures[-1].on_behalf_of == "yuan_li"
    assert "经理（代 袁立新） 冯强" in site.signed_in("li_wen").page(f"/documents/{document.id}").text


def test_a_delegate_of_two_chooses_for_whom(site: Site) -> None:
    document = _at_review(site)
    _delegate(site)
    _delegate(site, "lin_guo")
    delegate = site.signed_in("feng_qiang")
    page = delegate.page(_step(document))
    choices = [a for tag, a in page.tags if tag == "input" and a.get("name") == "for"]
    assert [choice["value"] for choice in choices] == ["yuan_li", "lin_guo"]
    delegate.send(_step(document), _step(document), {"pin": PIN, "decision": "approve", "for": "yuan_li"})
    assert _now(site, document).signatures[-1].role == "经理（代 袁立新）"


def test_a_delegation_is_shown_to_both_and_ended_by_the_principal(site: Site) -> None:
    principal = _delegate(site, cap="20,000", form="memorandum")
    assert "《会办单》，金额不超过 20,000.00" in principal.get("/delegations").text
    delegate = site.signed_in("feng_qiang")
    received = delegate.page("/delegations")
    assert "委托给我的" in received.text
    assert not any(form.action.endswith("/end") for form in received.forms)
    action = next(form.action for form in principal.page("/delegations").forms if form.action.endswith("/end"))
    assert principal.send("/delegations", action).status_code == 303
    assert "已撤销" in principal.get("/delegations").text
    assert delegate.client.post(action, data={"csrf_token": received.forms[0].fields["csrf_token"]}).status_code == 403


@pytest.mark.parametrize(
    ("given", "anchor"),
    [
        ({"delegate": ""}, "delegate"),
        ({"delegate": "yuan_li"}, "delegate"),
        ({"starts_on": "明天"}, "starts_on"),
        ({"ends_on": "2026-11-01"}, "ends_on"),
        ({"cap": "很多"}, "cap"),
        ({"cap": "NaN"}, "cap"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_faulty_delegation_comes_back_with_what_was_typed(site: Site, given: dict[str, str], anchor: str) -> None:
    visitor = site.signed_in("yuan_li")
    asked = {"delegate": "feng_qiang", "starts_on": TODAY, "ends_on": FRIDAY, "reason": "出差去南方", **given}
    answer = visitor.send("/delegations", "/delegations", asked)
    assert answer.status_code == 422
    assert f'href="#{anchor}"' in answer.text
    assert anchor == "reason" or "出差去南方" in answer.text


def test_only_an_overseer_may_delegate_for_another(site: Site) -> None:
    assert 'name="principal"' not in site.signed_in("yuan_li").get("/delegations").text
    assert 'name="principal"' in site.signed_in("zhao_min").get("/delegations").text
    fields = site.signed_in("yuan_li").page("/delegations").form("/delegations").fields
    asked = {"delegate": "feng_qiang", "starts_on": TODAY, "ends_on": TODAY, "reason": "x", "principal": "lin_guo"}
    assert site.signed_in("yuan_li").client.post("/delegations", data={**fields, **asked}).status_code in (400, 403)


def _ask(site: Site, document: Document, **given: object) -> Visitor:
    visitor = site.signed_in("sun_yue")
    asked = {"asked": ["xie_fang"], "question": "板材耐热吗？", "opinion": "待问", **given}
    visitor.send_elsewhere(_step(document), _step(document), f"/documents/{document.id}/consult", asked)
    return visitor


def test_a_question_waits_in_the_colleagues_inbox_and_is_answered_on_the_document(site: Site) -> None:
    document = _drafted(site)
    _ask(site, document)
    colleague = site.signed_in("xie_fang")
    assert "孙悦请教您：板材耐热吗？" in colleague.get("/").text
    page = colleague.page(f"/documents/{document.id}")
    action = next(form.action for form in page.forms if "/consultations/" in form.action)
    assert colleague.send(f"/documents/{document.id}", action, {"opinion": "已测，合格"}).status_code == 303
    assert "请教您" not in colleague.get("/").text
    asker = site.signed_in("sun_yue")
    assert "已测，合格" in asker.get(_step(document)).text
    assert "谢芳就" in asker.get("/?tab=told").text


def test_asking_keeps_what_was_typed_for_the_step(site: Site) -> None:
    document = _drafted(site)
    assert "待问</textarea>" in _ask(site, document).get(_step(document)).text


def test_an_empty_question_comes_back_with_the_colleague_ticked(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    given = {"asked": ["xie_fang"], "question": " "}
    path = f"/documents/{document.id}/consult"
    answer = visitor.send_elsewhere(_step(document), _step(document), path, given)
    assert answer.status_code == 422
    assert 'href="#question"' in answer.text
    assert 'value="xie_fang" checked' in answer.text


def test_signing_with_an_open_question_warns_and_asks_a_reason(site: Site) -> None:
    document = _drafted(site)
    visitor = _ask(site, document)
    answer = visitor.send(_step(document), _step(document), {"pin": PIN, "decision": "approve"})
    assert answer.status_code == 422
    assert "谢芳还没有答复" in answer.text
    given = {"pin": PIN, "decision": "approve", "reason": "等不及"}
    fields = read_markup(answer.text).form(_step(document)).fields
    assert visitor.client.post(_step(document), data={**fields, **given}).status_code == 303


def test_a_step_is_handed_over_on_its_page_and_taken_back_on_the_documents(site: Site) -> None:
    document, visitor = _drafted(site), site.signed_in("sun_yue")
    path = f"/documents/{document.id}/hand-over"
    answer = visitor.send_elsewhere(_step(document), _step(document), path, {"to": "tang_ying"})
    assert answer.status_code == 303
    assert visitor.get(_step(document)).status_code == 403
    assert document.number in site.signed_in("tang_ying").get("/").text
    page = f"/documents/{document.id}"
    assert "已交给 唐颖 办理" in visitor.page(page).text
    assert visitor.send(page, f"{page}/take-back").headers["Location"] == f"{page}/step?step=joint_1"
    assert visitor.get(_step(document)).status_code == 200


def test_notes_are_new_until_seen(site: Site) -> None:
    document = _at_review(site)
    site.world.sign(document, "yuan_li")
    other = site.signed_in("lin_guo")
    page = other.page("/?tab=told")
    assert "1 条没有看过的知会" in page.text
    assert f"{document.number}「核阅」由袁立新签章同意，您不用再办。" in page.text
    assert f"/documents/{document.id}" in [a.get("href") for tag, a in page.tags if tag == "a"]
    assert other.send("/?tab=told", "/notes/seen").status_code == 303
    assert "没有新的知会" in other.get("/?tab=told").text


def test_a_note_leads_nowhere_once_there_is_nothing_to_see(site: Site) -> None:
    document = _drafted(site)
    _ask(site, document)
    site.world.sign(document, "sun_yue", step="joint_1", reason="不等了")
    page = site.signed_in("xie_fang").page("/?tab=told")
    assert "不用再答复" in page.text
    assert f"/documents/{document.id}" not in [a.get("href") for tag, a in page.tags if tag == "a"]


def test_notes_are_found_by_their_words(site: Site) -> None:
    document = _at_review(site)
    site.world.sign(document, "yuan_li")
    other = site.signed_in("lin_guo")
    assert document.number in other.get(f"/?tab=told&q={document.number}").text
    assert "您不用再办" not in other.get("/?tab=told&q=没有的字").text


@pytest.mark.parametrize("path", ["/", "/?tab=told", "/delegations", "step", "document"])
def test_every_page_keeps_its_manners(site: Site, path: str) -> None:
    document = _at_review(site)
    _delegate(site)
    where = {"step": _step(document), "document": f"/documents/{document.id}"}.get(path, path)
    page = site.signed_in("feng_qiang").page(where)
    assert page.headings == 1
    assert page.unlabelled == []
    assert sorted(page.ids) == sorted(set(page.ids))
    named = {part for _, found in page.tags for part in found.get("aria-describedby", "").split()}
    assert named <= set(page.ids)
    assert all(form.fields.get("csrf_token") for form in page.forms if form.method == "post")
