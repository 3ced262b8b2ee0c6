"""The order of settlement over arrays: by day, then by claim_id as text; bytes of UTF-8 stand in the order of code points."""

from __future__ import annotations

import numpy as np

from fuqi.batch.arrays.scan import Bytes, Whole
from fuqi.batch.machine import machine


@machine
def _common_prefix(text: Bytes, starts: Whole, stops: Whole) -> int:
    """Return how many bytes all texts begin with alike."""
    length = stops[0] - starts[0]
    for i in range(1, len(starts)):
        length = min(length, stops[i] - starts[i])
        for step in range(length):
            if text[starts[i] + step] != text[starts[0] + step]:
                length = step
                break
    return int(length)


@machine
def _keys(text: Bytes, starts: Whole, stops: Whole, skipped: int, keys: Whole) -> None:
    """Write the seven bytes after the common prefix as a number whose order is theirs."""
    for i in range(len(starts)):
        key = 0
        for step in range(7):
            at = starts[i] + skipped + step
            key = key * 256 + (int(text[at]) if at < stops[i] else 0)
        keys[i] = key


@machine
def _is_before(text: Bytes, starts: Whole, stops: Whole, one: int, other: int) -> bool:
    length = min(stops[one] - starts[one], stops[other] - starts[other])
    for step in range(length):
        mine, theirs = text[starts[one] + step], text[starts[other] + step]
        if mine != theirs:
            return bool(mine < theirs)
    return bool(stops[one] - starts[one] < stops[other] - starts[other])


@machine
def _by_day(days: Whole, first: int, counts: Whole, order: Whole) -> None:
    """Fill `order` with rows by day, rows of one day as they stand; `counts` has a place more than there are days."""
    for i in range(len(days)):
        counts[days[i] - first + 1] += 1
    for day in range(1, len(counts)):
        counts[day] += counts[day - 1]
    for i in range(len(days)):
        place = days[i] - first
        order[counts[place]] = i
        counts[place] += 1


@machine
def _within_days(text: Bytes, starts: Whole, stops: Whole, days: Whole, keys: Whole, order: Whole) -> None:
    """Put the rows of each day into the order of their keys, and of their texts where keys are equal."""
    begin = 0
    while begin < len(order):
        end, sorted_ = begin + 1, True
        while end < len(order) and days[order[end]] == days[order[begin]]:
            sorted_ = sorted_ and keys[order[end]] > keys[order[end - 1]]
            end += 1
        if not sorted_:
            group = order[begin:end].copy()
            places = np.argsort(keys[group], kind="mergesort")
            for number in range(end - begin):
                row = group[places[number]]
                at = begin + number
                while at > begin and keys[order[at - 1]] == keys[row] and _is_before(text, starts, stops, row, order[at - 1]):
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = row
        begin = end


def settlement_order(text: Bytes, starts: Whole, stops: Whole, settled_at: Whole) -> Whole:
    """Return the rows by (settled_at, claim_id); those without a day first."""
    order = np.empty(len(starts), np.int64)
    if not len(order):
        return order
    days = np.maximum(settled_at, 1)
    first = int(days.min())
    _by_day(days, first, np.zeros(int(days.max()) - first + 2, np.int64), order)
    keys = np.empty(len(starts), np.int64)
    _keys(text, starts, stops, _common_prefix(text, starts, stops), keys)
    _within_days(text, starts, stops, days, keys, order)
    return order
