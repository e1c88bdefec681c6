"""Ten things that people of the firm do in a day, done in a real Chromium as somebody new to it would.

One office for all of them, in the order of the month; the steps between, which are no task, are signed without a page.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from forms_service.domain.document import Document
from forms_service.domain.spec import Step
from forms_service.workflow.demonstrating import PASSWORD, PIN
from forms_service.workflow.signing_in import set_password
from forms_service.workflow.sweeping import sweep
from tests.browsing import Visit, chromium, serving, type_in, visit_site
from tests.cases import (
    COMPLAINT,
    RETURNED,
    answers,
    case_world,
    child,
    close_case,
    go_on,
    next_turn,
    open_complaint,
    settle,
)
from tests.paper import PNG
from tests.paperwork import TODAY
from tests.world import World

pytestmark = pytest.mark.browser
NAMES = {
    "li_wen": "李文静",
    "chen_zhi": "陈志远",
    "zhao_min": "赵敏",
    "lin_guo": "林国栋",
    "yuan_li": "袁立新",
    "he_mei": "何美玲",
}


@dataclass
class Office:
    """The office, its site, and the complaint that the tasks are about."""

    world: World
    base: str
    browser: Browser
    complaint: str = ""

    def visit(self, person_id: str = "", width: int = 1280) -> Visit:
        visit = visit_site(self.browser, self.base, width)
        if person_id:
            self.world.person(person_id)
            visit.sign_in(NAMES[person_id])
        return visit

    def document(self, document_id: str) -> Document:
        with self.world.office.database.read() as tx:
            return tx.documents.get(document_id)

    def today(self) -> str:
        return self.world.office.today(self.world.office.now()).isoformat()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    world = case_world(tmp_path_factory.mktemp("office"))
    for person_id in NAMES:
        set_password(world.office, world.office.require_person(person_id), PASSWORD)
    with serving(world) as base, chromium() as browser:
        yield Office(world, base, browser)


def _fill(visit: Visit, office: Office, *names: str, **others: str) -> None:
    """Fill in fields with the usual answers."""
    told = {name: COMPLAINT[name] for name in names} | others
    for name, text in told.items():
        type_in(visit.page, f"f.{name}", office.today() if text == TODAY else text)


def _sign(visit: Visit) -> None:
    visit.page.locator("[name=pin]").fill(PIN)
    visit.page.locator("button[name=decision][value='approve']").click()
    visit.page.wait_for_load_state("networkidle")
    assert "?done=" in visit.page.url, visit.page.locator("[role=alert]").all_inner_texts()


def test_1_a_clerk_opens_a_complaint_from_a_phone_call(office: Office) -> None:
    clerk = office.visit("li_wen", 390)
    clerk.look_on_both("01-inbox-empty")
    clerk.page.get_by_role("link", name="开立单据").click()
    clerk.look_on_both("01-new")
    clerk.page.get_by_role("button", name="开立客户抱怨处理表").click()
    clerk.page.wait_for_url("**/step")
    clerk.to_sign()
    clerk.look_on_both("01-step-empty")
    step = [name for name in COMPLAINT if clerk.page.locator(f"[name='f.{name}']").count()]
    _fill(clerk, office, *step)
    clerk.look_on_both("01-step-filled")
    _sign(clerk)
    clerk.look_on_both("01-document")
    office.complaint = clerk.page.url.split("/documents/")[1].split("?")[0]
    assert office.document(office.complaint).step == "countersign"


def test_2_and_4_her_manager_finds_what_waits_and_why_and_returns_it_with_a_reason(office: Office) -> None:
    manager = office.visit("chen_zhi", 390)
    manager.look_on_both("02-inbox")
    expect(manager.page.locator("main")).to_contain_text("1 件待您处理")
    expect(manager.page.locator("table.list")).to_contain_text("主管签")
    manager.page.locator("a.main").click()
    manager.look_on_both("04-step")
    manager.to_sign()
    _sign_without_reason(manager)
    manager.to_sign()
    manager.page.locator("[name=opinion]").fill("请补上客户来电的日期与联络人。")
    manager.page.locator("[name=pin]").fill(PIN)
    manager.page.locator("button[name=decision][value='return:open']").click()
    manager.page.wait_for_url("**/documents/*?done=*")
    clerk = office.visit("li_wen", 390)
    clerk.look_on_both("04-inbox-returned")
    clerk.page.locator("a.main").click()
    clerk.look_on_both("04-step-returned")
    expect(clerk.page.locator("main")).to_contain_text("请补上客户来电的日期与联络人。")


def _sign_without_reason(visit: Visit) -> None:
    visit.page.locator("[name=pin]").fill(PIN)
    visit.page.locator("button[name=decision][value='return:open']").click()
    expect(visit.page.get_by_role("alert").first).to_contain_text("处要改正")
    visit.complaints.clear()  # Chromium reports the 422 on its console
    visit.look_on_both("04-no-reason")


def test_3_the_gm_office_accepts_it_and_sees_its_number(office: Office) -> None:
    go_on(office.world, office.document(office.complaint), until="register")
    staff = office.visit("zhao_min", 1280)
    staff.look_on_both("03-inbox")
    staff.page.locator("a.main").click()
    staff.look_on_both("03-step")
    _fill(staff, office, "accepted_on", "samples_received", "sample_keeper")
    _sign(staff)
    staff.look_on_both("03-document")
    assert office.document(office.complaint).number == "261101"
    expect(staff.page.locator("h1")).to_contain_text("261101")


def test_5_a_deputy_manager_delegates_for_a_week_and_the_delegate_signs_for_him(office: Office) -> None:
    go_on(office.world, office.document(office.complaint), until="direct")
    deputy = office.visit("lin_guo", 1280)
    deputy.page.get_by_role("link", name="代理", exact=True).click()
    deputy.look_on_both("05-delegations")
    deputy.page.locator("[name=delegate]").select_option("yuan_li")
    today = dt.date.fromisoformat(office.today())
    deputy.page.locator("[name=starts_on]").fill(today.isoformat())
    deputy.page.locator("[name=ends_on]").fill((today + dt.timedelta(days=6)).isoformat())
    deputy.page.locator("[name=reason]").fill("出差一周")
    deputy.page.get_by_role("button", name="做这项委托").click()
    deputy.page.wait_for_load_state("networkidle")
    deputy.look_on_both("05-delegated")
    delegate = office.visit("yuan_li", 1280)
    delegate.look_on_both("05-inbox")
    delegate.page.locator("a.main").first.click()
    delegate.look_on_both("05-step")
    expect(delegate.page.locator("main")).to_contain_text("您代 林国栋")
    _sign(delegate)
    delegate.look_on_both("05-document")
    expect(delegate.page.locator(".route")).to_contain_text("（代 林国栋）")


def test_7_the_customer_signs_the_allowance_on_a_phone(office: Office) -> None:
    go_on(office.world, office.document(office.complaint))
    settle(office.world)
    allowance = go_on(office.world, child(office.world, office.document(office.complaint), "sales-allowance"))
    assert allowance.step == "customer"
    sweep(office.world.office)
    path = re.search(r"/c/\S+", office.world.mail())
    assert path is not None
    customer = office.visit("", 390)
    customer.page.goto(office.base + path[0])
    customer.look_on_both("07-welcome")
    customer.page.get_by_role("button", name="寄验证码给我").click()
    customer.page.locator("[name=code]").fill("314159")
    customer.page.get_by_role("button", name="打开单据").click()
    customer.look_on_both("07-sign")
    customer.page.locator("[name=name]").fill("张丽华")
    customer.page.locator("[name=agree]").check()
    customer.consent_once()
    customer.page.get_by_role("button", name="同意并签章").click()
    customer.page.wait_for_url("**/done")
    customer.look_on_both("07-done")
    go_on(office.world, office.document(allowance.id))


def test_the_whole_case_is_seen_from_any_of_its_documents(office: Office) -> None:
    settle(office.world)
    staff = office.visit("zhao_min", 1280)
    staff.page.goto(f"{office.base}/documents/{office.complaint}")
    staff.look_on_both("11-document")
    staff.page.get_by_role("link", name="全案经过").click()
    staff.look_on_both("11-case")
    boxes = staff.page.locator(".case .box")
    assert boxes.count() > 4
    boxes.nth(1).click()
    staff.page.wait_for_url("**/documents/*")
    expect(staff.page.locator(".case .box[aria-current]")).to_have_count(1)


def test_8_and_9_accounting_is_told_what_is_missing_until_the_stamped_paper_is_in(
    office: Office, tmp_path: Path
) -> None:
    world = office.world
    case = close_case(world, order_no="SO-2026-1299", invoice_no="QK20463158", **RETURNED)
    goods = go_on(world, child(world, case, "goods-return"))
    settle(world)
    certificate = go_on(world, child(world, goods, "return-certificate"))
    assert certificate.step == "customer"
    accountant = office.visit("he_mei", 1280)
    accountant.page.get_by_role("link", name="入账").click()
    accountant.look_on_both("09-queue")
    row = accountant.page.get_by_role("row", name=re.compile(goods.number))
    expect(row).to_contain_text("销货退回证明单")
    row.get_by_role("link").first.click()
    accountant.look_on_both("09-cannot")
    _take_in(office, certificate, tmp_path)
    settle(world)
    sweep(world.office)
    accountant.page.reload()
    accountant.look_on_both("09-posting")
    accountant.page.get_by_role("button", name="入账").click()
    expect(accountant.page.locator("main")).to_contain_text("已入账")
    accountant.look_on_both("09-posted")


def _take_in(office: Office, certificate: Document, folder: Path) -> None:
    scan = folder / "签回.png"
    scan.write_bytes(PNG)
    clerk = office.visit("li_wen", 390)
    clerk.page.goto(f"{office.base}/documents/{certificate.id}")
    clerk.look_on_both("08-document")
    clerk.page.get_by_role("link", name="上传扫描件").click()
    clerk.look_on_both("08-paper")
    clerk.page.locator("input[type=file]").set_input_files(scan)
    clerk.page.locator("[name=pin]").fill(PIN)
    clerk.page.get_by_role("button", name="签章收存").click()
    clerk.page.wait_for_url("**/documents/*?done=*")
    clerk.look_on_both("08-taken-in")


def test_6_the_gm_office_chases_a_late_step_with_one_click(office: Office) -> None:
    go_on(office.world, open_complaint(office.world), until="qa", order_no="SO-2026-1355")
    office.world.clock.at = dt.datetime(2026, 12, 2, 2, 0, tzinfo=dt.UTC)
    staff = office.visit("zhao_min", 1280)
    staff.page.get_by_role("link", name="催办").click()
    staff.look_on_both("06-chasing")
    staff.page.get_by_role("button", name="开催办单").first.click()
    staff.page.wait_for_url("**/documents/*")
    expect(staff.page.locator("h1")).to_contain_text("催办单")
    staff.look_on_both("06-slip")
    staff.page.get_by_role("link", name="轮到您了").click()
    staff.look_on_both("06-slip-step")


def _step(office: Office, visit: Visit) -> Step:
    turn = next_turn(office.world, office.document(visit.page.url.split("/")[-2]))
    assert turn is not None
    return turn.step


def test_10_the_gm_office_looks_at_the_month_and_signs_its_statistics(office: Office) -> None:
    sweep(office.world.office)
    staff = office.visit("zhao_min", 1280)
    staff.page.goto(f"{office.base}/month/2026-11")
    staff.look_on_both("10-month")
    staff.page.get_by_role("link", name="客户投诉案件统计表").click()
    staff.page.wait_for_url("**/documents/*")
    staff.look_on_both("10-statistics")
    staff.page.get_by_role("link", name="轮到您了").click()
    staff.look_on_both("10-step")
    for name, text in answers(office.world, "monthly-statistics", _step(office, staff), {}).items():
        for each in (name, name.replace("cases.1.", "cases.2.")):  # a line for each of the two cases
            if staff.page.locator(f"[name='f.{each}']").count():
                type_in(staff.page, f"f.{each}", text)
    _sign(staff)
    staff.look_on_both("10-signed")
    staff.page.goto(f"{office.base}/register")
    staff.look_on_both("10-register")
