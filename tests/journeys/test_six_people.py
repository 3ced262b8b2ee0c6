"""Six people at a browser, each signed in: what is theirs is there, and nothing else. Every page is looked at in two widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.support.accounts import (
    AUDITOR,
    COUNTY_OFFICER,
    HOSPITAL_CLERK,
    PASSWORD,
    SYSTEM_ADMINISTRATOR,
    TOWNSHIP_CLERK,
    VILLAGE_DOCTOR,
    Account,
)
from tests.support.browser import Visitor, open_browser, visit
from tests.support.server import CountyServer

ROOMS = {
    "县情": "/",
    "人员": "/people/",
    "名单": "/lists/",
    "补报追回": "/adjustments/",
    "报告": "/papers/",
    "方案": "/scheme/",
    "个人申请": "/requests/",
    "大批查看": "/reading/",
    "账号": "/accounts/",
    "日志": "/journal/",
    "系统": "/system/",
}
"""The rooms whose doors everybody tries."""


@dataclass(frozen=True)
class Journey:
    """Who comes, to which page the own name's door leads, and which rooms are open."""

    account: Account
    begins: str
    rooms: frozenset[str]
    may: str
    """One thing that the own page says this person may do."""


JOURNEYS = (
    Journey(VILLAGE_DOCTOR, "/", frozenset({"县情", "人员", "补报追回", "报告", "方案"}), "印报告和明白纸"),
    Journey(TOWNSHIP_CLERK, "/", frozenset({"县情", "人员", "补报追回", "报告", "方案"}), "打开个人档案"),
    Journey(HOSPITAL_CLERK, "/people/", frozenset({"人员", "补报追回"}), "看结算和资金"),
    Journey(COUNTY_OFFICER, "/", frozenset(ROOMS) - {"账号", "日志", "系统"}, "接收名单"),
    Journey(AUDITOR, "/journal/", frozenset({"日志"}), "查日志和谁看过谁"),
    Journey(SYSTEM_ADMINISTRATOR, "/system/", frozenset({"系统"}), "备份、恢复和系统状态"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.account.role)
def test_everybody_sees_what_is_theirs_and_nothing_else(
    county_server: CountyServer, browser: Browser, journey: Journey
) -> None:
    """Given an account of a role, when its owner signs in, the own rooms open, the others refuse, and the pages are sound."""
    account = journey.account
    with visit(browser, county_server.base) as visitor:
        visitor.sign_in(account.name, PASSWORD)
        expect(visitor.page.locator("header")).to_contain_text(account.name)
        assert visitor.at(journey.begins), visitor.page.url
        visitor.look(f"begins-{account.role}")
        shown = set(visitor.page.get_by_role("navigation", name="主导航").get_by_role("link").all_inner_texts())
        assert shown == journey.rooms
        try_the_doors(visitor, journey)
        visitor.open("/me/")
        expect(visitor.page.locator("main")).to_contain_text(journey.may)
        visitor.look(f"me-{account.role}")
        assert visitor.page.locator(".names-switch").count() == (1 if "人员" in journey.rooms else 0)
        visitor.page.get_by_role("button", name="退出").click()
        visitor.open(journey.begins)
        assert visitor.at("/sign-in/")
        visitor.complaints = [line for line in visitor.complaints if not re.search("status of (403|404)", line)]


def try_the_doors(visitor: Visitor, journey: Journey) -> None:
    """Go to every room: whoever may is in, whoever may not reads a sentence without a name or a number of anybody."""
    for words, path in ROOMS.items():
        visitor.open(path)
        if words in journey.rooms:
            assert visitor.at(path), (words, visitor.page.url)
            expect(visitor.page.get_by_role("heading", level=1)).not_to_have_text("不能打开")
        elif path == "/":
            assert visitor.at(journey.begins), visitor.page.url
        else:
            expect(visitor.page.locator("main")).to_contain_text("您的角色不能打开这一页")
            assert "人员 0" not in visitor.text()


def test_a_village_doctor_sees_one_village_and_its_township_clerk_all_of_them(
    county_server: CountyServer, browser: Browser
) -> None:
    """Given a village and its township, when both look for people, each list holds the own places only."""
    for account, sees, hidden in (
        (VILLAGE_DOCTOR, VILLAGE_DOCTOR.place, "430611100201"),
        (TOWNSHIP_CLERK, "430611100201", "430611101"),
    ):
        with visit(browser, county_server.base) as visitor:
            visitor.sign_in(account.name, PASSWORD)
            visitor.open(f"/people/?place={sees}")
            expect(visitor.page.locator("main")).to_contain_text("住在这里的共")
            assert visitor.page.locator(f'option[value="{hidden}"]').count() == 0
            visitor.open(f"/people/?place={hidden}")
            expect(visitor.page.locator("main")).to_contain_text("没有")
            visitor.complaints = [line for line in visitor.complaints if "404" not in line]
