"""Texts on their way into a file that a spreadsheet will open, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width signs included."""


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `said` gives back what it was, whatever it was."""
    return f"'{text}" if _needs_it(text) else text


def said(cell: str) -> str:
    """Return the text that was made inert."""
    return cell[1:] if cell.startswith("'") and _needs_it(cell[1:]) else cell


def _needs_it(text: str) -> bool:
    return text.lstrip("'").startswith(LEADS)


_QUOTED = (",", '"', "\n", "\r")


class CsvWriter:
    """Writes lines of csv that end in a line feed.

    The standard library's writer leaves a carriage return unquoted then, and readers begin a new line there: the rest of
    the text would stand in a first cell, as a live formula if it is one.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def writerow(self, cells: Iterable[object]) -> None:
        """Write a line; texts from outside are made inert by the caller, who knows which they are."""
        self._out.write(",".join(_quoted(str(cell)) for cell in cells) + "\n")

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write lines."""
        for row in rows:
            self.writerow(row)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in _QUOTED) else text
