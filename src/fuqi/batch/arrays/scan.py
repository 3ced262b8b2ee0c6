"""Finds the cells of a CSV file and reads days, amounts and flags out of them, over the file's bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fuqi.batch.machine import machine

Bytes = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]

UNKNOWN = -(2**62)
COMMA, QUOTE, LINE_END, RETURN, POINT, HYPHEN, ZERO = 44, 34, 10, 13, 46, 45, 48
NOT_PLAIN = -1


@machine
def _end_of_quoted(text: Bytes, at: int) -> tuple[int, bool]:
    """Return where the quote stands that ends a cell, -1 if none does, and whether the cell needs its quotes."""
    needed, end = False, len(text)
    while at < end:
        byte = text[at]
        if byte == QUOTE:
            if at + 1 >= end or text[at + 1] != QUOTE:
                return at, needed
            needed = True
            at += 1
        elif byte in (COMMA, LINE_END, RETURN):
            needed = True
        at += 1
    return -1, needed


@machine
def _end_of_bare(text: Bytes, at: int) -> tuple[int, bool]:
    """Return where a cell without quotes around it ends, and whether it has quotes within."""
    quotes, end = False, len(text)
    while at < end:
        byte = text[at]
        if byte in (COMMA, LINE_END, RETURN):
            break
        quotes = quotes or byte == QUOTE
        at += 1
    return at, quotes


@machine
def _split_row(text: Bytes, at: int, known: Marks, longest: int, found: int, starts: Whole, stops: Whole) -> tuple[int, int]:
    """Find the cells of the row that begins at `at`; return where it ends and how many they are, NOT_PLAIN for the first."""
    cell, end, width = 0, len(text), len(known)
    while True:
        if at < end and text[at] == QUOTE:
            start = at + 1
            stop, hard = _end_of_quoted(text, start)
            at = stop + 1
            if stop < 0 or (at < end and text[at] != COMMA and text[at] != LINE_END and text[at] != RETURN):
                return NOT_PLAIN, cell
        else:
            start = at
            stop, hard = _end_of_bare(text, at)
            at = stop
        if cell < width:
            if hard and known[cell]:
                return NOT_PLAIN, cell
            starts[cell, found] = start
            stops[cell, found] = stop
        if stop - start > longest:
            return NOT_PLAIN, cell
        cell += 1
        if at >= end or text[at] != COMMA:
            return at, cell
        at += 1


@machine
def split_rows(
    text: Bytes, at: int, number: int, known: Marks, longest: int, rows: Whole, starts: Whole, stops: Whole
) -> tuple[int, int, int]:
    """Find the rows from `at` on, as many as there is room for.

    Of each row that is not blank `rows` gets its number, where it begins and ends, and how many cells it has; of its cells
    `starts` and `stops` get begin and end, without quotes. `known` has a mark for each column, 1 where it is read.
    Returns where the next row begins, its number and how many rows were found; NOT_PLAIN in place of the first where a line end
    stands alone, a known column holds something that must be quoted, quotes do not match, or a cell is longer than `longest`.
    """
    found, end = 0, len(text)
    while at < end and found < len(rows):
        start = at
        at, cells = _split_row(text, at, known, longest, found, starts, stops)
        if at == NOT_PLAIN:
            return NOT_PLAIN, number, found
        if at > start:
            rows[found, 0] = number
            rows[found, 1] = start
            rows[found, 2] = at
            rows[found, 3] = cells
            found += 1
        if at < end and text[at] == RETURN:
            at += 1
            if at >= end or text[at] != LINE_END:
                return NOT_PLAIN, number, found
        at += 1
        number += 1
    return at, number, found


@machine
def _digits(text: Bytes, at: int, stop: int) -> tuple[int, int]:
    """Return the number that the digits from `at` on make, and where they end."""
    number = 0
    while at < stop and text[at] >= ZERO and text[at] <= ZERO + 9:
        number = number * 10 + (text[at] - ZERO)
        at += 1
    return number, at


@machine
def read_amounts(text: Bytes, starts: Whole, stops: Whole, out: Whole, odd: Marks) -> None:
    """Read `digits[.d[d]]` in yuan as fen; an empty cell is UNKNOWN, anything else makes the row odd."""
    for i in range(len(starts)):
        at, stop = starts[i], stops[i]
        if at == stop:
            out[i] = UNKNOWN
            continue
        yuan, at = _digits(text, at, min(stop, at + 16))
        digits = at - starts[i]
        sound = digits >= 1 and digits <= 15
        cents, shift = 0, 100
        if sound and at < stop:
            cents, last = _digits(text, at + 1, stop)
            sound = text[at] == POINT and last == stop and (stop - at == 2 or stop - at == 3)
            shift = 10 if stop - at == 2 else 1
        out[i] = yuan * 100 + (cents * shift if shift < 100 else 0) if sound else UNKNOWN
        if not sound:
            odd[i] = 1


@machine
def _length(month: int, leap: int) -> int:
    """Return how many days a month has."""
    return 28 + leap if month == 2 else 31 - (month - 1) % 7 % 2


@machine
def read_days(text: Bytes, starts: Whole, stops: Whole, out: Whole, odd: Marks) -> None:
    """Read ISO days as ordinals; an empty cell is UNKNOWN, anything else makes the row odd."""
    for i in range(len(starts)):
        at = starts[i]
        out[i] = UNKNOWN
        if at == stops[i]:
            continue
        if stops[i] - at != 10 or text[at + 4] != HYPHEN or text[at + 7] != HYPHEN:
            odd[i] = 1
            continue
        year, year_end = _digits(text, at, at + 4)
        month, month_end = _digits(text, at + 5, at + 7)
        day, day_end = _digits(text, at + 8, at + 10)
        leap = 1 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 0
        digits = year_end == at + 4 and month_end == at + 7 and day_end == at + 10
        if digits and year >= 1 and month >= 1 and month <= 12 and day >= 1 and day <= _length(month, leap):
            passed = (month - 1) * 31 + day - ((month * 4 + 23) // 10 - leap if month > 2 else 0)
            out[i] = (year - 1) * 365 + (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400 + passed
        else:
            odd[i] = 1


@machine
def read_digits(text: Bytes, starts: Whole, stops: Whole, most: int, out: Whole, odd: Marks) -> None:
    """Read one digit from 0 to `most`; an empty cell is UNKNOWN, anything else makes the row odd."""
    for i in range(len(starts)):
        out[i] = UNKNOWN
        if stops[i] > starts[i]:
            digit = np.int64(text[starts[i]]) - ZERO
            if stops[i] - starts[i] == 1 and 0 <= digit <= most:
                out[i] = digit
            else:
                odd[i] = 1


@machine
def judge_ids(text: Bytes, starts: Whole, stops: Whole, needed: bool, odd: Marks) -> None:
    """Make rows odd whose id begins with = + - @, or, if it is needed, is empty or may begin with a blank."""
    for i in range(len(starts)):
        if starts[i] == stops[i]:
            if needed:
                odd[i] = 1
            continue
        first = text[starts[i]]
        if first in (61, 43, 45, 64) or (needed and (first <= 32 or first in (0xC2, 0xE1, 0xE2, 0xE3))):
            odd[i] = 1
