"""A real Chromium on an office's site: what a browser test needs to go about in it as a person would.

With FORMS_SCREENS naming a folder, each page is also photographed there, to be looked at.
"""

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from waitress.server import create_server

from forms_service.web.app import WebOptions, create_app
from tests.world import World

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE_S = 30
SCREENS = os.environ.get("FORMS_SCREENS")


@dataclass
class Visit:
    """One person's browser on one screen; every page it comes to is checked for what no page may do."""

    page: Page
    base: str
    width: int
    seen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    asked: set[Request] = field(default_factory=set)

    def ask(self, request: Request) -> None:
        self.asked.add(request)

    def answer(self, request: Request) -> None:
        self.asked.discard(request)

    def look(self, name: str) -> None:
        """Check that nothing runs off the side and nothing complains, and photograph the page if asked."""
        self._settle()
        self._measure(name)
        assert not self.complaints, self.complaints
        self.seen.append(name)
        if SCREENS:
            self.page.screenshot(path=f"{SCREENS}/{name}-{self.width}.png", full_page=True)

    def look_on_both(self, name: str) -> None:
        """Look on a desk's screen and on a telephone's; the page stays as it was."""
        own = self.width
        for self.width in (1280, 390):
            self.page.set_viewport_size({"width": self.width, "height": 860})
            self.look(name)
        self.width = own
        self.page.set_viewport_size({"width": own, "height": 860})

    def _settle(self) -> None:
        """Wait until the page is there and nothing that it asked for is under way."""
        self.page.wait_for_load_state("load")
        until = time.monotonic() + PATIENCE_S
        self.page.evaluate(NEXT_FRAMES)  # what its scripts ask for at once is asked for by then
        while self.asked:
            assert time.monotonic() < until, sorted(request.url for request in self.asked)
            self.page.evaluate(NEXT_FRAMES)

    def _measure(self, name: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} runs {wide} px off a screen of {self.width}"

    def sign_in(self, name: str) -> None:
        self.page.goto(f"{self.base}/login")
        self.page.get_by_role("button", name=name).click()

    def consent_once(self) -> None:
        """Agree to the electronic form where the page asks for it: it asks a contact the first time only."""
        asked = self.page.locator("[name=consent]")
        if asked.count():
            asked.check()

    def to_step(self, number: str) -> None:
        self.page.goto(self.base)
        self.look("inbox")
        self.page.get_by_role("link", name=re.compile(number)).first.click()
        if "/step" not in self.page.url:
            self.page.goto(f"{self.page.url.split('?')[0]}/step")

    def to_sign(self) -> None:
        """Turn to the signing half, which a small screen shows on its own."""
        switch = self.page.locator("label[for=tab-sign]").first
        if switch.is_visible():
            switch.click()


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve an office's site from a port of its own; gives the address."""
    with (world.settings.data / "journal").open("w") as journal:
        app = create_app(world.office, WebOptions(rate_limits=False, journal=journal))
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser that asks nobody else anything."""
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


def visit_site(browser: Browser, base: str, width: int) -> Visit:
    """Begin one person's visit, on a screen of their own."""
    context = browser.new_context(viewport={"width": width, "height": 860}, locale="zh-CN")
    visit = Visit(context.new_page(), base, width)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.complaints.append(f"{message.text} {message.location}")

    visit.page.on("console", hear)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", visit.ask)
    visit.page.on("requestfinished", visit.answer)
    visit.page.on("requestfailed", visit.answer)
    return visit


def type_in(page: Page, name: str, value: str) -> None:
    """Fill in a field, tick its radio button or choose from its list."""
    field_ = page.locator(f"[name='{name}']")
    if field_.first.get_attribute("type") == "radio":
        page.locator(f"[name='{name}'][value='{value}']").check()
    elif field_.evaluate("node => node.tagName") == "SELECT":
        field_.select_option(value)
    else:
        field_.fill(value)
