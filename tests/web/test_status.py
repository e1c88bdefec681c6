"""The public status page: what a paper's code leads to, in every state that a document can be in."""

from forms_service.domain.document import Document
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.opening import open_document
from forms_service.workflow.withdrawing import void_document
from tests.web.site import STAFF, Site


def _told(site: Site, document: Document) -> str:
    return site.visitor().get(f"/d/{document.id}").text


def _reissued(site: Site, document: Document) -> Document:
    office = site.world.office
    return open_document(office, site.world.person("li_wen"), "sales-allowance", supersedes=document.id)


def test_a_finished_document_is_valid(site: Site) -> None:
    told = _told(site, site.finished())
    assert "签核完成，有效" in told
    assert "4 / 4 步已签" in told


def test_one_in_progress_is_not_yet(site: Site) -> None:
    assert "还在签核，尚未生效" in _told(site, site.signed_by(*STAFF))


def test_a_void_one_is_void(site: Site) -> None:
    document = site.signed_by("li_wen")
    void_document(site.world.office, site.world.person("li_wen"), document.id, "客户改单")
    told = _told(site, document)
    assert "已经作废，不能使用" in told
    assert "客户改单" not in told


def test_a_rejected_one_cannot_be_used(site: Site) -> None:
    rejected = site.world.sign(site.signed_by("li_wen", "lin_guo"), "wang_jian", decision="reject", opinion="重复")
    assert "已被驳回，不能使用" in _told(site, rejected)


def test_one_that_was_issued_anew_is_superseded_and_leads_to_the_new_one(site: Site) -> None:
    old = site.finished()
    new = _reissued(site, old)
    told = site.visitor().page(f"/d/{old.id}")
    assert "已被新开的一张取代，不能再用" in told.text
    assert new.number in told.text
    assert f'href="/d/{new.id}"' in site.visitor().get(f"/d/{old.id}").text


def test_a_void_reissue_takes_nobodys_place(site: Site) -> None:
    old = site.finished()
    new = _reissued(site, old)
    void_document(site.world.office, site.world.person("li_wen"), new.id, "开错")
    assert "签核完成，有效" in _told(site, old)


def test_papers_of_an_earlier_round_are_superseded(site: Site) -> None:
    sent_back = site.world.sign(site.signed_by("li_wen"), "lin_guo", decision="return:prepare", opinion="改单价")
    assert "现在是第 2 轮。以前各轮印出的纸本、存下的电子档都已被取代" in _told(site, sent_back)
    assert "以前各轮" not in _told(site, site.world.open_allowance())


def test_it_shows_nothing_of_the_content(site: Site) -> None:
    told = _told(site, site.finished())
    assert not [word for word in ("东升电子", "10,627.68", "四层印刷电路板", PIN) if word in told]


def test_an_unknown_code_is_told_as_such(site: Site) -> None:
    answer = site.visitor().get("/d/nothing")
    assert (answer.status_code, "没有识别码为" in answer.text) == (404, True)


def test_the_file_at_hand_can_be_handed_in_at_once(site: Site) -> None:
    page = site.visitor().page(f"/d/{site.signed_by('li_wen').id}")
    assert page.form("/verify").method == "post"
