"""Reads a CSV file of claims (settlement standard, The file door): every bad cell is named by row and column, none guessed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from fuqi.basics.errors import FuqiError
from fuqi.basics.money import parse_yuan
from fuqi.scheme.claims import Claim, contradictions

REQUIRED = ("claim_id", "person_id", "settled_at", "discharged", "care", "total", "in_scope")
IDS = ("claim_id", "person_id", "household_id", "stay_id")
DATES = ("settled_at", "discharged", "admitted", "birth_on")
FLAGS = ("in_county", "referred", "insured", "in_pool", "in_province")
WORDS = ("care", "hospital_level", "icd10", "sex", "away")
MONEY = ("total", "settle_total", "in_scope")
KNOWN = (*IDS, *DATES, *FLAGS, *WORDS, *MONEY, "groups", "hospital_grade")
FAMILIES = ("fee_", "amount_", "paid_")
T = TypeVar("T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ClaimsFileError(FuqiError):
    """A file that cannot be read as claims at all; `row` and `column` say where, if that is known."""

    code = "claims_file"

    def __init__(self, message: str, *, code: str, row: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.row = row
        self.column = column


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """What is wrong with one row: the header is row 1."""

    row: int
    column: str
    code: str
    message: str
    claim_id: str = ""


@dataclass(slots=True)
class ClaimsFile:
    """The claims that could be read, the row of each, the bad rows, and the columns that nobody knows."""

    claims: list[Claim] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    ids: frozenset[str] = frozenset()


def read_claims(content: bytes, layers: Collection[str], care_kinds: Collection[str]) -> ClaimsFile:
    """Return the claims of a CSV file; `paid_` columns are those of the layers. Raises ClaimsFileError.

    All problems of all rows are collected; `.claims` holds the sound rows only.
    """
    table = _table(content)
    header = table[0][1]
    found = ClaimsFile()
    columns = known_columns(header, layers, found.problems, found.ignored)
    read: list[tuple[int, str, Claim | None]] = []
    for row, cells in table[1:]:
        if len(cells) != len(header):
            found.problems.append(wrong_count(row, len(cells), len(header)))
            continue
        reader = RowReader(row, {name: cells[place] for name, place in columns.items()}, found.problems)
        read.append((row, reader.cells["claim_id"], reader.claim(care_kinds)))
    found.ids = frozenset(claim_id for _, claim_id, _ in read)
    times = Counter(claim_id for _, claim_id, _ in read if claim_id.strip())
    for row, claim_id, claim in read:
        if times[claim_id] > 1:
            found.problems.append(duplicate(row, claim_id, times[claim_id]))
        elif claim is not None:
            found.claims.append(claim)
            found.rows[claim_id] = row
    return found


def wrong_count(row: int, cells: int, expected: int) -> RowProblem:
    """Return the problem of a row with too many or too few cells."""
    return RowProblem(row, "", "cells", f"这一行有{cells}格，表头有{expected}格，请检查逗号和引号")


def duplicate(row: int, claim_id: str, times: int) -> RowProblem:
    """Return the problem of a row whose claim_id stands in several rows."""
    return RowProblem(row, "claim_id", "duplicate", f"这个结算单号出现了{times}次，请只留一张", claim_id)


def _table(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank with their numbers."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClaimsFileError("文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV", code="encoding") from None
    if "\x00" in text:
        raise ClaimsFileError("文件里有不可见的空字符，不是 CSV 文件", code="unreadable")
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if cells:
                rows.append((number, cells))
    except csv.Error as error:
        what = "有一格太长" if "limit" in str(error) else "引号不成对"
        message = f"第{number + 1}行附近{what}，不是可读的 CSV 文件"
        raise ClaimsFileError(message, code="unreadable", row=number + 1) from None
    if not rows:
        raise ClaimsFileError("文件是空的", code="empty")
    return rows


def known_columns(
    header: Sequence[str], layers: Collection[str], problems: list[RowProblem], ignored: list[str]
) -> dict[str, int]:
    """Return the place of each known column; unknown ones are ignored, one that stands twice is a problem of row 1.

    Raises ClaimsFileError if a required column is absent.
    """
    columns: dict[str, int] = {}
    seen: set[str] = set()
    for place, name in enumerate(header):
        if name in seen and name:
            problems.append(RowProblem(1, name, "column_twice", f"“{name}”这一列出现了两次，请删去一列"))
            continue
        seen.add(name)
        if _is_known(name, layers):
            columns[name] = place
        else:
            ignored.append(name)
    for name in REQUIRED:
        if name not in columns:
            raise ClaimsFileError(f"缺少必需的列“{name}”", code="missing_column", row=1, column=name)
    return columns


def _is_known(name: str, layers: Collection[str]) -> bool:
    if name.startswith("paid_"):
        return name.removeprefix("paid_") in layers
    return name in KNOWN or any(name.startswith(lead) and len(name) > len(lead) for lead in FAMILIES)


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row; an empty cell is unknown (None)."""

    row: int
    cells: dict[str, str]
    problems: list[RowProblem]
    bad: set[str] = field(default_factory=set)

    def claim(self, care_kinds: Collection[str]) -> Claim | None:
        """Return the claim, None if a cell is bad or the claim contradicts itself."""
        claim = self._claim()
        for name in ("claim_id", "person_id"):
            if not self.cells.get(name, "").strip():
                self._problem(name, "no_id", "没有编号")
        for problem in contradictions(claim, care_kinds):
            if problem.column != "in_scope" or "settle_total" not in self.bad:
                self._problem(problem.column, problem.code, problem.message)
        return None if self.bad else claim

    def _claim(self) -> Claim:
        """Return the claim that the cells make; bad cells count as unknown."""
        days = {name: self._read(name, parse_day, "date", "不是日期，要写成 2017-01-31") for name in DATES}
        flags = {name: self._read(name, _flag, "flag", "只能写 1（是）或 0（否）") for name in FLAGS}
        money = {name: self._amount(name) for name in MONEY}
        grade = self._read("hospital_grade", _grade, "hospital_grade", "医院等级只能是 0 到 3")
        families = {lead: self._family(lead) for lead in FAMILIES}
        words = {name: self.cells.get(name) or None for name in WORDS}
        columns: dict[str, Any] = {**days, **flags, **words, **money}
        groups = self.cells.get("groups")
        return Claim(
            claim_id=self.cells["claim_id"],
            person_id=self.cells["person_id"],
            household_id=self.cells.get("household_id") or None,
            stay_id=self.cells.get("stay_id") or None,
            groups=None if groups is None else groups_of(groups),
            hospital_grade=grade,
            fees=families["fee_"],
            amounts=families["amount_"],
            paid=families["paid_"],
            **columns,
        )

    def _read(self, name: str, convert: Callable[[str], T], code: str, message: str) -> T | None:
        text = self.cells.get(name, "")
        if not text:
            return None
        try:
            return convert(text)
        except ValueError:
            self._problem(name, code, f"“{_short(text)}”{message}")
            return None

    def _amount(self, name: str) -> int | None:
        return self._read(name, parse_yuan, "amount", "不是金额，要写成 123.45：不带正负号、千分号和“元”，最多两位小数")

    def _family(self, lead: str) -> dict[str, int | None]:
        names = [name for name in self.cells if name.startswith(lead)]
        return {name.removeprefix(lead): self._amount(name) for name in names}

    def _problem(self, column: str, code: str, message: str) -> None:
        self.bad.add(column)
        self.problems.append(RowProblem(self.row, column, code, message, self.cells["claim_id"]))


def groups_of(cell: str) -> frozenset[str]:
    """Return the groups of a cell."""
    return frozenset(part.strip() for part in cell.split(";") if part.strip())


def parse_day(text: str) -> date:
    """Return the day that an ISO date says. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _grade(text: str) -> int:
    if text not in ("0", "1", "2", "3"):
        raise ValueError(text)
    return int(text)


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
