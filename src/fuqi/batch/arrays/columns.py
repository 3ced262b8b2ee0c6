"""Reads a CSV file of claims into arrays: the same claims, problems and refusals as the careful reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fuqi.basics.money import MAX_CLAIM_FEN
from fuqi.batch.arrays import scan
from fuqi.batch.arrays.interning import Texts
from fuqi.batch.arrays.scan import UNKNOWN, Bytes, Marks, Whole
from fuqi.scheme.claims import Claim
from fuqi.scheme.names import AWAY_KINDS, HOSPITAL_LEVELS
from fuqi.scheme.reading.claims_by_column import ClaimColumns, Coded
from fuqi.scheme.reading.claims_columns import LONGEST_CELL
from fuqi.scheme.reading.claims_csv import (
    DATES,
    FLAGS,
    IDS,
    WORDS,
    RowProblem,
    RowReader,
    duplicate,
    known_columns,
    wrong_count,
)

ROWS = 1 << 15
"""How many rows are read at a time."""


class NotPlainError(Exception):
    """A file that only plain Python can read or judge."""


@dataclass(slots=True)
class ArrayColumns:
    """The sound claims of a file by column, with what else a file gives; `ClaimColumns` says what each part is.

    `ids` holds where the claim ids begin and end in `text`, `codes` the numbers of words and units by column, `texts` what the
    numbers stand for. Households and stays have a number for every claim, the person's or the claim's own where none is given.
    """

    text: Bytes
    ids: Whole
    rows: Whole
    numbers: dict[str, Whole] = field(default_factory=dict)
    codes: dict[str, Whole] = field(default_factory=dict)
    texts: dict[str, Texts] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def claim_id(self, place: int) -> str:
        """Return a claim's id."""
        return self.text[self.ids[0, place] : self.ids[1, place]].tobytes().decode()

    def taken(self, places: Sequence[int] | Whole) -> ClaimColumns:
        """Return some claims as columns of plain Python."""
        rows = np.asarray(places, np.int64)
        found = ClaimColumns(ids=[self.claim_id(int(place)) for place in rows])
        found.rows.extend(self.rows[rows].tolist())
        found.numbers = {name: column[rows].tolist() for name, column in self.numbers.items()}
        for name, column in self.codes.items():
            own, codes = np.unique(column[rows], return_inverse=True)
            found.texts[name] = Coded(codes.tolist(), [self.texts[name][int(code)] for code in own])
        return found

    def claim(self, place: int) -> Claim:
        """Return the claim at a place of the columns."""
        return self.taken([place]).claim(0)

    def kept(self, keep: npt.NDArray[np.bool_]) -> ArrayColumns:
        """Return the claims that are kept; texts, problems and other things of the file stay."""
        return ArrayColumns(
            self.text,
            np.ascontiguousarray(self.ids[:, keep]),
            self.rows[keep],
            {name: column[keep] for name, column in self.numbers.items()},
            {name: column[keep] for name, column in self.codes.items()},
            self.texts,
            self.problems,
            self.ignored,
            self.bad + [(int(self.rows[place]), self.claim_id(int(place))) for place in np.flatnonzero(~keep)],
        )


