"""Writes lines of claims as text into a buffer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fuqi.batch.arrays.scan import Bytes, Whole
from fuqi.batch.machine import machine

CLAIMS = 1 << 15
"""How many claims are written into a buffer at a time."""

LONGEST_YUAN = 24


@machine
def _yuan(out: Bytes, at: int, fen: int) -> int:
    """Write fen as yuan with two decimals."""
    if fen < 0:
        out[at] = 45
        at += 1
        fen = -fen
    yuan, digits = fen // 100, 1
    larger = yuan // 10
    while larger:
        digits += 1
        larger //= 10
    for place in range(at + digits - 1, at - 1, -1):
        out[place] = 48 + yuan % 10
        yuan //= 10
    at += digits
    out[at] = 46
    out[at + 1] = 48 + fen % 100 // 10
    out[at + 2] = 48 + fen % 10
    return at + 3


@machine
def _line(
    out: Bytes, at: int, text: Bytes, start: int, stop: int, names: Bytes, first: int, last: int, base: int, pay: int
) -> int:
    for place in range(start, stop):
        out[at] = text[place]
        at += 1
    for place in range(first, last):
        out[at] = names[place]
        at += 1
    at = _yuan(out, at, base)
    out[at] = 44
    at = _yuan(out, at + 1, pay)
    out[at] = 10
    return at + 1


@machine
def _lines(
    out: Bytes, text: Bytes, ids: Whole, order: Whole, status: Whole, totals: Whole, amounts: Whole,
    places: Whole, names: Bytes, ends: Whole, first: int, last: int,
) -> int:  # fmt: skip
    """Write the lines of claims `first` to `last` in order; return where the buffer's text ends.

    `ids` holds where ids begin and end, `totals` settle_total and total, both by row; `amounts` the results in order, of which
    `places` names base and pay of each layer and then self_pay. `names` are the layers' names with commas around them, the last
    two those of the institution and of the person, and `ends` where each ends.
    """
    at, layers = 0, (len(places) - 1) // 2
    for i in range(first, last):
        if status[i] != 0:
            continue
        row = order[i]
        start, stop = ids[0, row], ids[1, row]
        name = 0
        for layer in range(layers):
            base, pay = amounts[places[2 * layer], i], amounts[places[2 * layer + 1], i]
            at = _line(out, at, text, start, stop, names, name, ends[layer], base, pay)
            name = ends[layer]
        shared, total = totals[0, row], totals[1, row]
        if shared != total:
            at = _line(out, at, text, start, stop, names, name, ends[layers], total, total - shared)
        own = amounts[places[2 * layers], i]
        at = _line(out, at, text, start, stop, names, ends[layers], ends[layers + 1], shared, own)
    return at


def written(
    text: Bytes, ids: Whole, order: Whole, status: Whole, totals: Whole, amounts: Whole, places: list[int], layers: list[str]
) -> Iterator[bytes]:
    """Yield the lines of settled claims in order, piece by piece; see `_lines`."""
    marks = [f",{name},".encode() for name in (*layers, "institution_adjustment", "self_pay")]
    names = np.frombuffer(b"".join(marks), np.uint8)
    ends = np.cumsum([len(mark) for mark in marks])
    longest = int((ids[1] - ids[0]).max(initial=0)) + max(map(len, marks), default=0) + 2 * LONGEST_YUAN + 2
    step = max(1, min(CLAIMS, (1 << 26) // (longest * len(marks))))
    out = np.empty(step * longest * len(marks), np.uint8)
    for first in range(0, len(order), step):
        last = min(first + step, len(order))
        end = _lines(out, text, ids, order, status, totals, amounts, np.array(places), names, ends, first, last)
        yield out[:end].tobytes()
