"""Through the pages in a real browser, as a newcomer and as a clerk; every page is looked at in two widths."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.support.accounts import PASSWORD, TOWNSHIP_CLERK
from tests.support.browser import Visitor, open_browser, visit
from tests.support.county import STAYS, figures, one_treated_person_less
from tests.support.published import PUBLISHED
from tests.support.serving import Served, served
from tests.support.workspaces import WorkspaceUnderTest, run_fuqi

OWN = "芦苇荡里的小船2026"
JOB_MILLISECONDS = 300_000


def word(server: Served, label: str) -> str:
    """Return what the frame at the start says after a label."""
    found = re.search(rf"{label}：(\S+)", server.said)
    assert found, server.said
    return found[1]


def fuqi(server: Served, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command on the served workspace."""
    return run_fuqi("-w", server.folder, *arguments)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a copy of the counted county: it lies in the workspace's folder, whatever the run's database is."""
    folder = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(counted_county.folder, folder)
    with served(folder) as found:
        yield found


@pytest.fixture(scope="module")
def signed_in(server: Served, browser: Browser) -> StorageState:
    """Sign in for the first time with the password that the start printed, and choose an own one."""
    with visit(browser, server.base) as visitor:
        visitor.open("/")
        visitor.look("sign-in")
        visitor.sign_in(word(server, "姓名"), word(server, "一次性密码"), new_password=OWN)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("君山区")
        return visitor.page.context.storage_state()


@pytest.fixture
def newcomer(server: Served, browser: Browser, signed_in: StorageState) -> Iterator[Visitor]:
    """Return the operator, signed in."""
    with visit(browser, server.base, signed_in) as visitor:
        yield visitor


def open_figure(visitor: Visitor, name: str, part: str) -> None:
    """Go from the county to a figure, and to one part of its list."""
    visitor.open("/")
    visitor.page.get_by_role("link", name=name, exact=True).first.click()
    visitor.page.get_by_role("link", name=re.compile(f"^{part} ")).click()


def test_a_newcomer_opens_a_figure_down_to_the_cell_comes_back_and_prints_it(
    newcomer: Visitor, server: Served, sample_county: Path, tmp_path: Path
) -> None:
    """Given a counted county and the one-time password, when a newcomer follows a number, the workbook's cell is at its end."""
    page = newcomer.page
    newcomer.open("/")
    newcomer.look("county")
    open_figure(newcomer, "四类九种大病救治率", "未计入")
    expect(page.locator("main")).to_contain_text("59 ÷ 71 = 83.10%")
    newcomer.look("figure")
    page.locator("#list tbody a").first.click()
    newcomer.look("person")
    number = page.get_by_role("heading", level=1).inner_text().split()[1]
    page.locator("main").get_by_role("link", name=re.compile("核查表")).first.click()
    newcomer.look("row")
    lead = page.locator(".page-lead").inner_text()
    file, sheet = lead.partition("，工作表“")[0], lead.partition("“")[2].rstrip("”")
    row = int(re.findall(r"第(\d+)行", page.get_by_role("heading", level=1).inner_text())[0])
    shown = {
        cells[0]: cells[1] for cells in (line.split("\t") for line in page.locator("#cells ~ div tbody tr").all_inner_texts())
    }
    sent = openpyxl.load_workbook(sample_county / file)[sheet]
    cells = [str(cell.value) for cell in sent[row] if cell.value is not None]
    assert len(shown) == len(cells)
    uncovered = [text for text in shown.values() if "*" not in text]
    assert uncovered
    assert set(uncovered) <= set(cells)
    page.get_by_role("link", name="返回这个人").click()
    assert number in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="返回名单").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("四类九种大病救治率")
    newcomer.open("/papers/")
    newcomer.look("papers")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载 PDF").click()
    printed = tmp_path / "report.pdf"
    downloading.value.save_as(printed)
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, encoding="utf-8", check=True).stdout
    out = tmp_path / "figures.csv"
    assert fuqi(server, "figures", "--out", out).returncode == 0
    counted = {code: value for (code, place), (_, _, value) in figures(out).items() if place == "430611"}
    assert {code: values[2] for code, values in PUBLISHED.items()}.items() <= counted.items()
    missing = [code for code, value in counted.items() if value not in text.replace(",", "")]
    assert not missing, f"the paper does not show what the figures say of {missing}"


def test_a_settlement_reads_as_sentences_whose_sum_is_the_bill(newcomer: Visitor) -> None:
    """Given a settled stay, when its page is opened, its layers and the own share add up to the total."""
    open_figure(newcomer, "一站式结算补助金额", "分子")
    newcomer.page.locator("#list tbody a[href*='/settlements/']").first.click()
    newcomer.look("settlement")
    check = re.search(r"核对：(.+) = ([\d.,]+) 元", newcomer.text())
    assert check
    parts = [round(float(part.replace(",", "")) * 100) for part in re.findall(r"[\d,]+\.\d\d", check[1])]
    assert sum(parts) == round(float(check[2].replace(",", "")) * 100)


