"""The configuration page: what is assumed, what a proposal changes, and who may sign it there."""

import pytest

from forms_service.settings import ROOT
from forms_service.workflow.bringing_into_force import waiting
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.publishing import publish
from tests.web.site import Site

SPEC = (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_text(encoding="utf-8")
TAX = ("policies/tax.yaml", "tax_rate: 5%", "tax_rate: 6%")


def proposed(site: Site) -> str:
    """Change the tax rate in the folder; returns the page of the proposal."""
    site.world.change(*TAX)
    return f"/configuration/{waiting(site.world.office)[0].sha256}"


def rate(site: Site) -> str:
    policy = next(policy for policy in site.world.office.organisation.policies if policy.id == "tax")
    return dict(policy.settings)["tax_rate"]


def test_the_first_line_counts_the_assumptions_and_each_shows_its_mark(still: Site) -> None:
    page = still.signed_in("zhao_min").get("/configuration").text
    assert "项假设未经确认</h1>" in page
    assert page.count(">假设</span>") > page.count("项假设未经确认")
    assert "complaint_authority.yaml:" in page


@pytest.mark.parametrize(("person", "status"), [("zhao_min", 200), ("xu_jing", 200), ("wang_jian", 200)])
def test_those_who_oversee_and_the_general_manager_read_it(still: Site, person: str, status: int) -> None:
    assert still.signed_in(person).get("/configuration").status_code == status


@pytest.mark.parametrize("person", ["li_wen", "he_mei", "lin_guo"])
def test_others_do_not_read_it_and_are_not_led_there(still: Site, person: str) -> None:
    visitor = still.signed_in(person)
    assert visitor.get("/configuration").status_code == 403
    assert 'href="/configuration"' not in visitor.get("/").text


def test_a_change_is_shown_side_by_side_before_it_is_signed(site: Site) -> None:
    href = proposed(site)
    visitor = site.signed_in("wang_jian")
    assert "改动未经总经理签定" in visitor.get("/configuration").text
    page = visitor.get(href).text
    assert "<del>5%</del>" in page
    assert "<strong>6%</strong>" in page
    assert "1 处改动" in page


def test_the_general_manager_is_told_on_every_page_that_something_waits(site: Site) -> None:
    proposed(site)
    told = '设置<span class="count" aria-label="1 件">1</span>'
    assert told in site.signed_in("wang_jian").get("/").text
    assert told not in site.signed_in("zhao_min").get("/").text


def test_the_general_manager_signs_there_with_the_pin(site: Site) -> None:
    href = proposed(site)
    answer = site.signed_in("wang_jian").send(href, f"{href}/sign", {"pin": PIN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/configuration?done=signed")
    assert rate(site) == "6%"


def test_a_later_day_waits(site: Site) -> None:
    href = proposed(site)
    answer = site.signed_in("wang_jian").send(href, f"{href}/sign", {"pin": PIN, "effective": "2026-12-01"})
    assert answer.status_code == 303
    assert rate(site) == "5%"
    assert "2026-12-01" in site.signed_in("wang_jian").get("/configuration").text


def test_an_overseer_sees_the_change_and_is_given_nothing_to_sign(site: Site) -> None:
    href = proposed(site)
    page = site.signed_in("zhao_min").get(href).text
    assert "由总经理（王建业）签定" in page
    assert 'name="pin"' not in page


def test_a_signature_sent_by_somebody_else_is_refused(site: Site) -> None:
    href = proposed(site)
    token = site.signed_in("zhao_min")
    fields = token.page("/key").form("/key").fields
    answer = token.client.post(f"{href}/sign", data={**fields, "pin": PIN, "effective": "2026-11-24"})
    assert answer.status_code == 403
    assert rate(site) == "5%"


@pytest.mark.parametrize(
    ("given", "anchor"),
    [
        ({"pin": "999999"}, "pin"),
        ({"pin": PIN, "effective": "明天"}, "effective"),
        ({"pin": PIN, "effective": "2026-01-01"}, "effective"),
    ],
)
def test_what_is_amiss_is_said_at_its_field_and_nothing_is_signed(
    site: Site, given: dict[str, str], anchor: str
) -> None:
    href = proposed(site)
    answer = site.signed_in("wang_jian").send(href, f"{href}/sign", given)
    assert answer.status_code in (409, 422)
    assert f'href="#{anchor}"' in answer.text
    assert rate(site) == "5%"


def test_what_was_changed_since_it_was_shown_is_not_signed(site: Site) -> None:
    href = proposed(site)
    visitor = site.signed_in("wang_jian")
    fields = visitor.page(href).form(f"{href}/sign").fields
    site.world.change("policies/tax.yaml", "tax_rate: 6%", "tax_rate: 7%")
    assert visitor.client.post(f"{href}/sign", data={**fields, "pin": PIN}).status_code == 404
    assert rate(site) == "5%"


def test_a_forms_new_version_is_compared_with_the_one_in_force(site: Site) -> None:
    text = SPEC.replace("version: 1", "version: 2", 1).replace("label: 折让原因", "label: 折让的缘由")
    spec = publish(site.world.office, text.encode(), "x.yaml", "office")
    visitor = site.signed_in("wang_jian")
    assert "第 2 版等签定" in visitor.get("/configuration").text
    assert "折让的缘由" in visitor.get(f"/configuration/{spec.sha256}").text


def test_a_folder_with_faults_is_told_and_cannot_be_signed(site: Site) -> None:
    site.world.change("people.yaml", "department: rd", "department: rt")
    page = site.signed_in("wang_jian").get(f"/configuration/{waiting(site.world.office)[0].sha256}").text
    assert "不能签定" in page
    assert "people.yaml:" in page
    assert 'name="pin"' not in page


def test_an_id_that_is_still_needed_is_told_before_it_is_signed_away(site: Site) -> None:
    site.world.sign(site.world.open_allowance(), "li_wen")
    site.world.change("parties.yaml", "name: 东升电子有限公司", "name: 东升电子股份有限公司")
    page = site.signed_in("wang_jian").get(f"/configuration/{waiting(site.world.office)[0].sha256}").text
    assert "还有单据要用" in page
    assert "签署链接会寄不出去" in page


def test_people_without_a_key_are_told(still: Site) -> None:
    page = still.signed_in("zhao_min").get("/configuration").text
    assert "没有密钥，不能签章" in page
    assert "证书到" in page
