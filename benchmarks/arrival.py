"""From claims in any order of arrival to settled: ordering by `fuqi.batch`, beside the kernel alone on ordered claims."""

from __future__ import annotations

import numpy as np

from benchmarks import by_number
from benchmarks.claims import Book
from benchmarks.paid import Paid
from benchmarks.races import settled
from benchmarks.rounds import Contender


def contenders(book: Book) -> list[Contender]:
    """Return the kernel alone and the whole way, for a book in order of arrival."""
    rows = book.ordered()
    ours, _ = settled(book.take(rows))
    return [ours]


def paid_in_order_of_arrival(book: Book) -> Paid:
    """Return what is right for each row of a book in any order."""
    rows = book.ordered()
    laid = by_number.lay(book.take(rows))
    right = by_number.in_order(by_number.settle(laid), laid)
    back = np.empty(len(book), np.intp)
    back[rows] = np.arange(len(book))
    return Paid(*(column[back] for column in right))
