"""Writing a sheet as an office does: titles, a header, rows, totals, signatures; text is always written as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from fuqi.sample.spelling import Cell, Row

NOTICE = "虚构数据，仅供演示"


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of sheet looks: the header word of each field, titles above, what stands below.

    `sequence` is the header of a running number in front ('' for none); `bands` are group titles over spans of columns.
    """

    title: str
    headers: Sequence[tuple[str, str]]
    sequence: str = ""
    subtitle: str = ""
    total_of: Sequence[str] = ()
    total_word: str = "合计"
    unit: str = "人"
    foot: Sequence[str] = ()
    bands: Sequence[tuple[str, int]] = ()
    merged: Sequence[str] = ()
    """Fields whose cells are merged over the rows of one block."""

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return fields and headers, the running number first where there is one."""
        return [("", self.sequence), *self.headers] if self.sequence else list(self.headers)


@dataclass(slots=True)
class Book:
    """A workbook that is being written; the same rows always give the same bytes."""

    path: Path
    formats: dict[str, Any] = field(init=False, default_factory=dict)
    _book: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._book = xlsxwriter.Workbook(str(self.path), {"strings_to_formulas": False, "strings_to_numbers": False})
        self._book.set_properties({"title": NOTICE, "comments": NOTICE, "created": datetime(2018, 1, 2)})  # noqa: DTZ001
        add = self._book.add_format
        self.formats = {
            "title": add({"bold": True, "font_size": 16, "align": "center"}),
            "notice": add({"font_color": "red", "align": "center"}),
            "header": add({"bold": True, "border": 1, "align": "center", "text_wrap": True}),
            "cell": add({"border": 1}),
            "number": add({"border": 1, "num_format": "0"}),
            "merged": add({"border": 1, "valign": "vcenter"}),
            "day": add({"border": 1, "num_format": "yyyy-mm-dd"}),
            "money": add({"border": 1, "num_format": "0.00"}),
            "foot": add({"italic": True}),
        }

    def close(self) -> Path:
        """Write the file and return where it lies."""
        self._book.close()
        return self.path

    def notes(self, name: str, lines: Sequence[str]) -> None:
        """Add a sheet that only explains."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 90)
        for at, line in enumerate([NOTICE, *lines]):
            sheet.write_string(at, 0, line, self.formats["notice" if at == 0 else "foot"])

    def sheet(self, name: str, form: Form, blocks: Sequence[Sequence[Row]]) -> None:
        """Add a sheet with the rows of all blocks; a block's merged fields become one cell."""
        sheet = self._book.add_worksheet(name)
        columns = form.columns
        sheet.set_column(0, len(columns) - 1, 14)
        at = self._head(sheet, form, len(columns))
        number = 0
        for block in blocks:
            first = at
            for row in block:
                number += 1
                for column, (name_of, _) in enumerate(columns):
                    if name_of in form.merged and len(block) > 1:
                        continue
                    self._cell(sheet, at, column, row.get(name_of) if name_of else number)
                at += 1
            self._merge(sheet, form, block, first, at - 1)
        self._below(sheet, form, blocks, at, number)

    def _head(self, sheet: Any, form: Form, width: int) -> int:
        sheet.merge_range(0, 0, 0, width - 1, "", self.formats["title"])
        sheet.write_string(0, 0, f"{form.title}（{NOTICE}）", self.formats["title"])
        at = 1
        if form.subtitle:
            sheet.merge_range(at, 0, at, width - 1, "", self.formats["foot"])
            sheet.write_string(at, 0, form.subtitle, self.formats["foot"])
            at += 1
        if form.bands:
            column = 0
            for words, span in form.bands:
                if span > 1:
                    sheet.merge_range(at, column, at, column + span - 1, "", self.formats["header"])
                sheet.write_string(at, column, words, self.formats["header"])
                column += span
            at += 1
        for column, (_, words) in enumerate(form.columns):
            sheet.write_string(at, column, words, self.formats["header"])
        return at + 1

    def _merge(self, sheet: Any, form: Form, block: Sequence[Row], first: int, last: int) -> None:
        if first >= last:
            return
        for column, (name, _) in enumerate(form.columns):
            if name and name in form.merged:
                sheet.merge_range(first, column, last, column, "", self.formats["merged"])
                self._cell(sheet, first, column, block[0].get(name), merged=True)

    def _below(self, sheet: Any, form: Form, blocks: Sequence[Sequence[Row]], at: int, count: int) -> None:
        if form.total_of:
            sheet.write_string(at, 0, form.total_word, self.formats["header"])
            for column, (name, _) in enumerate(form.columns):
                if name in form.total_of:
                    self._cell(
                        sheet, at, column, _total([row.get(name) for block in blocks for row in block], f"共{count}{form.unit}")
                    )
            at += 1
        for line in form.foot:
            sheet.write_string(at, 0, line, self.formats["foot"])
            at += 1

    def _cell(self, sheet: Any, row: int, column: int, value: Cell, *, merged: bool = False) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.formats["cell"])
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self.formats["merged" if merged else "cell"])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.formats["day"])
        else:
            sheet.write_number(row, column, value, self.formats["money" if isinstance(value, float) else "number"])


def _total(cells: Sequence[Cell], count: str) -> Cell:
    """Return the sum of amounts, or how many rows there are where the column holds words."""
    amounts = [cell for cell in cells if isinstance(cell, int | float)]
    return round(sum(amounts), 2) if amounts else count
