"""A real browser that walks through the pages, and what is asked of every page it comes to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, StorageState, sync_playwright

from tests.support.codes import TRIES, next_code

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "build" / "pictures"
"""Where the journeys put what they saw; `scripts/pictures.sh` takes those that the README shows from here."""
NARROW, WIDE = 360, 1440
"""The widths, in pixels, at which every page is looked at."""
CHROMIUM = "/usr/bin/chromium"
_RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(one =>
    ({rule: one.id, help: one.help,
      nodes: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + " " + node.failureSummary)}))"""


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


_SENT_BACK = "status of 422"


@dataclass
class Visitor:
    """Somebody at a browser. Whatever page is opened may ask nothing of another host and must not complain."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._watch)
        self.page.on("console", lambda line: self._complain(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _watch(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != urlsplit(self.base).netloc:
            self.outside.append(request.url)

    def open(self, path: str) -> None:
        """Go to an address of the server."""
        self.page.goto(self.base + path)

    def sign_in(self, name: str, password: str, *, new_password: str = "") -> None:
        """Fill the sign-in form; with a one-time password choose a new one, too; then show or set up the second factor."""
        self.open("/sign-in/")
        self.page.get_by_label("姓名").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        for _ in range(TRIES):
            if self.at("/sign-in/code/"):
                self.page.get_by_label("动态口令").fill(next_code(self.base, name))
                self.page.get_by_role("button", name="继续").click()
            elif self.at("/sign-in/set-up/"):
                self.set_factor_up(name)
            elif self.at("/password/"):
                self.page.get_by_label("新密码").fill(new_password)
                self.page.get_by_label("再写一遍").fill(new_password)
                self.page.get_by_role("button", name="保存").click()

    def at(self, path: str) -> bool:
        """Return whether the page of that address is open."""
        return urlsplit(self.page.url).path == path

    def set_factor_up(self, name: str) -> None:
        """Type the secret into a phone as somebody whose camera is broken, show its code, and put the recovery codes away."""
        self.look("set-up")
        secret = (self.page.locator("code.secret").text_content() or "").replace(" ", "")
        self.page.get_by_label("手机上现在的6位数字").fill(next_code(self.base, name, secret))
        self.page.get_by_role("button", name="设好了，继续").click()
        self.look("recovery-codes")
        self.page.get_by_role("link", name="我已收好，继续").click()

    def text(self) -> str:
        """Return what the page says."""
        return self.page.locator("main").inner_text()

    def look(self, name: str, *, whole: bool = True) -> None:
        """Look at the page at both widths: accessible, nothing hanging out at the side; keep a picture of each."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        for width in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(100)
            self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=whole)
            overhang = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overhang <= 0, f"{name} is {overhang} px wider than a window of {width} px"
            self.page.evaluate(_axe())
            violations = self.page.evaluate(_RUN_AXE)
            assert not violations, f"{name} at {width} px:\n" + json.dumps(violations, ensure_ascii=False, indent=1)
        if before:
            self.page.set_viewport_size(before)

    def _complain(self, words: str) -> None:
        """Keep a complaint; that a form was sent back to be filled in again is none."""
        if _SENT_BACK not in words:
            self.complaints.append(words)

    def check(self) -> None:
        """Fail if a page asked for something outside, or complained on the console (a broken CSP is a complaint)."""
        assert not self.outside, self.outside
        assert not self.complaints, self.complaints


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Debian's Chromium; as root it runs without its own sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, base: str, signed_in: StorageState | None = None) -> Iterator[Visitor]:
    """Open a window of its own, with nobody signed in or another window's cookies; at its end look at what it asked for."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": WIDE, "height": 900}, storage_state=signed_in
    )
    context.set_default_timeout(60_000)
    visitor = Visitor(context.new_page(), base)
    yield visitor
    visitor.check()
    context.close()
