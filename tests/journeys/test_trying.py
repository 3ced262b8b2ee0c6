"""A county office changes a number in a copy of its scheme and sees whom it hits, by the command line."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from fuqi.config.workspace import SCHEME_LIBRARY
from tests.support.prints import pdf_pages, pdf_text, word_body, word_tables, word_text
from tests.support.trials import TEXT
from tests.support.workspaces import RunFuqi, WorkspaceUnderTest

HEADER = "claim_id,person_id,settled_at,discharged,care,total,in_scope,hospital_level,groups\n"
POOR = "registered_poor"


def draft(folder: Path, *changes: tuple[str, str]) -> Path:
    """Return a benefits.yaml with changes."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "benefits.yaml"
    path.write_text(text, "utf-8")
    return path


BETTER = ("points: 10%", "points: 15%")


def numbers(path: Path) -> dict[tuple[str, str, str], str]:
    """Return (table, row, column) -> value of a trial's CSV."""
    with path.open(encoding="utf-8-sig") as file:
        return {(row["表"], row["行"], row["列"]): row["值"] for row in csv.DictReader(file)}


def fen(text: str) -> int:
    return int(text.replace(".", ""))


def test_a_changed_number_is_told_in_words_and_in_sums_that_add_up(
    counted_county: WorkspaceUnderTest, fuqi: RunFuqi, tmp_path: Path
) -> None:
    changed, out = draft(tmp_path, BETTER), tmp_path / "trial.csv"
    told = counted_county.fuqi("scheme", "try", changed, "--on", "last-year", "--out", out)
    assert told.returncode == 0, told.stderr
    assert re.search(r"如果改用草案，全县一年多付[\d,.]+元（增加[\d.]+%）；[\d,]+人少负担", told.stdout)
    assert "没有费用单，改用有费用单的最近一个整年：2017年" in told.stdout
    found = numbers(out)
    for side in ("现行方案（元）", "草案（元）"):
        parts = (found["各项资金付多少", row, side] for row in ("各项资金合计", "个人负担"))
        assert sum(map(fen, parts)) == fen(found["各项资金付多少", "结算费用合计", side])
    more = fen(found["各项资金付多少", "各项资金合计", "增减（元）"])
    for table in ("各类人员", "各乡镇"):
        gain, loss = (fen(found[table, "合计", f"{word}（元）"]) for word in ("少负担", "多负担"))
        assert gain - loss == more > 0
        for column in ("人数", "增减（元）", "少负担（人）"):
            rows = [
                fen(value) for (name, row, head), value in found.items() if (name, head) == (table, column) and row != "合计"
            ]
            assert sum(rows) == fen(found[table, "合计", column])
    assert found["贫困线上下", "有费用单、有收入的（户）", "草案"] != "0"
    behind = fuqi("scheme", "try", changed, "-w", counted_county.folder)
    assert behind.stdout == told.stdout.partition("\n已写到")[0]


def test_the_present_scheme_tried_on_itself_changes_nothing(counted_county: WorkspaceUnderTest) -> None:
    told = counted_county.fuqi("scheme", "try", "junshan-2017", "--on", "2017")
    assert told.returncode == 0, told.stderr
    assert "草案和现行方案一分不差：2017年的3,165笔费用" in told.stdout


def test_word_and_pdf_say_the_same_on_two_pages(counted_county: WorkspaceUnderTest, tmp_path: Path) -> None:
    changed = draft(tmp_path, BETTER)
    files = {form: tmp_path / f"trial.{form}" for form in ("pdf", "docx", "xlsx", "svg")}
    for path in files.values():
        told = counted_county.fuqi("scheme", "try", changed, "--out", path)
        assert told.returncode == 0, told.stderr
    in_pdf, in_word = files["pdf"].read_bytes(), files["docx"].read_bytes()
    assert len(pdf_pages(in_pdf)) == 2
    text = pdf_text(in_pdf)
    for table in word_tables(in_word):
        assert all(cell in text for row in table for cell in row), table
    for said in ("方案试算报告", "样例数据（虚构）", "10%→15%", "费用单摘要", "不是最终口径"):
        assert said in text
    assert "方案试算报告" in word_text(in_word)
    assert any("pic:pic" in item._p.xml for item in word_body(in_word) if hasattr(item, "_p"))
    assert files["svg"].read_text("utf-8").startswith("<svg xmlns=")
    again = tmp_path / "again.docx"
    counted_county.fuqi("scheme", "try", changed, "--out", again)
    assert again.read_bytes() == in_word


def test_a_draft_with_faults_is_refused_with_all_of_them(counted_county: WorkspaceUnderTest, tmp_path: Path) -> None:
    broken = draft(tmp_path, ("points: 10%", "points: 10"), ("    rate: 70%\n", "    rat: 70%\n"))
    lines = [
        number
        for number, line in enumerate(broken.read_text("utf-8").splitlines(), 1)
        if "points: 10," in line or "rat:" in line
    ]
    told = counted_county.fuqi("scheme", "try", broken, "--out", tmp_path / "trial.pdf")
    assert told.returncode == 2
    assert len(lines) == 2
    assert all(f"benefits.yaml”第{line}行" in told.stderr for line in lines), told.stderr
    assert not (tmp_path / "trial.pdf").exists()


