"""Workbooks written for these tests, and numbers that are sound and belong to nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from fuqi.basics.resident_id import check_digit
from fuqi.intake.layouts import load_layouts

TODAY = date(2018, 1, 10)
LAYOUTS = load_layouts()

Cells = Sequence[Any]


def number(birth: str = "19800305", sequence: int = 1, area: str = "430611") -> str:
    """Return a sound number with this birth date."""
    first = f"{area}{birth}{sequence:03d}"
    return first + check_digit(first)


def records(*lines: str) -> str:
    """Return the lines as comma-separated records; a blank parts two fields, `~` is an empty one."""
    return "".join(",".join("" if field == "~" else field for field in line.split(" ")) + "\n" for line in lines)


def write_book(path: Path, sheets: Mapping[str, Cells], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write an .xlsx with these cells from A1 on."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in (merged or {}).get(name, ()):
            sheet.merge_cells(span)
    book.save(path)
    return path
