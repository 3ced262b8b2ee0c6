"""Papers of the sample county, printed as an office prints them: figures equal to the counted ones, nobody given away."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from tests.support.accounts import DISEASE_CONTROL_OFFICER, SECURITY_ADMINISTRATOR
from tests.support.county import COUNTY, figures
from tests.support.prints import pdf_pages, pdf_text, word_tables, word_text
from tests.support.workspaces import WorkspaceUnderTest

PURPOSE = ("--purpose", "入户发放")
CONTROL = DISEASE_CONTROL_OFFICER.name
GRANTER = ("--as", SECURITY_ADMINISTRATOR.name)
TOLD = ("结核", "精神", "艾滋", "HIV", "B20", "F20", "A15")
"""Words that would tell of a restricted illness."""


@pytest.fixture(scope="module")
def workspace(
    counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory, database_server: str
) -> WorkspaceUnderTest:
    if database_server:
        pytest.fail("these tests copy the workspace's folder and run on SQLite only")
    folder = tmp_path_factory.mktemp("papers") / "workspace"
    shutil.copytree(counted_county.folder, folder)
    return WorkspaceUnderTest(folder, "")


def said(workspace: WorkspaceUnderTest, *arguments: str | Path, status: int = 0) -> str:
    result = workspace.fuqi(*arguments)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout + result.stderr


def number(words: str) -> str:
    found = re.search(r"编号 (\d{4}-\d{6})", words)
    assert found, words
    return found[1]


@pytest.fixture(scope="module")
def assessment(workspace: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return the county's self-assessment as PDF and Word."""
    folder = tmp_path_factory.mktemp("assessment")
    in_pdf = said(workspace, "paper", "self-assessment", "--form", "pdf", "--out", folder / "a.pdf")
    in_word = said(workspace, "paper", "self-assessment", "--form", "docx", "--out", folder / "a.docx")
    assert number(in_pdf) == number(in_word)
    return (folder / "a.pdf").read_bytes(), (folder / "a.docx").read_bytes()


def listed(workspace: WorkspaceUnderTest, code: str, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(workspace.fuqi(*options, "figures", "--code", code, "--list").stdout)))


@pytest.fixture(scope="module")
def hidden(workspace: WorkspaceUnderTest) -> list[dict[str, str]]:
    """Return the lines of people with a restricted illness: those that only disease control sees."""
    lines = listed(workspace, "public_health_treatment_rate", "--as", CONTROL, *PURPOSE)
    open_to_all = {line["person"] for line in listed(workspace, "public_health_treatment_rate")}
    found = {line["person"]: line for line in lines if line["person"] not in open_to_all}
    assert len(found) > 30
    return list(found.values())


def test_both_forms_carry_the_same_text(assessment: tuple[bytes, bytes]) -> None:
    in_pdf = pdf_text(assessment[0], body=True)
    before = "附件1数据"
    assert in_pdf.partition(before)[0] == word_text(assessment[1]).partition(before)[0]
    for table in word_tables(assessment[1]):
        for row in table:
            assert all(cell in in_pdf for cell in row), row


def test_every_figure_is_the_one_that_was_counted(
    workspace: WorkspaceUnderTest, assessment: tuple[bytes, bytes], tmp_path: Path
) -> None:
    said(workspace, "figures", "--out", tmp_path / "figures.csv")
    names = {row["code"]: row["name"] for row in csv.DictReader((tmp_path / "figures.csv").open(encoding="utf-8"))}
    counted = {names[code]: values for (code, place), values in figures(tmp_path / "figures.csv").items() if place == COUNTY}
    (_, *rows), *_ = word_tables(assessment[1])
    printed = {row[1]: (row[3], row[4], re.sub(r"[^0-9.]", "", row[2])) for row in rows}
    assert printed == counted
    assert [row[0] for row in rows] == [str(place) for place in range(1, len(counted) + 1)]
    text = pdf_text(assessment[0], body=True)
    assert "救治率83.10%〔14〕" in text
    assert "补助金额171.46万元〔10〕" in text


def test_the_paper_says_which_count_and_which_version_it_rests_on(assessment: tuple[bytes, bytes]) -> None:
    text = pdf_text(assessment[0])
    assert re.search(r"计数批次第\d+号，截至2017年12月31日，方案版本[0-9a-f]{12}", text)
    assert "尚未计数" not in text
    assert "【待填：成文日期】" in text
    assert text.count("样例数据（虚构）") == len(pdf_pages(assessment[0]))


