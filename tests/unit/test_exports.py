"""T7: what the program writes for spreadsheets holds no live formula, and gives back the same text when it is read again.

Every text of every list × every beginning of a formula × every file that is written. A module that begins to write such files
and is not tried here fails the first test.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import fields, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuqi.basics.errors import Place
from fuqi.basics.inert import LEADS, CsvWriter, inert, said
from fuqi.basics.viewer import Viewer
from fuqi.flows import doubts, match_files
from fuqi.flows.adjustments import AdjustmentLine, AdjustmentList, FundTotal
from fuqi.flows.adjustments_file import COLUMNS, adjustments_csv, adjustments_workbook
from fuqi.flows.figures import ListLine, figures_csv, lines_csv
from fuqi.flows.trying import files
from fuqi.flows.trying.tables import Table
from fuqi.indicators.figures import Figure
from fuqi.intake.workbook_child import INERT
from fuqi.matching.queries import DoubtView
from tests.repo.sources import PACKAGE, package_files

T = TypeVar("T")

WRITERS = {
    "flows/adjustments_file.py",
    "flows/doubts.py",
    "flows/figures.py",
    "flows/match_files.py",
    "flows/trying/files.py",
    "sample/sheets.py",
}
"""Modules that write for spreadsheets. `sample` writes what it invented, no text of anybody's."""
TAILS = ("1+1", 'cmd|" /C calc"!A0', "SUM(A1:A9)", 'HYPERLINK("http://x")', "李某", "a\r=1+1", "")
HOSTILE = [lead + tail for lead, tail in product(LEADS, TAILS)] + ["'=1+1", "''=1", "' =1", "'", "a=1"]
UUID_OF_ONE = UUID(int=1)


def test_every_module_that_writes_for_spreadsheets_is_tried_here() -> None:
    marks = ("csv.writer", "CsvWriter(", "xlsxwriter.Workbook", "DictWriter", "to_csv")
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in package_files()
        if any(mark in path.read_text("utf-8") for mark in marks)
    }
    assert found - {"basics/inert.py"} == WRITERS


def cells_of(text: str) -> list[list[str]]:
    """Return the cells of a csv text, none of which a spreadsheet would run."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    for row in rows:
        for cell in row:
            assert not cell.startswith(LEADS) or is_number(cell), cell
    return rows


def is_number(cell: str) -> bool:
    """Return whether a cell is a negative amount of ours: a number in a spreadsheet, too."""
    return cell[:1] == "-" and cell[1:].replace(".", "", 1).isdecimal()


def read_again(text: str) -> list[list[str]]:
    """Return the cells as they come in when the file is received."""
    return [[INERT.sub("", cell) for cell in row] for row in cells_of(text)]


@given(st.text(st.sampled_from("'=+-@\t\r\n＝＋－＠ a1"), max_size=6))
def test_what_was_made_inert_comes_back_as_it_was(text: str) -> None:
    assert said(inert(text)) == INERT.sub("", inert(text)) == text
    assert not inert(text).startswith(LEADS)


def changed(line: T, name: str, text: str) -> T:
    """Return a line with one of its texts changed."""
    return replace(line, **{name: text})  # type: ignore[type-var]


def texts_of(line: Any) -> list[str]:
    return [one.name for one in fields(line) if isinstance(getattr(line, one.name), str)]


LINE = ListLine("numerator", "000001", "李某", "望湖镇", "ZY1", "已救治", (Place("a.xlsx", "1月", 3),))


@pytest.mark.parametrize("for_readers", [False, True])
def test_lists_of_figures(for_readers: bool) -> None:
    names = [name for name in texts_of(LINE) if name != "part"]
    lines = [changed(LINE, name, text) for name in names for text in HOSTILE]
    lines += [replace(LINE, sources=(Place(text, "1月", 3),)) for text in HOSTILE]
    rows = read_again(lines_csv(lines, for_readers=for_readers))[1:]
    assert [row[1:6] for row in rows] == [[line.person, line.name, line.place, line.record, line.reason] for line in lines]
    assert [row[6] for row in rows[-len(HOSTILE) :]] == [f"{text}!1月!3" for text in HOSTILE]


def test_figures() -> None:
    rows = read_again(figures_csv(Figure("code", text, "430611", "-5", "7", "-5.00") for text in HOSTILE))[1:]
    assert [row[1] for row in rows] == HOSTILE


ADJUSTMENT = AdjustmentLine(
    UUID_OF_ONE,
    1,
    "李某",
    "望湖镇",
    "ZY1",
    "区医院",
    date(2017, 5, 1),
    "basic",
    "基本医保",
    "fund",
    "基金",
    200,
    100,
    ("x",),
    "名单更新",
    (2,),
)
HOSTILE_ADJUSTMENTS = [
    changed(ADJUSTMENT, name, text)
    for name in ("name", "place", "number", "hospital", "layer_name", "fund_name", "reason")
    for text in HOSTILE
]


def told(line: AdjustmentLine) -> list[str]:
    return [line.name, line.place, line.number, line.hospital, line.layer_name, line.fund_name, line.reason]


PLACES = [COLUMNS.index(name) for name in ("name", "place", "number", "hospital", "layer", "fund", "reason")]


def test_adjustments() -> None:
    found = AdjustmentList(tuple(HOSTILE_ADJUSTMENTS), (), 0)
    rows = read_again(adjustments_csv(found))[1:]
    assert [[row[place] for place in PLACES] for row in rows] == [told(line) for line in HOSTILE_ADJUSTMENTS]


def opened(data: bytes) -> openpyxl.Workbook:
    """Return a workbook in which nothing is a formula or leads anywhere."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert b"<f>" not in content, name
            assert b"<f " not in content, name
            assert b"hyperlink" not in content.replace(b"relationships/hyperlink", b"hyperlink") or "sharedStrings" in name, (
                name
            )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    return book


