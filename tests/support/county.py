"""The sample county, drawn once a run and shared by all workers; and workspaces in which its main job was done."""

from __future__ import annotations

import csv
import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

COUNTY = "430611"
SEED = 20171231
STAYS = "14住院费用结算明细.xlsx"
_DIGESTIVE_CANCERS = ("食管癌", "胃癌", "结肠癌", "直肠癌")


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder, made by the first worker that asks; the others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".part")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(folder)
    return folder


def figures(path: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return (code, place) -> (numerator, denominator, value) of a figures file."""
    with path.open(encoding="utf-8") as file:
        return {
            (row["code"], row["place"]): (row["numerator"], row["denominator"], row["value"]) for row in csv.DictReader(file)
        }


def table(sheet: Worksheet, *headers: str) -> tuple[int, dict[str, int]]:
    """Return the row of a sheet's header and the column number of each header asked for."""
    for row in sheet.iter_rows(max_row=10):
        words = {str(cell.value).strip(): cell.column for cell in row if cell.value is not None and cell.column}
        if all(header in words for header in headers):
            return int(row[0].row or 0), {header: words[header] for header in headers}
    raise LookupError(f"no header with {headers} in {sheet.title}")


def find_rows(path: Path, *headers: str) -> list[tuple[str, int, dict[str, str]]]:
    """Return sheet, row number and the wanted cells of every data row in the sheets that have the headers."""
    found = []
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        try:
            top, columns = table(sheet, *headers)
        except LookupError:
            continue
        for number in range(top + 1, sheet.max_row + 1):
            cells = {header: str(sheet.cell(number, column).value or "") for header, column in columns.items()}
            if any(cells.values()):
                found.append((sheet.title, number, cells))
    return found


def change_cell(path: Path, sheet: str, row: int, header: str, value: str) -> None:
    """Write one cell of a received workbook as a clerk would, and save it."""
    book = openpyxl.load_workbook(path)
    _, columns = table(book[sheet], header)
    book[sheet].cell(row, columns[header]).value = value
    book.save(path)


def one_treated_person_less(sample_county: Path, folder: Path) -> Path:
    """Return a copy of the list of stays in which the only treated stay of a patient says another illness."""
    changed = folder / STAYS
    shutil.copy(sample_county / STAYS, changed)
    rows = find_rows(changed, "身份证号", "出院诊断", "诊断编码", "政策范围内费用")
    stays: dict[str, list[tuple[str, int]]] = {}
    for sheet, number, cells in rows:
        if any(word in cells["出院诊断"] for word in _DIGESTIVE_CANCERS):
            stays.setdefault(cells["身份证号"], []).append((sheet, number))
    sheet, number = next(places[0] for places in stays.values() if len(places) == 1)
    change_cell(changed, sheet, number, "出院诊断", "急性阑尾炎")
    change_cell(changed, sheet, number, "诊断编码", "K35.9")
    return changed