def read_arrays(content: bytes, layers: Collection[str], care_kinds: Collection[str]) -> ArrayColumns:
    """Return the claims of a CSV file by column; `paid_` columns are those of the layers.

    Raises NotPlainError for a file that plain Python must read or refuse, ClaimsFileError where a required column is absent.
    """
    if b"\x00" in content or not _is_utf8(content):
        raise NotPlainError
    return _Reader(content, layers, care_kinds).read()


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    """Reads one file."""

    def __init__(self, content: bytes, layers: Collection[str], care_kinds: Collection[str]) -> None:
        self.content = content
        self.text: Bytes = np.frombuffer(content, np.uint8)
        self.care_kinds = care_kinds
        self.found = ArrayColumns(self.text, np.empty((2, 0), np.int64), np.empty(0, np.int64))
        self.at, self.number, header = self._header()
        self.width = len(header)
        self.places = known_columns(header, layers, self.found.problems, self.found.ignored)
        most = content.count(b"\n", self.at) + 1
        found = self.found
        found.rows = np.empty(most, np.int64)
        found.ids = np.empty((2, most), np.int64)
        self.lines = np.empty((2, most), np.int64)
        self.odd: Marks = np.zeros(most, np.uint8)
        for name in self.places:
            if name == "claim_id":
                continue
            if name in IDS or name in WORDS or name == "groups":
                found.codes[name] = np.empty(most, np.int64)
                found.texts[name] = Texts()
            else:
                found.numbers[name] = np.empty(most, np.int64)

    def _header(self) -> tuple[int, int, list[str]]:
        """Return where the rows begin, the number of the first of them, and the names of the columns."""
        at, number = 3 if self.content.startswith(b"\xef\xbb\xbf") else 0, 1
        while at < len(self.content):
            end = self.content.find(b"\n", at)
            end = len(self.content) if end < 0 else end
            line = self.content[at:end].removesuffix(b"\r")
            if b'"' in line or b"\r" in line or len(line) > LONGEST_CELL:
                raise NotPlainError
            at, number = end + 1, number + 1
            if line:
                return at, number, line.decode().split(",")
        raise NotPlainError

    def read(self) -> ArrayColumns:
        """Return the sound claims."""
        known = np.zeros(self.width, np.uint8)
        known[list(self.places.values())] = 1
        rows = np.empty((ROWS, 4), np.int64)
        starts, stops = np.empty((self.width, ROWS), np.int64), np.empty((self.width, ROWS), np.int64)
        filled = 0
        while self.at < len(self.text):
            self.at, self.number, count = scan.split_rows(
                self.text, self.at, self.number, known, LONGEST_CELL, rows, starts, stops
            )
            if self.at == scan.NOT_PLAIN:
                raise NotPlainError
            whole = np.flatnonzero(rows[:count, 3] == self.width)
            if len(whole) < count:
                wrong = rows[:count][rows[:count, 3] != self.width]
                self.found.problems += [wrong_count(int(row), int(cells), self.width) for row, _, _, cells in wrong]
            self._take(filled, rows[whole], starts, stops, whole)
            filled += len(whole)
        return self._judged(filled)

    def _take(self, filled: int, rows: Whole, starts: Whole, stops: Whole, whole: Whole) -> None:
        """Read the cells of some rows into the columns."""
        found, part = self.found, slice(filled, filled + len(rows))
        found.rows[part], self.lines[0, part], self.lines[1, part] = rows[:, 0], rows[:, 1], rows[:, 2]
        spans = {name: (starts[place][whole], stops[place][whole]) for name, place in self.places.items()}
        found.ids[0, part], found.ids[1, part] = spans["claim_id"]
        odd = self.odd[part]
        for name, (start, stop) in spans.items():
            if name in IDS:
                scan.judge_ids(self.text, start, stop, name in ("claim_id", "person_id"), odd)
            if name in found.codes:
                other = {"household_id": "person_id", "stay_id": "claim_id"}.get(name)
                if other is not None:
                    empty = start == stop
                    start, stop = np.where(empty, spans[other][0], start), np.where(empty, spans[other][1], stop)
                found.codes[name][part] = found.texts[name].numbers(self.text, start, stop)
            elif name in DATES:
                scan.read_days(self.text, start, stop, found.numbers[name][part], odd)
            elif name in FLAGS or name == "hospital_grade":
                scan.read_digits(self.text, start, stop, 1 if name in FLAGS else 3, found.numbers[name][part], odd)
            elif name != "claim_id":
                scan.read_amounts(self.text, start, stop, found.numbers[name][part], odd)

    def _judged(self, count: int) -> ArrayColumns:
        """Return the rows that are sound; odd ones are judged by the careful reader."""
        found = self.found
        found.rows, found.ids, self.odd = found.rows[:count], np.ascontiguousarray(found.ids[:, :count]), self.odd[:count]
        found.numbers = {name: column[:count] for name, column in found.numbers.items()}
        found.codes = {name: column[:count] for name, column in found.codes.items()}
        allowed = {"care": self.care_kinds, "hospital_level": HOSPITAL_LEVELS, "away": AWAY_KINDS}
        for name, words in allowed.items():
            if name in found.codes:
                strange = [word not in words and word != "" for word in found.texts[name]]
                if any(strange):
                    self.odd |= np.array(strange)[found.codes[name]]
        _mark_contradictions(found.numbers, self.odd)
        for place in np.flatnonzero(self.odd):
            start, stop = self.lines[:, place]
            line = io.StringIO(self.content[start:stop].decode(), newline="")
            cells = next(csv.reader(line, strict=True))
            reader = RowReader(int(found.rows[place]), {name: cells[at] for name, at in self.places.items()}, found.problems)
            if reader.claim(self.care_kinds) is not None:
                self.odd[place] = 0
        return _without_duplicates(found, self.odd == 0)


def _mark_contradictions(numbers: dict[str, Whole], odd: Marks) -> None:
    """Mark claims that may contradict themselves: all that do, and some with empty cells."""
    total, discharged = numbers["total"], numbers["discharged"]
    settled = total
    if "settle_total" in numbers:
        settled = np.where(numbers["settle_total"] == UNKNOWN, total, numbers["settle_total"])
    odd |= numbers["in_scope"] > settled
    odd |= (total > MAX_CLAIM_FEN) | (settled > MAX_CLAIM_FEN)
    for name in ("admitted", "birth_on"):
        if name in numbers:
            odd |= numbers[name] > discharged
    fees = np.zeros(len(total), np.int64)
    for name, column in numbers.items():
        if name.startswith("amount_"):
            odd |= column > total
        elif name.startswith("fee_"):
            odd |= column > MAX_CLAIM_FEN
            fees += np.where((column == UNKNOWN) | (column > MAX_CLAIM_FEN), 0, column)
    if any(name.startswith("fee_") for name in numbers):
        odd |= fees > total


def _without_duplicates(found: ArrayColumns, sound: npt.NDArray[np.bool_]) -> ArrayColumns:
    """Return the sound claims without those whose claim_id stands in several rows, bad rows counted; each is a problem."""
    size = 1 << max(10, (2 * len(found) + 2).bit_length())
    texts = Texts(size)
    codes = texts.numbers(found.text, found.ids[0], found.ids[1])
    if len(texts) < len(found):
        times = np.bincount(codes, minlength=len(texts))
        for place in np.flatnonzero(times[codes] > 1):
            claim_id = found.claim_id(int(place))
            if claim_id.strip():
                found.problems.append(duplicate(int(found.rows[place]), claim_id, int(times[codes[place]])))
                sound[place] = False
    return found if sound.all() else found.kept(sound)
