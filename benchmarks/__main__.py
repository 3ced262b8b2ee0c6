"""Run the benchmarks, or parts of them, and print tables of ratios; `--keep` writes them into benchmarks/results/."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import arrival, counter, file_door, journal, machine, races, report, seals
from benchmarks.claims import Book, make
from benchmarks.rounds import Clock, Race, race

SIZES = {"100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
PEERS_AT_MOST = 1_000_000
"""Peers that need seconds for a million claims are not asked for more."""


def main() -> None:
    """Read the arguments, run the parts one after the other, print and keep their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them if none is named")
    parser.add_argument("--size", choices=SIZES, default="10M", help="how many claims the largest races have")
    parser.add_argument("--rounds", type=int, default=9, help="how many rounds each race has")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the claims")
    parser.add_argument("--keep", action="store_true", help="keep the tables in benchmarks/results/")
    parser.add_argument("--cpu", action="store_true", help="count the processor's time (all cores together), on a busy machine")
    given = parser.parse_args()
    if given.cpu:
        Clock.now = time.process_time
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    described = machine.described() | {"clock": "processor's time" if given.cpu else "wall", "load before": machine.load()}
    for name, value in described.items():
        sys.stdout.write(f"{name:<16}{value}\n")
    tables = []
    for part in given.parts or PARTS:
        for table in PARTS[part](SIZES[given.size], given.rounds, given.seed):
            sys.stdout.write(f"\n{report.text(table)}")
            sys.stdout.flush()
            tables.append(table)
    if given.keep:
        described["load after"] = machine.load()
        for path in report.keep(tables, described):
            sys.stdout.write(f"kept in {path.relative_to(report.ROOT)}\n")


def ordered(count: int, seed: int) -> Book:
    """Return a book in the order in which a kernel takes it."""
    book = make(count, seed)
    return book.take(book.ordered())


def kernel(count: int, rounds: int, seed: int) -> list[Race]:
    """The kernel beside C and a copy."""
    with tempfile.TemporaryDirectory(prefix="fuqi-bench-") as folder:
        contenders = races.kernel_race(ordered(count, seed), Path(folder))
        return [race("Our kernel by C and by a copy", count, contenders, rounds, first_by_others=True)]


def peers(count: int, rounds: int, seed: int) -> list[Race]:
    """The kernel beside numpy, DuckDB, Polars and OpenFisca."""
    count = min(count, PEERS_AT_MOST)
    return [race("Kernel beside its peers", count, races.peers_race(ordered(count, seed)), rounds)]


def order(count: int, rounds: int, seed: int) -> list[Race]:
    """From order of arrival to settled beside the kernel alone."""
    return [race("From order of arrival to settled", count, arrival.contenders(make(count, seed)), rounds)]


def trace(count: int, rounds: int, seed: int) -> list[Race]:
    """The batch with and without traces."""
    count = min(count, PEERS_AT_MOST)
    return [race("Trace in the batch", count, races.trace_race(ordered(count, seed)), rounds)]


def at_the_counter(_: int, rounds: int, seed: int) -> list[Race]:
    """One claim with explanation, its year replayed."""
    contenders, visits, replayed = counter.contenders(ordered(SIZES["100k"], seed))
    return [race(f"At the counter, {replayed:.1f} claims of the year replayed on average", visits, contenders, rounds)]


def files(count: int, rounds: int, seed: int) -> list[Race]:
    """CSV file to CSV file."""
    count = min(count, PEERS_AT_MOST)
    book = make(count, seed)
    with tempfile.TemporaryDirectory(prefix="fuqi-bench-") as folder:
        contenders = file_door.contenders(book, arrival.paid_in_order_of_arrival(book), Path(folder))
        return [race("CSV file to CSV file, whole process", count, contenders, min(rounds, 3), per_claim=False)]


def the_journal(_: int, rounds: int, seed: int) -> list[Race]:
    """What entries, digests, marks and sealing cost a write; for `claims` read rows."""
    del seed
    with tempfile.TemporaryDirectory(prefix="fuqi-bench-") as folder:
        together, single = journal.contenders(Path(folder) / "workspace")
        return [
            race("A thousand rows in one transaction, with the journal and without", journal.ROWS, together, rounds),
            race("Rows one by one, each in a transaction", journal.SINGLE, single, rounds),
        ]


def the_seals(count: int, rounds: int, seed: int) -> list[Race]:
    """Fields sealed, opened and indexed on one core, by both ciphers; for `claims` read fields."""
    runners, number = seals.contenders(count, seed)
    return [race("Sealed fields, each with a key of its own", number, runners, rounds)]


PARTS: dict[str, Callable[[int, int, int], list[Race]]] = {
    "kernel": kernel,
    "peers": peers,
    "arrival": order,
    "trace": trace,
    "counter": at_the_counter,
    "files": files,
    "journal": the_journal,
    "seals": the_seals,
}

if __name__ == "__main__":
    main()
