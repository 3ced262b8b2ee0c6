"""A passkey in a real browser: added after the password was shown again, then used in place of a code."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.accounts import COUNTY_OFFICER, PASSWORD, make_accounts
from tests.support.browser import Visitor, open_browser, visit
from tests.support.codes import TRIES, next_code
from tests.support.server import free_port, start_pages

NAME = COUNTY_OFFICER.name
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device of Chromium's own that says yes to whatever it is asked (WebAuthn over the DevTools protocol)."""


def test_an_officer_adds_a_passkey_and_signs_in_with_it(laid_workspace: Path, tmp_path: Path) -> None:
    """Given an officer with an app, when a passkey is added, it opens in place of a code, and is not added twice."""
    folder, port = tmp_path / "workspace", free_port()
    shutil.copytree(laid_workspace, folder)
    settings = folder / "workspace.yaml"
    said = settings.read_text("utf-8").splitlines()
    said = [f"address: http://localhost:{port}" if line.startswith("address:") else line for line in said]
    settings.write_text("\n".join(said) + "\n", "utf-8")
    make_accounts(folder)
    server, _ = start_pages(folder, port)
    try:
        with open_browser() as browser, visit(browser, f"http://localhost:{port}") as visitor:
            add_one(visitor)
            write_too_much(visitor)
            use_it(visitor)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


def add_one(visitor: Visitor) -> None:
    page = visitor.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    visitor.sign_in(NAME, PASSWORD)
    visitor.open("/me/passkeys/")
    page.get_by_role("link", name="先确认是本人").click()
    visitor.look("prove")
    for _ in range(TRIES):
        if visitor.at("/me/prove/"):
            page.get_by_label("现在的密码").fill(PASSWORD)
            page.get_by_label("动态口令或恢复码").fill(next_code(visitor.base, NAME))
            page.get_by_role("button", name="继续").click()
    page.get_by_label("起个名字").fill("办公室电脑")
    page.get_by_role("button", name="添加").click()
    expect(page.locator("main")).to_contain_text("通行密钥添加好了")
    visitor.look("passkeys")
    page.get_by_label("起个名字").fill("再来一次")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("alert")).to_contain_text("这台设备已经添加过了")


def write_too_much(visitor: Visitor) -> None:
    """Text that the server would refuse is not sent: it stays where it was written, and a sentence says why."""
    page = visitor.page
    visitor.open("/reading/ask/")
    page.get_by_label("一共看多少人").fill("300")
    page.locator("#id_reason").evaluate("(field) => { field.value = '慢'.repeat(120000); }")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator(".too-long")).to_contain_text("都还在这里")
    assert visitor.at("/reading/ask/")
    assert page.locator("#id_reason").input_value() == "慢" * 120_000


def use_it(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="退出").click()
    give_password(page)
    visitor.look("code-or-passkey")
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.locator("header")).to_contain_text(NAME)
    visitor.open("/me/")
    expect(page.locator("main")).to_contain_text("1 个")
    visitor.look("me-with-passkey")


def give_password(page: Page) -> None:
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
