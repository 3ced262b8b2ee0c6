"""The page of 补报 and 追回: what each role sees, one claim with before and after, the workbook, and empty states."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import openpyxl
import pytest

from tests.support.accounts import COUNTY_OFFICER, DISEASE_CONTROL_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.county import STAYS, table
from tests.support.server import Client, CountyServer, start_pages
from tests.support.workspaces import WorkspaceUnderTest, run_fuqi

TUBERCULOSIS = "肺结核"


def corrected_bills(sample_county: Path, folder: Path) -> Path:
    """Return a copy of the list of stays in which some amounts are corrected, up or down, those of tuberculosis too."""
    changed = folder / STAYS
    book = openpyxl.load_workbook(sample_county / STAYS)
    for sheet in book.worksheets:
        top, columns = table(sheet, "出院诊断", "政策范围内费用")
        for row in range(top + 1, sheet.max_row + 1):
            illness = str(sheet.cell(row, columns["出院诊断"]).value or "")
            amount = sheet.cell(row, columns["政策范围内费用"])
            if isinstance(amount.value, int | float) and (row % 29 == 0 or TUBERCULOSIS in illness):
                amount.value = round(amount.value * (0.9 if row % 2 else 0.7 if row % 3 else 1.02), 2)
    book.save(changed)
    return changed


@pytest.fixture(scope="module")
def changed_server(
    counted_county: WorkspaceUnderTest, sample_county: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CountyServer]:
    """Serve a copy of the counted county after corrected bills came (the copy's database lies in its folder)."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(counted_county.folder, folder / "workspace")
    run_fuqi("-w", folder / "workspace", "run", corrected_bills(sample_county, folder))
    server, base = start_pages(folder / "workspace")
    yield CountyServer(base)
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)


@pytest.fixture(scope="module")
def officer(changed_server: CountyServer) -> Client:
    return changed_server.sign_in(COUNTY_OFFICER)


def one_of(client: Client) -> str:
    page = client.get("/adjustments/")
    return next(link for link in page.links if link.startswith("/adjustments/") and "-" in link)


def test_the_county_sees_lines_totals_filters_and_how_many_are_covered(officer: Client) -> None:
    page = officer.get("/adjustments/")
    assert page.status == 200
    assert "按资金合计" in page.text
    assert "居民基本医保基金" in page.text
    assert "政策范围内费用由" in page.text
    assert "专管病种" in page.text
    assert TUBERCULOSIS not in page.text
    assert "/adjustments/list.xlsx" in page.links
    back = officer.get("/adjustments/?kind=back_payment").main
    recovery = officer.get("/adjustments/?kind=recovery").main
    assert "追回 0 条" in back.replace("<strong>", "").replace("</strong>", "")
    assert "补报 0 条" in recovery.replace("<strong>", "").replace("</strong>", "")
    assert "这样选，一条也没有" in officer.get("/adjustments/?since=2").text
    assert officer.get("/adjustments/?since=99999999&page=x&place=1%27").status == 200


def test_one_claim_opens_with_before_and_after_and_the_way_back(officer: Client) -> None:
    link = one_of(officer)
    page = officer.get(link)
    assert page.status == 200
    for words in ("以前的结算", "现在的结算", "因为：", "第2批结算", "合计：", "返回补报追回"):
        assert words in page.text, words
    assert any(link.startswith("/rows/") for link in page.links)
    person = next(link for link in page.links if link.startswith("/people/"))
    assert "改过：" in officer.get(person).text
    assert officer.get("/adjustments/00000000-0000-7000-8000-000000000000/").status == 404


def test_each_role_sees_its_places_only_and_covered_ones_open_for_who_may(
    changed_server: CountyServer, officer: Client
) -> None:
    link = one_of(officer)
    doctor, clerk = changed_server.sign_in(VILLAGE_DOCTOR), changed_server.sign_in(TOWNSHIP_CLERK)
    every = {link for link in officer.get("/adjustments/").links if link.startswith("/people/")}
    assert every
    assert len(clerk.get("/adjustments/").main) < len(officer.get("/adjustments/").main)
    assert doctor.get(link).status == 404
    assert "没有这一条" in doctor.get(link).text
    assert 'href="/adjustments/"' in doctor.get("/people/").html
    control = changed_server.sign_in(DISEASE_CONTROL_OFFICER)
    assert "按权限查看，不在下面" not in control.get("/adjustments/").text
    assert changed_server.visitor().get("/adjustments/").url.endswith("/sign-in/?next=%2Fadjustments%2F")


def test_the_workbook_holds_the_lines_that_the_page_lists(officer: Client, tmp_path: Path) -> None:
    request = Request(officer.base + "/adjustments/list.xlsx?kind=recovery")
    with build_opener(HTTPCookieProcessor(officer.jar)).open(request, timeout=60) as response:
        (tmp_path / "list.xlsx").write_bytes(response.read())
        assert "filename*=utf-8''" in response.headers["Content-Disposition"]
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx")["补报追回"].iter_rows(min_row=2, values_only=True))
    assert rows
    assert {row[0] for row in rows} == {"追回"}
    assert all("*" in str(row[2]) for row in rows)


def test_where_nothing_changed_the_page_says_so(county_server: CountyServer) -> None:
    assert "没有补报，也没有追回" in county_server.sign_in(COUNTY_OFFICER).get("/adjustments/").text
