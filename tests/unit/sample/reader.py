"""A plain reader of the sample's workbooks, which knows only the header words: what the tests count with.

It shares no code with the generator nor with the pipeline.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, object]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_sign(first: str) -> str:
    return "10X98765432"[sum(int(a) * b for a, b in zip(first, WEIGHTS, strict=True)) % 11]


def number_of(cell: object) -> str:
    """Return an id number as 18 characters where it can be read so, whatever its soundness."""
    text = unicodedata.normalize("NFKC", "" if cell is None else str(cell)).replace(" ", "").upper()
    if len(text) == 15 and text.isdecimal():
        first = text[:6] + "19" + text[6:]
        return first + check_sign(first)
    return text


def is_sound(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        return len(number) == 18 and check_sign(number[:17]) == number[17]
    except ValueError:
        return False


def day_of(cell: object) -> date:
    if isinstance(cell, date):
        return cell
    text = str(cell)
    for sign in "年月/.":
        text = text.replace(sign, "-")
    text = text.replace("日", "")
    parts = text.split("-") if "-" in text else [text[:4], text[4:6], text[6:]]
    return date(*map(int, parts))


def fen_of(cell: object) -> int | None:
    return None if cell is None else round(Decimal(str(cell)) * 100)


def sheets_of(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """Yield the sheets of a workbook with their cells, None where a cell is empty, whole numbers as such."""
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        yield name, [[_cell(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _cell(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return None if cell == "" else cell


def rows_of(path: Path, first_header: str) -> Iterator[Row]:
    """Yield the cells of each row by header word; titles, totals and notes are left out."""
    for _, cells_of in sheets_of(path):
        headers: list[str] = []
        for cells in cells_of:
            if not headers:
                headers = [str(cell) for cell in cells] if first_header in cells else []
            elif sum(cell is not None for cell in cells) >= 3 and str(cells[0]) not in ("合计", "总计"):
                yield dict(zip(headers, cells, strict=True))


@dataclass(frozen=True)
class Person:
    """What the register says of one person."""

    number: str
    name: str
    village: tuple[str, str]
    household: str
    head: bool
    group: str
    registered_on: date

    @property
    def birth(self) -> str:
        return self.number[6:14]


@dataclass(eq=False)
class County:
    """All workbooks of one folder, read once."""

    files: Mapping[str, Path]
    register: dict[str, Person]

    def rows(self, word: str, first_header: str) -> list[Row]:
        """Return the rows of all workbooks whose file name holds the word."""
        return [row for name, path in sorted(self.files.items()) if word in name for row in rows_of(path, first_header)]

    def person(self, row: Row, *, number: str, name: str, township: str, village: str) -> str | None:
        """Return the id number of whom a row means: its own where sound, else that of one of equal name, birth, village."""
        found = number_of(row.get(number))
        if is_sound(found):
            return found
        told = row.get("出生日期")
        birth = day_of(told).strftime("%Y%m%d") if told else found[6:14]
        meant = (row[name], birth, (str(row[township]), str(row[village])))
        alike = [one.number for one in self.register.values() if (one.name, one.birth, one.village) == meant]
        return alike[0] if alike else None


def read_county(folder: Path) -> County:
    """Return the county of a folder with its register."""
    files = {path.name: path for path in folder.iterdir()}
    register: dict[str, Person] = {}
    last: Row = {}
    path = next(path for name, path in files.items() if "建档立卡户信息" in name)
    for row in rows_of(path, "户编号"):
        if row["户编号"] is not None:
            last = row
        number = number_of(row["证件号码"])
        assert number not in register
        register[number] = Person(
            number=number,
            name=str(row["姓名"]),
            village=(str(last["乡镇"]), str(last["行政村"])),
            household=str(last["户编号"]),
            head=row["与户主关系"] == "户主",
            group=str(last["贫困户属性"]),
            registered_on=day_of(last["建档时间"]),
        )
    return County(files, register)
