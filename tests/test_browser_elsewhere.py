"""Signing elsewhere in a real Chromium: filled here, signed in a program of one's own, and what was only filled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from forms_service.workflow.demonstrating import PASSWORD, PIN
from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.signing_in import set_password
from tests.browsing import Visit, chromium, serving, visit_site
from tests.company import authority_of, company, trusting
from tests.elsewhere import own_key, sign_with_pdfsig
from tests.filling import Filling, fill_with_poppler
from tests.firefox import firefox
from tests.handing_out import BOX, register
from tests.test_filling_elsewhere import OFFLINE, typed
from tests.world import World, allowance_spec, make_world

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "office")
    for person_id in ("lin_guo", "li_wen"):
        set_password(made.office, made.person(person_id), PASSWORD)
    return made


def visit(browser: Browser, base: str, name: str) -> Visit:
    """Sign in on a desk's screen."""
    found = visit_site(browser, base, 1280)
    found.sign_in(name)
    found.page.get_by_text("退出").wait_for()
    return found


def fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def pdf(name: str, data: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/pdf", buffer=data)


def test_a_step_is_filled_here_signed_elsewhere_and_goes_on(world: World, browser: Browser, tmp_path: Path) -> None:
    register(world, "lin_guo")
    document = world.sign(world.open_allowance(), "li_wen")
    with serving(world) as base:
        found = visit(browser, base, "林国栋")
        page = found.page
        page.goto(f"{base}/documents/{document.id}/step")
        page.fill("[name=opinion]", "同意，依核定金额折让")
        page.get_by_text("用自己的程序签", exact=True).click()
        found.look_on_both("elsewhere-step")
        found.to_sign()
        page.get_by_role("button", name="填好，拿去自己的程序签").click()
        found.look_on_both("elsewhere-page")
        with page.expect_download() as started:
            page.get_by_role("link", name="下载待签的 PDF").click()
        filled = Path(started.value.path()).read_bytes()
        page.set_input_files("#file", pdf("wrong.pdf", filled))
        page.get_by_role("button", name="送上来", exact=True).click()
        expect(page.locator(".summary")).to_contain_text("还没有签")
        found.complaints.clear()  # the browser tells of the answer's 422 itself
        found.look_on_both("elsewhere-refused")
        page.set_input_files("#file", pdf("signed.pdf", sign_with_pdfsig(tmp_path, filled, BOX, own_key())))
        page.get_by_role("button", name="送上来", exact=True).click()
        page.wait_for_url("**/documents/*?done=signed")
        found.look_on_both("elsewhere-done")
    with world.office.database.read() as tx:
        assert tx.documents.get(document.id).step == "gm"


def test_a_step_filled_in_firefox_is_confirmed_here_and_signed(world: World, browser: Browser, tmp_path: Path) -> None:
    document = world.open_allowance()
    with serving(world) as base, firefox(fresh(tmp_path / "firefox")) as fox:
        found = visit(browser, base, "李文静")
        page, downloaded = found.page, tmp_path / "downloaded.pdf"
        page.goto(f"{base}/documents/{document.id}/step?step=prepare")
        with page.expect_download() as started:
            page.get_by_role("link", name="下载 PDF").click()
        started.value.save_as(downloaded)
        file = fox.fill(downloaded, {**typed(allowance_spec(), OFFLINE), "opinion_03_gm": "同意"})
        page.goto(f"{base}/documents/{document.id}/outside?step=prepare")
        found.look_on_both("elsewhere-unregistered")
        page.set_input_files("#file", pdf("filled.pdf", file))
        page.get_by_role("button", name="送上来", exact=True).click()
        expect(page.locator("table")).to_contain_text("部分焊盘氧化（犇玥），技術部")
        expect(page.locator(".note.soon")).to_contain_text("总经理核签 意见")
        found.look_on_both("elsewhere-brought")
        page.get_by_role("button", name="内容无误，放进签核页").click()
        found.look_on_both("elsewhere-carried")
        found.to_sign()
        page.fill("[name=pin]", PIN)
        page.get_by_role("button", name="签章并送出").click()
        page.wait_for_url("**/documents/*?done=signed")
    with world.office.database.read() as tx:
        assert tx.documents.get(document.id).step == "deputy_gm"


def test_a_choice_ticked_twice_elsewhere_is_left_to_the_step_page(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    document = world.open_allowance()
    both: Filling = {"evidence_01_e_consent": True, "evidence_03_invoice_copy": True, "reason": "板面色差"}
    file = fill_with_poppler(tmp_path, world.office.blobs.get(document.head), both)
    with serving(world) as base:
        found = visit(browser, base, "李文静")
        page = found.page
        page.goto(f"{base}/documents/{document.id}/outside?step=prepare")
        page.set_input_files("#file", pdf("filled.pdf", file))
        page.get_by_role("button", name="送上来", exact=True).click()
        expect(page.locator("table")).to_contain_text("只能选一格")
        found.look_on_both("elsewhere-doubled")
        page.get_by_role("button", name="内容无误，放进签核页").click()
        expect(page.locator("[name='f.reason']")).to_have_value("板面色差")
        expect(page.locator("[name='f.evidence']:checked")).to_have_count(0)


def test_a_customer_signs_on_a_small_screen_with_their_companys_certificate(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    trusting(world, authority_of("dongsheng", company()))
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    with serving(world) as base:
        found = visit_site(browser, base, 390)
        page = found.page
        page.goto(f"{base}/c/{token}")
        page.get_by_role("button", name="寄验证码给我").click()
        page.get_by_label("请输入六位验证码").or_(page.locator("[name=code]")).first.fill("314159")
        page.get_by_role("button", name="打开单据").click()
        found.look_on_both("customer-with-own")
        page.get_by_role("link", name="改用贵公司自己的证书签").click()
        found.look_on_both("customer-own-begin")
        page.locator("#consent").check()
        page.get_by_role("button", name="准备待签的 PDF").click()
        with page.expect_download() as started:
            page.get_by_role("link", name="下载待签的 PDF").click()
        filled = Path(started.value.path()).read_bytes()
        found.look_on_both("customer-own-prepared")
        page.set_input_files("#file", pdf("wrong.pdf", filled))
        page.get_by_role("button", name="送上来，完成签章").click()
        expect(page.locator(".summary")).to_contain_text("还没有签")
        found.complaints.clear()  # the browser tells of the answer's 422 itself
        found.look_on_both("customer-own-refused")
        signed = sign_with_pdfsig(tmp_path, filled, "sign_04_customer", company().issue("Zhang Lihua"))
        page.set_input_files("#file", pdf("signed.pdf", signed))
        page.get_by_role("button", name="送上来，完成签章").click()
        page.wait_for_url("**/done")
        found.look_on_both("customer-own-done")
    with world.office.database.read() as tx:
        assert tx.documents.get(document.id).state == "finished"