def kept(text: str) -> str | None:
    """Return a text as a workbook spells it: OOXML writes a carriage return as a number, which openpyxl does not read back."""
    return text.replace("\r", "_x000D_") or None


def test_adjustments_as_a_workbook() -> None:
    totals = tuple(FundTotal("fund", text, 1, 0) for text in HOSTILE)
    book = opened(adjustments_workbook(AdjustmentList(tuple(HOSTILE_ADJUSTMENTS), totals, 1), "\n".join(HOSTILE)))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    for line, row in zip(HOSTILE_ADJUSTMENTS, rows, strict=False):
        assert [kept(str(row[place] or "")) for place in PLACES] == [kept(text) for text in told(line)]
    names = [row[0] for row in book.worksheets[1].iter_rows(min_row=2, max_row=len(HOSTILE) + 1, values_only=True)]
    assert [kept(str(name or "")) for name in names] == [kept(text) for text in HOSTILE]


@pytest.fixture
def hostile_trial(monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """Let a trial have tables of nothing but formulas."""
    made = [
        Table(id=str(number), title=f"表{number}", heads=("名称", "说明"), kinds=("", ""), rows=((text, text),), note=text)
        for number, text in enumerate(HOSTILE)
    ]
    monkeypatch.setattr(files, "tables", lambda result: made)
    monkeypatch.setattr(files, "about", lambda result: [("结论", text) for text in HOSTILE])
    monkeypatch.setattr(files, "spread_bars", lambda *arguments, **more: None, raising=False)
    return made


def test_a_trial(hostile_trial: list[Table]) -> None:
    rows = read_again(files.trial_csv(None).decode("utf-8-sig"))[1:]  # type: ignore[arg-type]
    assert [row[3] for row in rows[: len(HOSTILE)]] == HOSTILE
    assert [row[1] for row in rows[len(HOSTILE) :]] == [str(table.rows[0][0]) for table in hostile_trial]


def test_doubts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        DoubtView(
            row_id=UUID_OF_ONE, place=Place(text, text, 3), other_id=None, other=Place(text, text, 4), rule="x", reasons=text
        )
        for text in HOSTILE
    ]
    monkeypatch.setattr(doubts, "doubts", lambda viewer: made)
    rows = read_again(doubts.doubts_csv(Viewer("t"))[0])[1:]
    assert [[row[0], row[1], row[3], row[4], row[7]] for row in rows] == [[text] * 5 for text in HOSTILE]


def test_what_matching_says_of_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del tmp_path, monkeypatch
    rows = list(match_files._people_lines((), [((text, text, 3), "no_header") for text in HOSTILE]))
    text = io.StringIO()
    CsvWriter(text).writerows(rows)
    assert [row[:2] for row in read_again(text.getvalue())] == [[one, one] for one in sorted(HOSTILE)]
