"""Numbers for texts that stand in a buffer: equal ones alike, in the order in which they are met."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fuqi.batch.arrays.scan import Bytes, Whole
from fuqi.batch.machine import machine

SMALLEST = 1 << 10
CODE = (1 << 32) - 1


@machine
def _mixed(text: Bytes, start: int, stop: int) -> int:
    """Return a hash of a stretch of bytes, 62 bits (FNV-1a, its upper bits mixed into the lower)."""
    mixed = np.uint64(14695981039346656037)
    for at in range(start, stop):
        mixed = (mixed ^ np.uint64(text[at])) * np.uint64(1099511628211)
    mixed ^= mixed >> np.uint64(29)
    return int(mixed & np.uint64(0x3FFFFFFFFFFFFFFF))


@machine
def _number(
    text: Bytes, starts: Whole, stops: Whole, first: int, codes: Whole, table: Whole, ends: Whole, held: Bytes, count: int
) -> tuple[int, int]:
    """Give numbers from row `first` on until something is full; return the next row and how many numbers are given.

    `table` holds the upper half of a hash beside the number plus 1, `held` the texts one after another, `ends` where each ends.
    """
    mask = len(table) - 1
    for i in range(first, len(starts)):
        start, length = starts[i], stops[i] - starts[i]
        mixed = _mixed(text, start, stops[i])
        upper = mixed & ~CODE
        place = mixed & mask
        while True:
            entry = table[place]
            if entry == 0:
                if 2 * (count + 1) > len(table) or ends[count] + length > len(held):
                    return i, count
                for step in range(length):
                    held[ends[count] + step] = text[start + step]
                ends[count + 1] = ends[count] + length
                count += 1
                table[place] = upper | count
                codes[i] = count - 1
                break
            if entry & ~CODE == upper:
                code = (entry & CODE) - 1
                other = ends[code]
                same = ends[code + 1] - other == length
                for step in range(length if same else 0):
                    if text[start + step] != held[other + step]:
                        same = False
                        break
                if same:
                    codes[i] = code
                    break
            place = (place + 1) & mask
    return len(starts), count


@machine
def _refill(held: Bytes, ends: Whole, table: Whole, count: int) -> None:
    """Put all texts into a larger table."""
    mask = len(table) - 1
    for code in range(count):
        mixed = _mixed(held, ends[code], ends[code + 1])
        place = mixed & mask
        while table[place]:
            place = (place + 1) & mask
        table[place] = (mixed & ~CODE) | (code + 1)


class Texts:
    """Distinct texts by number."""

    def __init__(self, size: int = SMALLEST) -> None:
        self.table = np.zeros(size, np.int64)
        self.ends = np.zeros(size // 2 + 2, np.int64)
        self.held = np.empty(size * 8, np.uint8)
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, code: int) -> str:
        return self.held[self.ends[code] : self.ends[code + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[code] for code in range(self.count))

    def numbers(self, text: Bytes, starts: Whole, stops: Whole) -> Whole:
        """Return the number of each of some stretches of a buffer."""
        codes = np.empty(len(starts), np.int64)
        done = 0
        while True:
            done, self.count = _number(text, starts, stops, done, codes, self.table, self.ends, self.held, self.count)
            if done >= len(starts):
                return codes
            self._grow(int(stops[done] - starts[done]))

    def _grow(self, wanted: int) -> None:
        """Make room for more texts, and for one of `wanted` bytes."""
        used = int(self.ends[self.count])
        if used + wanted > len(self.held):
            held = np.empty(2 * (used + wanted), np.uint8)
            held[:used] = self.held[:used]
            self.held = held
        if 2 * (self.count + 1) > len(self.table):
            self.table = np.zeros(len(self.table) * 4, np.int64)
            ends = np.zeros(len(self.table) // 2 + 2, np.int64)
            ends[: self.count + 1] = self.ends[: self.count + 1]
            self.ends = ends
            _refill(self.held, self.ends, self.table, self.count)
