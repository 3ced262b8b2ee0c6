"""A workspace whose address is HTTPS, behind its proxy: cookies that another host or plain HTTP cannot set, and HTTPS only."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from fuqi.flows.arrivals import fault_of
from tests.support.server import start_pages
from tests.support.workspaces import WorkspaceUnderTest


def test_cookies_are_bound_to_the_host_and_browsers_told_to_come_by_https_only(
    counted_county: WorkspaceUnderTest, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(counted_county.folder, tmp_path / "county"))
    about = folder / "workspace.yaml"
    lines = [line for line in about.read_text("utf-8").splitlines() if not line.startswith("address:")]
    about.write_text("\n".join([*lines, "address: https://fuqi.example", ""]), "utf-8")
    server, base = start_pages(folder)
    try:
        with urlopen(Request(f"{base}/sign-in/", headers={"Host": "fuqi.example"}), timeout=60) as answer:
            cookies, only = answer.headers.get_all("Set-Cookie"), answer.headers["Strict-Transport-Security"]
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)
    assert only == "max-age=31536000; includeSubDomains"
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-csrftoken"]
    assert all("Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie for cookie in cookies)


@pytest.mark.parametrize("name", ["\u202exslx.csv", "甲\n乙.csv", "甲\0.csv", "甲\u200b.xlsx"])
def test_a_file_whose_name_is_not_what_is_seen_is_refused(name: str) -> None:
    assert "看不见的字符" in fault_of(name, 5)
    assert not fault_of("2017年\u3000建档立卡 （一）.csv", 5)
