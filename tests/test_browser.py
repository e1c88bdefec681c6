"""A real Chromium takes one allowance the whole way, with three people, the customer and accounting, on two screens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from forms_service.settings import ROOT
from forms_service.workflow.demonstrating import PIN, set_up
from forms_service.workflow.sweeping import sweep
from tests.allowance import ALLOWANCE
from tests.browsing import Visit, chromium, serving, type_in, visit_site
from tests.world import World, make_world

pytestmark = pytest.mark.browser
COMPLAINTS = {1280: "261103", 390: "261104"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    world = make_world(tmp_path_factory.mktemp("office"))
    set_up(world.office, ROOT / "tests" / "specs")
    with serving(world) as base:
        yield world, base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_way_in_a_real_browser(served: tuple[World, str], browser: Browser, width: int) -> None:
    world, base = served
    clerk = visit_site(browser, base, width)
    number = _open_and_fill(clerk)
    for name in ("林国栋", "王建业"):
        _approve(visit_site(browser, base, width), name, number)
    sweep(world.office)
    _accept(visit_site(browser, base, width), world)
    sweep(world.office)
    voucher = _post(visit_site(browser, base, width), number)
    assert voucher.startswith("V2611")
    _verify(visit_site(browser, base, width), world, number)


def _open_and_fill(clerk: Visit) -> str:
    clerk.page.goto(f"{clerk.base}/login")
    clerk.look("signin")
    clerk.sign_in("李文静")
    clerk.page.goto(f"{clerk.base}/new")
    clerk.look("new")
    clerk.page.get_by_role("button", name="开立销货折让证明单").click()
    clerk.page.wait_for_url("**/step")
    clerk.to_sign()
    case = {"complaint_no": COMPLAINTS[clerk.width]}  # what is booked once for a case is not booked again
    for name, value in {**ALLOWANCE, **case}.items():
        type_in(clerk.page, f"f.{name}", value)
    clerk.page.locator("[name=pin]").fill("000000")
    clerk.look("step-filled")
    clerk.page.locator("button[name=decision][value=approve]").click()
    expect(clerk.page.locator("main")).to_contain_text("还可以试 4 次")
    clerk.complaints.clear()  # Chromium reports the 403 of the wrong PIN on its console
    clerk.look("step-wrong-pin")
    clerk.to_sign()
    clerk.page.locator("[name=pin]").fill(PIN)
    clerk.page.locator("button[name=decision][value=approve]").click()
    clerk.page.wait_for_url("**/documents/*?done=signed")
    clerk.look("document")
    found = re.search(r"A2611\d{3}", clerk.page.inner_text("h1"))
    if found is None:
        raise AssertionError(clerk.page.inner_text("h1"))
    return found[0]


def _approve(visit: Visit, name: str, number: str) -> None:
    visit.sign_in(name)
    visit.to_step(number)
    visit.look("step-approve")
    visit.to_sign()
    visit.page.locator("[name=pin]").fill(PIN)
    visit.look("step-approve-sign")
    visit.page.locator("button[name=decision][value=approve]").click()
    visit.page.wait_for_url("**/documents/*?done=signed")


def _accept(visit: Visit, world: World) -> None:
    path = re.search(r"/c/\S+", world.mail())
    if path is None:
        raise AssertionError("no link was mailed")
    visit.page.goto(visit.base + path[0])
    visit.look("customer-welcome")
    visit.page.get_by_role("button", name="寄验证码给我").click()
    visit.page.locator("[name=code]").fill("314159")
    visit.look("customer-code")
    visit.page.get_by_role("button", name="打开单据").click()
    visit.look("customer-sign")
    visit.page.locator("[name=name]").fill("张丽华")
    visit.page.locator("[name=agree]").check()
    visit.consent_once()
    visit.page.get_by_role("button", name="同意并签章").click()
    visit.page.wait_for_url("**/done")
    visit.look("customer-done")


def _post(visit: Visit, number: str) -> str:
    visit.sign_in("何美玲")
    visit.page.goto(f"{visit.base}/accounting")
    visit.look("accounting")
    visit.page.get_by_role("link", name=re.compile(number)).first.click()
    visit.look("posting")
    visit.page.get_by_role("button", name="入账").click()
    expect(visit.page.locator("main")).to_contain_text("已入账")
    visit.look("posted")
    visit.page.goto(f"{visit.base}/archive/accounting")
    visit.look("archive")
    visit.page.goto(f"{visit.base}/accounting?tab=posted")
    found = re.search(r"V2611\d{3}", visit.page.inner_text("main"))
    return found[0] if found else ""


def _verify(visit: Visit, world: World, number: str) -> None:
    archive = world.office.archive
    entry = next(e for e in archive.entries("accounting") if e.number == number)
    copy = world.settings.data / "accounting" / entry.month / entry.file_name
    visit.page.goto(f"{visit.base}/verify")
    visit.look("verify")
    visit.page.locator("input[type=file]").set_input_files(copy)
    visit.page.locator("form button:visible").last.click()
    expect(visit.page.locator("h1")).to_contain_text("真实完整")
    visit.look("verdict")
    altered = Path(world.settings.data / "altered.pdf")
    altered.write_bytes(copy.read_bytes() + b" ")
    visit.page.goto(f"{visit.base}/verify")
    visit.page.locator("input[type=file]").set_input_files(altered)
    visit.page.locator("form button:visible").last.click()
    expect(visit.page.locator("h1")).to_contain_text("不可采信")
    visit.look("verdict-altered")
