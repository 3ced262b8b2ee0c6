"""Reads a CSV file of claims into columns, fast: what is plainly sound by whole columns, every other row by the careful reader.

The careful reader (`claims_csv`) is the judge: for every file both give the same claims, problems and refusals.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, compress, count, islice
from operator import gt

from fuqi.basics.money import MAX_CLAIM_FEN, parse_yuan
from fuqi.scheme.claims import FORMULA_LEADS
from fuqi.scheme.names import AWAY_KINDS, HOSPITAL_LEVELS
from fuqi.scheme.reading.claims_by_column import UNKNOWN, ClaimColumns, Coded
from fuqi.scheme.reading.claims_csv import (
    DATES,
    FLAGS,
    IDS,
    WORDS,
    RowReader,
    duplicate,
    known_columns,
    parse_day,
    read_claims,
    wrong_count,
)

BLOCK_BYTES = 1 << 15
BLOCK_ROWS = 1024
LONGEST_CELL = csv.field_size_limit()
_ODD = -(2**62) - 1
_ODD_ID = re.compile(r"\n(?:[=+\-@\s]|\Z)")
_ODD_OPTIONAL_ID = re.compile(r"\n[=+\-@]")
_AMOUNTS = re.compile(r"(?:[0-9]{1,15}+\.[0-9]{2}\n)*+")
_FLAGS = {"": UNKNOWN, "0": 0, "1": 1}
_GRADES = {"": UNKNOWN, "0": 0, "1": 1, "2": 2, "3": 3}
_MEMO = 1 << 16


def read_columns(content: bytes, layers: Collection[str], care_kinds: Collection[str]) -> ClaimColumns:
    """Return the claims of a CSV file by column; `paid_` columns are those of the layers.

    Raises ClaimsFileError for a file that cannot be read as claims at all.
    """
    try:
        found = _Reader(layers, care_kinds).read(content)
    except (UnicodeDecodeError, csv.Error, _NotPlainError):
        read_claims(content, layers, care_kinds)
        raise
    return _without_duplicates(found)


class _NotPlainError(Exception):
    """A file that only the careful reader can judge."""


class _Table(dict[str, int]):
    """Numbers of texts, found when a text is first met; what is no such number is odd."""

    def __init__(self, start: dict[str, int]) -> None:
        super().__init__(start)
        self.odd = False

    def __missing__(self, text: str) -> int:
        try:
            number = self.number(text)
        except ValueError:
            self.odd = True
            return _ODD
        if len(self) < _MEMO:
            self[text] = number
        return number

    def number(self, text: str) -> int:
        raise ValueError(text)


class _Days(_Table):
    def number(self, text: str) -> int:
        return parse_day(text).toordinal()


class _Amounts(_Table):
    def number(self, text: str) -> int:
        return parse_yuan(text)


class _Texts(_Table):
    """Codes of texts in the order in which they are met; `allowed` limits them (None: any)."""

    def __init__(self, allowed: Collection[str] | None) -> None:
        super().__init__({})
        self.allowed = None if allowed is None else frozenset(allowed) | {""}

    def __missing__(self, text: str) -> int:
        if not self.sound(text):
            self.odd = True
            return _ODD
        self[text] = code = len(self)
        return code

    def sound(self, text: str) -> bool:
        return self.allowed is None or text in self.allowed


Rows = Sequence[int]
Cells = dict[str, Sequence[str]]


class _Reader:
    """Reads one file."""

    def __init__(self, layers: Collection[str], care_kinds: Collection[str]) -> None:
        self.layers = layers
        self.care_kinds = care_kinds
        self.found = ClaimColumns()
        self.places: dict[str, int] = {}
        self.width = 0
        self.tables: dict[str, _Table] = {}
        self.units: dict[str, defaultdict[str, int]] = {}
        """Codes of persons, households and stays in the order in which they are met."""

    def read(self, content: bytes) -> ClaimColumns:
        """Return the claims; of a claim_id that stands in several rows all, with the bad rows' ids beside."""
        if b"\x00" in content:
            raise _NotPlainError
        blocks = self._quoted(content) if b'"' in content else self._plain(content)
        for rows, cells in blocks:
            self._take(rows, cells)
        if not self.width:
            raise _NotPlainError
        for name, coded in self.found.texts.items():
            coded.texts = list(self.units[name] if name in self.units else self.tables[name])
        return self.found

    def _header(self, header: Sequence[str]) -> None:
        found = self.found
        self.places = known_columns(header, self.layers, found.problems, found.ignored)
        self.width = len(header)
        allowed = {"care": self.care_kinds, "hospital_level": HOSPITAL_LEVELS, "away": AWAY_KINDS}
        for name in self.places:
            if name in IDS:
                self.units[name] = defaultdict(count().__next__)
            elif name in WORDS or name == "groups":
                self.tables[name] = _Texts(allowed.get(name))
            elif name in DATES:
                self.tables[name] = _Days({"": UNKNOWN})
            elif name in FLAGS or name == "hospital_grade":
                self.tables[name] = _Table(_FLAGS if name in FLAGS else _GRADES)
            else:
                self.tables[name] = _Amounts({"": UNKNOWN})
            if name in self.units or isinstance(self.tables[name], _Texts):
                found.texts[name] = Coded()
            else:
                found.numbers[name] = []
        del found.texts["claim_id"]

    # ------------------------------------------------------------------ cells

    def _quoted(self, content: bytes) -> Iterator[tuple[Rows, Cells]]:
        """Yield the cells of a file that has quotes, block by block."""
        text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
        yield from self._by_reader(text, 1)

    def _plain(self, content: bytes) -> Iterator[tuple[Rows, Cells]]:
        """Yield the cells of a file without quotes: a line is a row."""
        row, start = 1, 3 if content.startswith(b"\xef\xbb\xbf") else 0
        while start < len(content):
            end = _end_of_block(content, start)
            text = content[start:end].decode()
            start = end
            if "\r" in text:
                text = text.replace("\r\n", "\n")
            if not text.endswith("\n"):
                text += "\n"
            lines = text.count("\n")
            cells = None if not self.width or "\r" in text or _has_long_line(text) else self._split(text, lines)
            if cells is None:
                yield from self._by_reader(io.StringIO(text, newline=""), row)
                row += lines if "\r" not in text else sum(1 for _ in io.StringIO(text, newline=""))
            else:
                yield range(row, row + lines), cells
                row += lines

    def _split(self, text: str, lines: int) -> Cells | None:
        """Return the cells of lines by column, None unless every line has as many as the header.

        Line ends become cells of their own: where each stands at the end of its row, all rows are whole.
        """
        flat = text.replace("\n", ",\n,").split(",")
        step = self.width + 1
        if len(flat) != lines * step + 1 or flat[self.width :: step] != ["\n"] * lines:
            return None
        del flat[-1]
        return {name: flat[place::step] for name, place in self.places.items()}

    def _by_reader(self, text: Iterable[str], first: int) -> Iterator[tuple[Rows, Cells]]:
        """Yield the cells that the careful splitter finds; rows with too many or too few become problems."""
        numbered = enumerate(csv.reader(text, strict=True), start=first)
        if not self.width:
            for _, header in numbered:
                if header:
                    self._header(header)
                    break
        while block := list(islice(numbered, BLOCK_ROWS)):
            whole = [one for one in block if len(one[1]) == self.width]
            if len(whole) < len(block):
                bad = [(row, cells) for row, cells in block if cells and len(cells) != self.width]
                self.found.problems += [wrong_count(row, len(cells), self.width) for row, cells in bad]
            if whole:
                columns = list(zip(*(cells for _, cells in whole), strict=True))
                yield [row for row, _ in whole], {name: columns[place] for name, place in self.places.items()}

    # ------------------------------------------------------------------ claims

    def _take(self, rows: Rows, cells: Cells) -> None:
        """Add a block's claims; rows that are not plainly sound go to the careful reader."""
        converted = {name: self._convert(name, cells[name]) for name in self.tables}
        odd: set[int] = set()
        for name in self.units:
            odd |= _odd_ids(cells[name], needed=name in ("claim_id", "person_id"))
        for name, table in self.tables.items():
            if table.odd:
                table.odd = False
                odd |= {place for place, value in enumerate(converted[name]) if value == _ODD}
        odd = odd or _contradicting(converted)
        if odd:
            self._take_apart(rows, cells, odd)
            return
        found = self.found
        found.ids += cells["claim_id"]
        found.rows.extend(rows)
        for name, codes in self.units.items():
            if name != "claim_id":
                found.texts[name].codes += map(codes.__getitem__, cells[name])
        for name, values in converted.items():
            column = found.numbers[name] if name in found.numbers else found.texts[name].codes
            column += values

    def _convert(self, name: str, cells: Sequence[str]) -> list[int]:
        table = self.tables[name]
        if isinstance(table, _Amounts):
            text = "\n".join(cells) + "\n"
            if _AMOUNTS.fullmatch(text) and text.count("\n") == len(cells):
                return list(map(int, text.replace(".", "").split()))
        return list(map(table.__getitem__, cells))

    def _take_apart(self, rows: Rows, cells: Cells, odd: set[int]) -> None:
        keep = [place not in odd for place in range(len(rows))]
        if any(keep):
            self._take(list(compress(rows, keep)), {name: list(compress(column, keep)) for name, column in cells.items()})
        for place in sorted(odd):
            row = rows[place]
            reader = RowReader(row, {name: column[place] for name, column in cells.items()}, self.found.problems)
            claim = reader.claim(self.care_kinds)
            if claim is None:
                self.found.bad.append((row, reader.cells["claim_id"]))
            else:
                self._add(row, reader.cells)

    def _add(self, row: int, cells: dict[str, str]) -> None:
        """Add a claim that the careful reader found sound."""
        found = self.found
        found.ids.append(cells["claim_id"])
        found.rows.extend((row,))
        for name, column in found.numbers.items():
            column.append(self.tables[name][cells[name]])
        for name, coded in found.texts.items():
            coded.codes.append((self.units[name] if name in self.units else self.tables[name])[cells[name]])


