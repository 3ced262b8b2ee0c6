"""numpy by claim number: all first claims of the units at once, then all second ones, and so on; exact whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.claims import Book, Whole
from benchmarks.paid import Paid

DEDUCTIBLE = np.array([1000_00, 100_00, 400_00, 1000_00, 1000_00], np.int64)
CAP = 150_000_00
BOUNDS = (30_000_00, 100_000_00)
RATES = (6000, 6500, 7500)


@dataclass(frozen=True, slots=True)
class Laid:
    """The claims laid by number: the k-th claims of all units that have one, busiest units first. Laying is not timed."""

    level: Whole
    poor: Whole
    in_scope: Whole
    sizes: list[int]
    """How many units have a k-th claim."""
    back: npt.NDArray[np.intp]
    """Where each claim of the ordered book stands here."""


def lay(book: Book) -> Laid:
    """Return an ordered book laid by claim number."""
    units = book.units()
    counts = np.bincount(units)
    starts = np.cumsum(counts) - counts
    number = np.arange(len(book)) - starts[units]
    rank = np.empty(len(counts), np.intp)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    rows = np.lexsort((rank[units], number))
    back = np.empty(len(book), np.intp)
    back[rows] = np.arange(len(book))
    taken = book.take(rows)
    return Laid(taken.level, taken.poor, taken.in_scope, np.bincount(number).tolist(), back)


def settle(laid: Laid) -> Paid:
    """Return what the layers pay, in the order of laying. Only what depends on earlier claims goes number by number."""
    in_scope, poor = laid.in_scope, laid.poor
    share = (np.maximum(0, in_scope - DEDUCTIBLE[laid.level]) * (7000 + 1000 * poor) + 5000) // 10_000
    basic, before = np.empty_like(in_scope), np.empty_like(in_scope)
    paid, summed = np.zeros(laid.sizes[0], np.int64), np.zeros(laid.sizes[0], np.int64)
    start = 0
    for size in laid.sizes:
        rows = slice(start, start + size)
        np.minimum(share[rows], np.maximum(0, CAP - paid[:size]), out=basic[rows])
        before[rows] = summed[:size]
        paid[:size] += basic[rows]
        summed[:size] += in_scope[rows] - basic[rows]
        start += size
    deductible = np.where(poor == 1, 6000_00, 12_000_00)
    after = before + (in_scope - basic)
    critical = graduated(after, deductible) - graduated(before, deductible)
    backstop = np.maximum(0, in_scope - basic - critical - (in_scope * 1000 + 5000) // 10_000) * poor
    return Paid(basic, critical, backstop)


def graduated(base: Whole, deductible: Whole) -> Whole:
    """Return what the brackets of the critical layer give on a year's base, in fen."""
    first = np.maximum(0, np.minimum(base, BOUNDS[0]) - deductible) * RATES[0]
    second = np.maximum(0, np.minimum(base, BOUNDS[1]) - BOUNDS[0]) * RATES[1]
    third = np.maximum(0, base - BOUNDS[1]) * RATES[2]
    found: Whole = (first + second + third + 5000) // 10_000
    return found


def in_order(paid: Paid, laid: Laid) -> Paid:
    """Return what `settle` gave in the order of the book."""
    return Paid(*(column[laid.back] for column in paid))
