"""A plain reader of the sample's workbooks, which knows only the header words: what the tests count with.

It shares no code with the generator nor with the pipeline.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

Row = dict[str, object]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_sign(first: str) -> str:
    return "10X98765432"[sum(int(a) * b for a, b in zip(first, WEIGHTS, strict=True)) % 11]


def number_of(cell: object) -> str:
    """Return an id number as 18 characters where it can be read so, whatever its soundness."""
    text = unicodedata.normalize("NFKC", str(cell)).replace(" ", "").upper()
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
    if isinstance(cell, datetime):
        return cell.date()
    text = str(cell)
    for sign in "年月/.":
        text = text.replace(sign, "-")
    text = text.replace("日", "")
    parts = text.split("-") if "-" in text else [text[:4], text[4:6], text[6:]]
    return date(*map(int, parts))


def fen_of(cell: object) -> int | None:
    return None if cell is None else round(Decimal(str(cell)) * 100)


def rows_of(path: Path, first_header: str) -> Iterator[tuple[str, int, Row]]:
    """Yield sheet, row number and cells by header word; titles, totals and notes are left out, merged cells filled down."""
    book = load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        headers: list[str] = []
        last: Row = {}
        for at, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if not headers:
                headers = [str(cell) for cell in cells] if first_header in cells else []
                continue
            filled = [cell for cell in cells if cell is not None]
            if len(filled) < 3 or str(cells[0]) in ("合计", "总计"):
                continue
            row: Row = dict(zip(headers, cells, strict=False))
            yield sheet.title, at, row
            last = row
        assert not headers or last, sheet.title
    book.close()


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


@dataclass
class County:
    """All workbooks of one folder, read once."""

    files: Mapping[str, Path]
    register: dict[str, Person]

    def rows(self, word: str, first_header: str) -> list[Row]:
        """Return the rows of all workbooks whose file name holds the word."""
        return [row for name, path in sorted(self.files.items()) if word in name for _, _, row in rows_of(path, first_header)]

    def person(self, row: Row, *, number: str, name: str, township: str, village: str) -> str | None:
        """Return the id number of whom a row means: its own where it is sound, else that of one of equal name, birth, village."""
        found = number_of(row[number])
        if is_sound(found):
            return found
        place = (str(row[township]), str(row[village]))
        alike = [
            one.number
            for one in self.register.values()
            if (one.name, one.birth, one.village) == (row[name], found[6:14], place)
        ]
        return alike[0] if alike else None


def read_county(folder: Path) -> County:
    """Return the county of a folder with its register."""
    files = {path.name: path for path in folder.iterdir()}
    register: dict[str, Person] = {}
    last: Row = {}
    path = next(path for name, path in files.items() if "建档立卡户信息" in name)
    for _, _, row in rows_of(path, "户编号"):
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
