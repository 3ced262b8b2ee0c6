"""Before anything was counted: pages say what to do next, and never show a zero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.accounts import COUNTY_OFFICER, VILLAGE_DOCTOR, make_accounts
from tests.support.server import CountyServer, start_pages
from tests.support.workspaces import NewWorkspace


@pytest.fixture
def empty_server(new_workspace: NewWorkspace) -> Iterator[CountyServer]:
    folder = new_workspace().folder
    make_accounts(folder)
    server, base = start_pages(folder)
    yield CountyServer(base)
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)


def test_an_empty_workspace_says_what_to_do_and_shows_no_number(empty_server: CountyServer) -> None:
    officer, doctor = empty_server.sign_in(COUNTY_OFFICER), empty_server.sign_in(VILLAGE_DOCTOR)
    shown = officer.get("/")
    assert "还没有计过数，这里没有数字可看。没有计数不等于零。" in shown.text
    assert "/lists/" in shown.links
    assert "<data" not in shown.main
    assert "请等县健康扶贫办交齐名单并计数" in doctor.get("/").text
    assert "/lists/" not in doctor.get("/").links
    assert "没有计数不等于零" in officer.get("/figures/insured_rate/").text
    assert officer.get("/figures/insured_rate/list.csv").status == 404
