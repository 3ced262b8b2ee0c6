"""The page of papers: what each role may print, what is asked first, and files with Chinese names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.support.accounts import COUNTY_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.server import Client, CountyServer, start_pages
from tests.support.workspaces import WorkspaceUnderTest

VILLAGE = "430611100200"
ELSEWHERE = "430611102207"


def test_the_county_prints_the_self_assessment_and_others_are_told_who_does(county_server: CountyServer) -> None:
    page = county_server.sign_in(COUNTY_OFFICER).get("/papers/")
    assert {"/papers/self-assessment.docx", "/papers/self-assessment.pdf"} <= set(page.links)
    assert "计数批次第" in page.text
    clerk = county_server.sign_in(TOWNSHIP_CLERK)
    assert "由县里印" in clerk.get("/papers/").text
    assert clerk.get("/papers/self-assessment.pdf").status == 403


def test_only_villages_of_ones_own_are_offered_and_another_reads_like_none(county_server: CountyServer) -> None:
    doctor = county_server.sign_in(VILLAGE_DOCTOR)
    page = doctor.get(f"/papers/?place={VILLAGE}")
    assert VILLAGE in page.main
    assert ELSEWHERE not in page.main
    assert "*" in page.text
    elsewhere, nowhere = doctor.get(f"/papers/?place={ELSEWHERE}"), doctor.get("/papers/?place=430611109999")
    assert elsewhere.status == nowhere.status == 404
    assert elsewhere.text_without(ELSEWHERE) == nowhere.text_without("430611109999")


def test_full_names_are_not_printed_before_a_purpose_was_said(county_server: CountyServer) -> None:
    clerk = county_server.sign_in(TOWNSHIP_CLERK)
    clerk.get("/papers/")
    refused = clerk.post("/papers/plain-sheets.pdf", place=VILLAGE)
    assert refused.status == 403
    assert "请先写明用途" in refused.text
    assert clerk.post("/papers/plain-sheets.pdf").status == 400
    assert clerk.post("/papers/plain-sheets.pdf", place=VILLAGE, household="1").status == 400


def test_what_is_no_form_of_a_paper_is_not_there(county_server: CountyServer) -> None:
    assert county_server.sign_in(COUNTY_OFFICER).get("/papers/self-assessment.exe").status == 404
    assert county_server.visitor().get("/papers/").url.endswith("/sign-in/?next=%2Fpapers%2F")


@pytest.fixture
def own_server(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyServer]:
    """Return a server of a copy of the counted county, which may be written to (SQLite only)."""
    folder = tmp_path_factory.mktemp("own") / "workspace"
    shutil.copytree(counted_county.folder, folder)
    server, base = start_pages(folder)
    yield CountyServer(base)
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)


def download(client: Client, path: str, **fields: str) -> tuple[bytes, str, str]:
    """Return a file with its type and the name under which it is offered."""
    token = next(cookie.value or "" for cookie in client.jar if cookie.name == "csrftoken")
    content = urlencode({**fields, "csrfmiddlewaretoken": token}).encode() if fields else None
    request = Request(client.base + path, content, {"Referer": client.base + path})
    with build_opener(HTTPCookieProcessor(client.jar)).open(request, timeout=60) as response:
        return response.read(), response.headers["Content-Type"], response.headers["Content-Disposition"]


def test_files_come_under_chinese_names_and_stand_in_the_list_of_what_was_given_out(own_server: CountyServer) -> None:
    officer = own_server.sign_in(COUNTY_OFFICER)
    officer.get("/papers/")
    data, kind, name = download(officer, "/papers/self-assessment.pdf")
    assert data.startswith(b"%PDF")
    assert kind == "application/pdf"
    title = quote("君山区2017年度健康扶贫工作自评报告")
    assert f"filename*=utf-8''{title}-2017-000001.pdf" in name
    data, kind, name = download(officer, "/papers/self-assessment.docx")
    assert data.startswith(b"PK")
    assert "-2017-000001.docx" in name
    officer.post("/purpose/", purpose="入户发放", next="/papers/")
    data, _, name = download(officer, "/papers/plain-sheets.pdf", place=VILLAGE)
    assert data.startswith(b"%PDF")
    assert quote("健康扶贫明白纸-白鹭村.pdf") in name
    page = officer.get("/papers/").text
    assert "2017-000001" in page
    assert "2017-000002" in page
    assert "自评报告" in page
    doctor = own_server.sign_in(VILLAGE_DOCTOR).get("/papers/").main
    assert "2017-000001" not in doctor
    assert "2017-000002" in doctor
