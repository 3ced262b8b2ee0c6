"""Where a sheet's header stands and which kind of list it announces: titles above, two-row and merged headers, spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fuqi.intake.cleaning import text_of
from fuqi.intake.layouts import FREE_KIND, Layout, Layouts, header_word
from fuqi.intake.workbooks import Cell, Sheet

Row = Sequence[Cell]

_SEARCHED_ROWS = 40
_SEARCHED_FILLED_ROWS = 10
_LONGEST_HEADER = 40
_OF_THE_HEAD = {"head_id_number": "id_number"}
"""In a list of heads of household alone the head's number is the number of the one who is listed."""
_NUMBERLIKE = re.compile(r"[0-9０-９]{5,}|[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column: its place from 0, the header as shown, the field it is read as ('' if none), whether amounts are in 万元."""

    index: int
    header: str
    field: str
    named: bool
    in_ten_thousands: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The header that was found: its rows from 0 (`first` to before `after`), kind, columns, and how much of it is known."""

    first: int
    after: int
    kind: str
    columns: tuple[HeaderColumn, ...]
    score: float
    kind_unclear: bool = False


def fill_merged(sheet: Sheet, most: int) -> list[list[Cell]]:
    """Return the rows with every merged cell's value in all cells of its range; at most so many cells are filled."""
    rows = list(sheet.rows)
    width = max(map(len, rows), default=0)
    filled = 0
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        value = sheet.rows[top][left]
        bottom, right = min(bottom, len(rows) - 1), min(right, width - 1)
        filled += max(0, bottom - top + 1) * max(0, right - left + 1)
        if filled > most:
            break
        for number in range(top, bottom + 1):
            row = list(rows[number]) + [None] * (right + 1 - len(rows[number]))
            row[left : right + 1] = [value] * (right + 1 - left)
            rows[number] = row
    return rows


def _may_be_header(row: Row) -> bool:
    texts = [text_of(cell) for cell in row if cell is not None]
    return bool(texts) and all(
        len(text) <= _LONGEST_HEADER and not _NUMBERLIKE.fullmatch(text.strip()) and not re.search(r"[0-9]{8}", text)
        for text in texts
    )


def _parts(rows: Sequence[Row], index: int) -> list[str]:
    """Return the header texts above one another in a column; a blank group cell belongs to the group on its left."""
    parts: list[str] = []
    for level, row in enumerate(rows):
        text = text_of(row[index]) if index < len(row) else ""
        below = level + 1 < len(rows) and index < len(rows[level + 1]) and rows[level + 1][index] is not None
        if not text.strip() and below:
            for left in range(index - 1, -1, -1):
                if left < len(row) and row[left] is not None:
                    own = rows[level + 1][left] if left < len(rows[level + 1]) else None
                    text = text_of(row[left]) if own is not None and own != row[left] else ""
                    break
        text = re.sub(r"\s+", "", text)
        if text and text not in parts:
            parts.append(text)
    return parts


def _field(layout: Layout, parts: Sequence[str]) -> str:
    whole = layout.field_of("".join(parts))
    if whole or len(parts) == 1:
        return whole
    last = layout.field_of(parts[-1])
    if last and not header_word(parts[0]).startswith(layout.other_people or ("\0",)):
        return last
    return "" if last else layout.field_of(parts[0])


def _columns(layout: Layout, headers: Sequence[list[str]], titles: str) -> tuple[HeaderColumn, ...]:
    taken: set[str] = set()
    shown: dict[str, int] = {}
    columns = []
    for index, parts in enumerate(headers):
        field = _field(layout, parts) if parts else ""
        if field in taken:
            field = ""
        taken.add(field)
        header = "/".join(parts) or f"第{index + 1}列"
        shown[header] = shown.get(header, 0) + 1
        if shown[header] > 1:
            header = f"{header}（第{index + 1}列）"
        large = "万元" in header or bool(re.search(r"单位[::]\s*万元", titles))
        columns.append(HeaderColumn(index, header, field, bool(parts), large))
    if "head_name" in taken and "head_id_number" in taken and not taken & {"name", "id_number"}:
        return tuple(replace(column, field=_OF_THE_HEAD.get(column.field, column.field)) for column in columns)
    return tuple(columns)


def _hints(layout: Layout, sources: Sequence[str]) -> int:
    return sum(any(hint in source for hint in layout.hints) for source in sources)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a layout fits: columns known less what is unknown, and what titles, sheet and file name say for it."""

    kind: str
    known: float
    hints: int
    columns: tuple[HeaderColumn, ...]

    @property
    def score(self) -> float:
        return self.known + 2 * self.hints - (self.kind == FREE_KIND)


def _fits(layouts: Layouts, headers: Sequence[list[str]], sources: Sequence[str], titles: str) -> list[_Fit]:
    """Return the layouts whose required columns are there, best first."""
    named = sum(1 for parts in headers if parts)
    found = []
    for layout in layouts:
        columns = _columns(layout, headers, titles)
        fields = {column.field for column in columns if column.field}
        if len(fields) < min(2, named) or not all(any(name in fields for name in group) for group in layout.required):
            continue
        hints = _hints(layout, sources)
        if hints or not layout.told_by_hint:
            found.append(_Fit(layout.kind, len(fields) - 0.25 * (named - len(fields)), min(hints, 3), columns))
    return sorted(found, key=lambda fit: -fit.score)


def title_text(rows: Sequence[Row]) -> str:
    """Return what stands in the rows above a header, a line a cell."""
    return "\n".join(text_of(cell) for row in rows for cell in row if cell is not None)


def find_header(raw: Sequence[Row], filled: Sequence[Row], layouts: Layouts, *names: str) -> Header | None:
    """Return the header with the best score among the first rows, None if no layout's columns stand there.

    `names` are the file's and the sheet's; like the titles they may say which kind of list it is.
    """
    best: Header | None = None
    seen = 0
    for first in range(min(len(raw), _SEARCHED_ROWS)):
        if not any(cell is not None for cell in raw[first]):
            continue
        seen += 1
        if seen > _SEARCHED_FILLED_ROWS or (best is not None and _lists_something(raw[best.after : first], best)):
            break
        header = header_at(first, raw, filled, layouts, title_text(raw[:first]), *names)
        if header is not None and (best is None or header.score > best.score):
            best = header
    return best


def _lists_something(rows: Sequence[Row], header: Header) -> bool:
    """Return whether a row below a header has more in it than a title: then a later header begins a table of its own."""
    needed = min(2, sum(column.named for column in header.columns))
    return any(sum(cell is not None and bool(text_of(cell).strip()) for cell in row) >= needed for row in rows)


def header_at(
    first: int, raw: Sequence[Row], filled: Sequence[Row], layouts: Layouts, titles: str, *names: str
) -> Header | None:
    """Return the header that begins in this row, in one, two or three rows, whichever says most."""
    sources = [header_word(text) for text in (*names, titles)]
    best: Header | None = None
    for span in (1, 2, 3):
        rows = filled[first : first + span]
        last = raw[first + span - 1] if len(rows) == span else ()
        if not _may_be_header(last) or (span > 1 and sum(cell is not None for cell in raw[first]) < 2):
            break
        width = max(map(len, rows))
        headers = [_parts(rows, index) for index in range(width)]
        fits = _fits(layouts, headers, sources, titles)
        if not fits:
            continue
        fit = fits[0]
        if (
            len(fits) > 1 and fits[1].score == fit.score
        ):  # two kinds fit equally: it is a list of persons, of which kind nobody knows
            fit = next((one for one in fits if one.kind == FREE_KIND), fit)
        if best is None or fit.known > best.score:
            best = Header(first, first + span, fit.kind, fit.columns, fit.known, fit.kind == FREE_KIND)
    return best