def test_names_are_covered_until_a_purpose_is_said(newcomer: Visitor, server: Served) -> None:
    """Given covered names, when a purpose is said, they show; the journal keeps it; covered again on demand."""
    open_figure(newcomer, "四类九种大病救治率", "未计入")
    names = newcomer.page.locator("#list tbody th")
    assert "*" in names.first.inner_text()
    newcomer.page.get_by_text("姓名已遮盖").click()
    newcomer.page.get_by_label("看全名做什么用").fill("入户核对")
    newcomer.page.get_by_role("button", name="显示全名").click()
    assert "*" not in names.first.inner_text()
    expect(newcomer.page.locator("header")).to_contain_text("用途：入户核对")
    newcomer.page.get_by_role("button", name="遮盖").click()
    assert "*" in names.first.inner_text()
    assert fuqi(server, "audit").returncode == 0


def test_a_changed_list_moves_the_figure_and_undoing_it_moves_it_back(
    newcomer: Visitor, server: Served, sample_county: Path, tmp_path: Path
) -> None:
    """Given the counted county, when a changed list is uploaded and undone, the figure goes and comes back to the byte."""
    before = tmp_path / "before.csv"
    assert fuqi(server, "figures", "--out", before).returncode == 0
    changed = one_treated_person_less(sample_county, tmp_path)
    page = newcomer.page
    newcomer.open("/lists/")
    newcomer.look("lists")
    page.get_by_label("名单文件").set_input_files(changed)
    page.get_by_role("button", name="上传并处理").click()
    expect(page.get_by_role("heading", name="处理到哪一步")).to_be_visible()
    newcomer.look("job", whole=False)
    verifying = page.get_by_role("listitem").filter(has_text="核实认定").filter(has_text="正在做")
    expect(verifying).to_be_visible(timeout=JOB_MILLISECONDS)
    server.kill_worker()
    expect(page.get_by_role("heading", name="哪些数字变了")).to_be_visible(timeout=JOB_MILLISECONDS)
    newcomer.look("result")
    moved = page.get_by_role("row").filter(has_text="四类九种大病救治率").first
    expect(moved).to_contain_text("83.10%")
    expect(moved).to_contain_text("81.69%")
    page.get_by_role("link", name="1 行不同").click()
    newcomer.look("difference")
    assert "急性阑尾炎" in newcomer.text()
    page.get_by_role("link", name="撤销这次接收").click()
    page.get_by_label("理由").fill("诊断写错，等医院更正")
    newcomer.look("undo")
    page.get_by_role("button", name="撤销这份名单").click()
    expect(page.get_by_role("heading", name="哪些数字变了")).to_be_visible(timeout=JOB_MILLISECONDS)
    open_figure(newcomer, "四类九种大病救治率", "未计入")
    expect(page.locator("main")).to_contain_text("59 ÷ 71 = 83.10%")
    after = tmp_path / "after.csv"
    assert fuqi(server, "figures", "--out", after).returncode == 0
    assert after.read_bytes() == before.read_bytes()
    audit = fuqi(server, "audit")
    assert audit.returncode == 0, audit.stderr


def test_what_goes_wrong_is_a_sentence_and_the_page_goes_on(server: Served, browser: Browser, tmp_path: Path) -> None:
    """Given a clerk of one township, when things go wrong at the door, every answer is a sentence with a way on."""
    with visit(browser, server.base) as clerk:
        clerk.sign_in(TOWNSHIP_CLERK.name, "不是这个密码")
        expect(clerk.page.locator("main")).to_contain_text("姓名或密码不对")
        clerk.look("wrong-password")
        clerk.sign_in(TOWNSHIP_CLERK.name, PASSWORD)
        clerk.page.wait_for_load_state()
        for path in ("/figures/verified_people/?place=430611101", "/figures/no_such_figure/", "/nowhere/", "/people/999999/"):
            clerk.open(path)
            expect(clerk.page.locator("main")).to_contain_text("没有")
        clerk.look("not-found")
        clerk.open("/lists/")
        expect(clerk.page.locator("main")).to_contain_text("您的角色不能打开这一页")
        clerk.complaints = [line for line in clerk.complaints if not re.search("status of (403|404|422)", line)]


def test_a_broken_workbook_is_refused_in_words_and_the_other_file_is_taken(
    newcomer: Visitor, server: Served, sample_county: Path, tmp_path: Path
) -> None:
    """Given two files, one of them broken, when both are uploaded, the broken one is named and the other one is known."""
    broken = tmp_path / "坏掉的名单.xlsx"
    broken.write_bytes((sample_county / STAYS).read_bytes()[:5000])
    newcomer.open("/lists/")
    newcomer.page.get_by_label("名单文件").set_input_files([broken, sample_county / STAYS])
    newcomer.page.get_by_role("button", name="上传并处理").click()
    expect(newcomer.page.get_by_role("heading", name="各步做了什么")).to_be_visible(timeout=JOB_MILLISECONDS)
    newcomer.look("refused")
    assert "坏掉的名单.xlsx" in newcomer.text()
    newcomer.open("/")
    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text("君山区")
