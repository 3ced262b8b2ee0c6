"""Failures as sentences: what happened, where, and what to do next. Texts are Chinese, codes are stable English words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in what was received or written: file, sheet, row and column, or file, line and key."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        parts = [
            f"文件“{self.file}”" if self.file else "",
            f"工作表“{self.sheet}”" if self.sheet else "",
            f"第{self.row}行" if self.row else "",
            f"“{self.column}”列" if self.column else "",
            f"第{self.line}行" if self.line else "",
            f"“{self.key}”" if self.key else "",
        ]
        return "".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, as a value: loaders and importers collect faults and report all of them."""

    code: str
    message: str
    """What happened and what to do, in Chinese, without any personal number."""
    place: Place = Place()

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}：{self.message}" if where else self.message


class FuqiError(Exception):
    """A named failure that a user may read. Subclasses set `code`; the message says what happened, where and what to do."""

    code = "error"

    def __init__(self, message: str, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.faults = faults