def test_a_change_of_the_scheme_is_said_on_top_and_stops_plain_sheets(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(workspace.folder, folder)
    own = folder / "schemes" / "junshan-2017"
    shutil.copytree(Path(__file__).parents[2] / "schemes" / "junshan-2017", own)
    text = own / "reports" / "self-assessment.md"
    text.write_text(text.read_text("utf-8").replace("一、工作成效", "一、成效"), "utf-8")
    changed = WorkspaceUnderTest(folder, "")
    said(changed, "paper", "self-assessment", "--out", tmp_path / "a.pdf")
    assert "名单或方案有更新，尚未计数" in pdf_pages((tmp_path / "a.pdf").read_bytes())[0]
    refused = said(changed, *PURPOSE, "paper", "plain-sheet", "--place", "白鹭村", "--out", tmp_path / "b.pdf", status=2)
    assert "处理完再印" in refused
    assert not (tmp_path / "b.pdf").exists()


def test_nobody_with_a_restricted_illness_is_given_away_by_the_self_assessment(
    workspace: WorkspaceUnderTest, assessment: tuple[bytes, bytes], hidden: list[dict[str, str]], tmp_path: Path
) -> None:
    text = pdf_text(assessment[0])
    (_, *rows) = next(table for table in word_tables(assessment[1])[2:] if any("专管" in cell for row in table for cell in row))
    assert all(re.fullmatch(r"专管-[A-HJ-NP-Z2-9]{4}", row[0]) and row[1:] == ["", "", "专管病种"] for row in rows)
    for line in hidden:
        assert line["person"] not in text
        assert line["name"] not in text
    by_control = said(workspace, "--as", CONTROL, *PURPOSE, "paper", "self-assessment", "--out", tmp_path / "c.pdf")
    assert (tmp_path / "c.pdf").read_bytes() == assessment[0], by_control


def test_plain_sheets_leave_restricted_illnesses_no_trace(
    workspace: WorkspaceUnderTest, hidden: list[dict[str, str]], tmp_path: Path
) -> None:
    for line in hidden[:: max(1, len(hidden) // 3)][:3]:
        out = tmp_path / f"{line['person']}.pdf"
        said(workspace, *PURPOSE, "paper", "plain-sheet", "--place", line["place"], "--out", out)
        pages = pdf_pages(out.read_bytes())
        assert not [word for page in pages for word in TOLD if word in page]
        own = next(page for page in pages if line["name"] in page)
        known = said(workspace, "--as", CONTROL, "explain", line["person"])
        for amount in re.findall(r"(?:总费用|个人负担) (\d+\.\d\d) 元", known):
            assert amount not in own or amount == "0.00"
        control = tmp_path / "control.pdf"
        said(workspace, "--as", CONTROL, *PURPOSE, "paper", "plain-sheet", "--place", line["place"], "--out", control)
        assert control.read_bytes() == out.read_bytes()


def test_plain_sheets_leave_out_the_other_illnesses_of_who_has_a_restricted_one(
    workspace: WorkspaceUnderTest, hidden: list[dict[str, str]], tmp_path: Path
) -> None:
    """No page shows them, so that a paper which does would tell that there is a restricted one."""
    line = next(line for line in hidden if said(workspace, "--as", CONTROL, "explain", line["person"]).count("\n病情：") > 1)
    out = tmp_path / "a.pdf"
    said(workspace, *PURPOSE, "paper", "plain-sheet", "--place", line["place"], "--out", out)
    page = next(page for page in pdf_pages(out.read_bytes()) if line["name"] in page)
    members = page.partition("患病情况")[2].partition("看病怎么报销")[0]
    assert line["name"] in members
    assert not re.search(line["name"] + ".{0,10}（高血压|糖尿病|肝|卒中|类风湿|慢性|冠心病）", members)


def test_each_household_of_a_village_has_its_page_and_its_number_and_keeps_it(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    first = said(workspace, *PURPOSE, "paper", "plain-sheet", "--place", "430611102207", "--out", tmp_path / "a.pdf")
    pages = pdf_pages((tmp_path / "a.pdf").read_bytes())
    assert f"{len(pages)} 份" in first
    numbers = [re.findall(r"编号(\d{4}-\d{6})", page)[0] for page in pages]
    assert len(set(numbers)) == len(pages)
    households = [re.findall(r"户编号：(\d+)", page)[0] for page in pages]
    assert households == sorted(households)
    again = said(workspace, *PURPOSE, "paper", "plain-sheet", "--place", "430611102207", "--out", tmp_path / "b.pdf")
    assert number(again) == numbers[0]
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    one = said(workspace, *PURPOSE, "paper", "plain-sheet", households[3], "--out", tmp_path / "c.pdf")
    assert number(one) == numbers[3]
    assert pdf_pages((tmp_path / "c.pdf").read_bytes()) == [pages[3]]
    assert "日志完好" in said(workspace, "audit")


def test_full_names_need_a_purpose_and_a_household_of_ones_own(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    assert "写明用途" in said(workspace, "paper", "plain-sheet", "--place", "430611102207", "--out", out, status=2)
    said(workspace, *GRANTER, "grant", "村医小李", "--role", "village_doctor", "--place", "430611100200")
    doctor = ("--as", "村医小李", *PURPOSE, "paper")
    elsewhere = said(workspace, *doctor, "plain-sheet", "43061110200105", "--out", out, status=2)
    nowhere = said(workspace, *doctor, "plain-sheet", "99999999999999", "--out", out, status=2)
    assert elsewhere == nowhere
    assert "不在您的范围" in elsewhere
    said(workspace, *doctor, "plain-sheet", "--place", "430611100200", "--out", out)
    assert "由县里印" in said(workspace, *doctor, "self-assessment", "--out", out, status=2)
    assert "按户或按村" in said(workspace, *PURPOSE, "paper", "plain-sheet", "--place", "430611102", "--out", out, status=2)