def _end_of_block(content: bytes, start: int) -> int:
    """Return where a block of whole lines ends that begins at `start`."""
    if start + BLOCK_BYTES >= len(content):
        return len(content)
    end = content.rfind(b"\n", start, start + BLOCK_BYTES)
    end = content.find(b"\n", start + BLOCK_BYTES) if end < 0 else end
    return len(content) if end < 0 else end + 1


def _has_long_line(text: str) -> bool:
    """Return whether a line may hold a cell that is longer than the careful splitter allows."""
    start = 0
    while start + LONGEST_CELL < len(text):
        start = text.rfind("\n", start, start + LONGEST_CELL) + 1
        if not start:
            return True
    return False


def _odd_ids(ids: Sequence[str], *, needed: bool) -> set[int]:
    """Return the places of ids that begin unlike an id; of needed ones also those that are empty."""
    text = "\n" + "\n".join(ids)
    if text.count("\n") == len(ids) and not (_ODD_ID if needed else _ODD_OPTIONAL_ID).search(text):
        return set()
    return {place for place, one in enumerate(ids) if one.startswith(FORMULA_LEADS) or (needed and not one.strip())}


def _contradicting(values: dict[str, list[int]]) -> set[int]:
    """Return the places of claims that may contradict themselves: all that do are among them, and some with empty cells."""
    total, discharged = values["total"], values["discharged"]
    settled = total
    if "settle_total" in values:
        settled = [of if one == UNKNOWN else one for one, of in zip(values["settle_total"], total, strict=True)]
    pairs = [(values["in_scope"], settled)]
    pairs += [(values[name], discharged) for name in ("admitted", "birth_on") if name in values]
    pairs += [(column, total) for name, column in values.items() if name.startswith("amount_")]
    fees = [column for name, column in values.items() if name.startswith("fee_")]
    if fees:
        pairs.append(([sum(fee for fee in row if fee != UNKNOWN) for row in zip(*fees, strict=True)], total))
    odd: set[int] = set()
    for parts, whole in pairs:
        above = list(map(gt, parts, whole))
        if True in above:
            odd.update(compress(range(len(above)), above))
    for column in (total, settled):
        if max(column) > MAX_CLAIM_FEN:
            odd.update(place for place, one in enumerate(column) if one > MAX_CLAIM_FEN)
    return odd


def _without_duplicates(found: ClaimColumns) -> ClaimColumns:
    """Return the claims without those whose claim_id stands in several rows, bad rows counted; each is a problem."""
    bad = [claim_id for _, claim_id in found.bad if claim_id.strip()]
    if len(set(chain(found.ids, bad))) == len(found) + len(bad):
        return found
    times = Counter(chain(found.ids, bad))
    places = [place for place, claim_id in enumerate(found.ids) if times[claim_id] > 1]
    for row, claim_id in chain(found.bad, ((found.rows[place], found.ids[place]) for place in places)):
        if claim_id.strip() and times[claim_id] > 1:
            found.problems.append(duplicate(row, claim_id, times[claim_id]))
    return found.without(places)