def test_numbers_of_a_later_day_are_tried_when_that_day_is_said(counted_county: WorkspaceUnderTest, tmp_path: Path) -> None:
    dated = draft(tmp_path, ("    rate: 70%\n", "    rate: [{from: 2017-01-01, value: 70%}, {from: 2018-01-01, value: 90%}]\n"))
    told = counted_county.fuqi("scheme", "try", dated)
    assert "一分不差" in told.stdout
    assert "从2018年1月1日起才执行的数字，没有用到" in told.stdout
    then = counted_county.fuqi("scheme", "try", dated, "--in-force", "2018-01-01")
    assert re.search(r"全县一年多付[\d,.]+元", then.stdout), then.stdout


def test_a_group_that_nobody_is_in_yet_is_said(counted_county: WorkspaceUnderTest, tmp_path: Path) -> None:
    folder = tmp_path / "明年"
    shutil.copytree(SCHEME_LIBRARY / "junshan-2017", folder)
    groups = folder / "groups.yaml"
    groups.write_text(
        groups.read_text("utf-8") + "  - {id: near_poverty, name: 低保边缘, comes_from: household, words: [边缘户],"
        " source: {document: self_assessment_2017, clause: insured}}\n",
        "utf-8",
    )
    benefits = folder / "benefits.yaml"
    benefits.write_text(
        TEXT.replace("""when: "'registered_poor' in groups", points""", """when: "'near_poverty' in groups", points"""), "utf-8"
    )
    told = counted_county.fuqi("scheme", "try", folder)
    assert told.returncode == 0, told.stderr
    assert "“低保边缘”，现行方案里没有" in told.stdout


def claims(folder: Path, *rows: str) -> Path:
    path = folder / "claims.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_a_file_of_claims_is_tried_without_a_workspace(fuqi: RunFuqi, tmp_path: Path) -> None:
    rows = claims(
        tmp_path,
        f"c1,p1,2017-03-01,2017-03-01,inpatient,1000.00,1000.00,county,{POOR}",
        "c2,p2,2017-03-02,2017-03-02,inpatient,1000.00,1000.00,county,",
        "c3,p3,2017-03-03,2017-03-03,inpatient,1000.00,,county,",
        "c4,p4,2016-03-03,2016-03-03,inpatient,1000.00,1000.00,county,",
    )
    out = tmp_path / "trial.csv"
    arguments = (
        "scheme",
        "try",
        draft(tmp_path, BETTER),
        "--claims",
        rows,
        "--against",
        "junshan-2017",
        "--on",
        "2017",
        "--out",
        out,
    )
    told = fuqi(*arguments)
    assert told.returncode == 1, told.stderr
    found = numbers(out)
    # what is above the deductible of 500 yuan, at 70% and 10 or 15 points more
    assert found["各项资金付多少", "居民基本医保基金（尚未核实）", "现行方案（元）"] == "750.00"
    assert found["各项资金付多少", "居民基本医保基金（尚未核实）", "草案（元）"] == "775.00"
    assert "缺少政策范围内费用" in told.stdout
    assert "c3" in told.stdout
    assert "不能分乡镇" in told.stderr
    assert "名单里没有" in told.stderr or "没有家庭收入" in told.stderr


def test_two_benefits_files_are_compared_alone(fuqi: RunFuqi, tmp_path: Path) -> None:
    small = "layers: [{id: a, name: 医保, base: in_scope, rate: 50%, fund: x}]\n"
    (tmp_path / "old.yaml").write_text(small, "utf-8")
    (tmp_path / "new.yaml").write_text(small.replace("50%", "40%"), "utf-8")
    rows = claims(tmp_path, "c1,p1,2017-03-01,2017-03-01,inpatient,1000.00,1000.00,county,")
    told = fuqi("scheme", "try", tmp_path / "new.yaml", "--against", tmp_path / "old.yaml", "--claims", rows, "--on", "2017")
    assert told.returncode == 0, told.stderr
    assert "各项资金一年少付100.00元（减少20.00%）；没有人少负担；1人多负担，共100.00元；0人不变。" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--on", "下一年"), "看不懂"),
        (("--on", "2017-2016"), "先后写反"),
        (("--on", "2030"), "没有费用单"),
        (("--out", "trial.txt"), "结尾"),
        (("--out", "没有/trial.pdf"), "文件夹不存在"),
        (("--in-force", "明天"), "日期"),
        (("--against", "junshan-2017"), "--claims"),
        (("--claims", "没有.csv"), "读不了"),
    ],
)
def test_wrong_arguments_are_refused_in_words(
    counted_county: WorkspaceUnderTest, arguments: tuple[str, ...], said: str
) -> None:
    told = counted_county.fuqi("scheme", "try", "junshan-2017", *arguments)
    assert told.returncode == 2
    assert said in told.stderr


def test_without_claims_there_is_nothing_to_try(fuqi: RunFuqi, tmp_path: Path) -> None:
    assert "--claims" in fuqi("scheme", "try", "junshan-2017").stderr
    told = fuqi("scheme", "try", "没有这个方案", "--claims", claims(tmp_path), "--against", "junshan-2017")
    assert told.returncode == 2
    assert "找不到方案" in told.stderr
    empty = fuqi("scheme", "try", "junshan-2017", "--claims", claims(tmp_path), "--against", "junshan-2017")
    assert empty.returncode == 2
    assert "没有一张费用单" in empty.stderr
