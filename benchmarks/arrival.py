"""From claims in any order of arrival to settled: ordering by `fuqi.batch`, beside the kernel alone on ordered claims."""

from __future__ import annotations

import numpy as np

from benchmarks import by_number
from benchmarks.claims import LAYERS, Book
from benchmarks.kernel import compiled
from benchmarks.paid import Paid, difference
from benchmarks.races import settled
from benchmarks.rounds import Contender
from fuqi.batch.arrays.buckets import Arrived, InBuckets, Room, settle_in_buckets


def contenders(book: Book) -> list[Contender]:
    """Return the kernel alone and the whole way, for a book in order of arrival.

    What arrives are numbers: persons, years, days, ranks of ids, amounts, profiles. Reading text is the file door's row.
    """
    rows = book.ordered()
    ours, table = settled(book.take(rows))
    ours.run()
    right = table.paid()
    place = np.empty(len(book), np.intp)
    place[rows] = np.arange(len(book))
    profile = table.profile[place]
    years = book.person * 3 + book.year - 2021
    program = compiled().kernel

    room = Room.of(program, len(book))

    def run(room: Room | None) -> InBuckets:
        arrived = Arrived(
            units=book.person,
            days=book.settled,
            ranks=book.number,
            facts=[{"in_scope": book.in_scope}.get(name, book.total) for name in program.plan.facts],
            keys=[years],
            profile=profile,
            status=np.zeros(len(book), np.int64),
        )
        return settle_in_buckets(program, table.profiles, table.params, arrived, room)

    def wrong(found: InBuckets) -> str:
        own = Paid(*(found.out[program.plan.outputs.index(f"{layer}.pay")] for layer in LAYERS))
        return difference(own, Paid(*(column[place[found.rows]] for column in right)))

    name = "any order of arrival to settled"
    return [
        ours,
        Contender(f"{name}, memory in place as the kernel has it", lambda: run(room), wrong),
        Contender(f"{name}, memory fresh from the system", lambda: run(None), wrong),
    ]


def paid_in_order_of_arrival(book: Book) -> Paid:
    """Return what is right for each row of a book in any order."""
    rows = book.ordered()
    laid = by_number.lay(book.take(rows))
    right = by_number.in_order(by_number.settle(laid), laid)
    back = np.empty(len(book), np.intp)
    back[rows] = np.arange(len(book))
    return Paid(*(column[back] for column in right))
