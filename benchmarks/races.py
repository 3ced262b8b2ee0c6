"""The races: who runs beside whom over which claims, and what counts as right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import by_number, duckdb_peer, openfisca_peer, polars_peer, to_c
from benchmarks.claims import Book
from benchmarks.kernel import Ready, compiled, ready
from benchmarks.paid import Paid, by_reference, difference
from benchmarks.rounds import Clock, Contender
from fuqi.batch import machine
from fuqi.scheme.compiled import Compiled

NAME = "settle_claims"
SAMPLE = 10_000
"""How many claims the kernel is compared on with the reference evaluator."""


def settled(book: Book) -> tuple[Contender, Ready]:
    """Return our kernel over an ordered book, which must agree with numpy on all claims and with the reference on a sample."""
    program = compiled()
    table = ready(book, program)
    laid = by_number.lay(book)
    right = by_number.in_order(by_number.settle(laid), laid)
    sample = book.first_persons(min(SAMPLE, len(book)))
    judged = by_reference(sample)
    run = _kernel(machine.kernel(program.kernel), table)

    def wrong(_: object) -> str:
        found = table.paid()
        said = difference(Paid(*(column[: len(sample)] for column in found)), judged)
        return f"reference evaluator: {said}" if said else difference(found, right)

    return Contender("compiled kernel (numba), ordered claims", run, wrong, seconds_of=float), table


def _kernel(function: Callable[..., Any], table: Ready) -> Callable[[], float]:
    """Return a run that clears its tables first and returns the seconds of the settling alone."""

    def run() -> float:
        table.clear()
        arguments = table.arguments()
        started = Clock.now()
        function(*arguments)
        return Clock.now() - started

    return run


def kernel_race(book: Book, folder: Path) -> list[Contender]:
    """Return the kernel, the same text in C, and the copy of the bytes that it reads and writes."""
    ours, table = settled(book)
    ours.run()
    right = table.paid()
    return [ours, *_in_c(compiled(), table, right, folder), _copy(table)]


def _in_c(program: Compiled, table: Ready, right: Paid, folder: Path) -> list[Contender]:
    found = []
    for name, options in (("gcc -O3", ()), ("gcc -O3 -march=native", ("-march=native",))):
        title = f"the same rules in generated C, {name}"
        if to_c.compiler() is None:
            found.append(Contender(title, lambda: None, lambda _: "gcc is not installed"))
            continue
        arguments = table.arguments()
        source = to_c.translated(program.kernel.source, NAME, arguments)
        call = to_c.caller(to_c.built(source, NAME, folder, *options), arguments)
        run = _kernel(lambda *_, call=call: call(), table)
        found.append(Contender(title, run, lambda _: difference(table.paid(), right), seconds_of=float))
    return found


def _copy(table: Ready) -> Contender:
    source = np.ones(table.bytes, np.uint8)
    target = np.zeros(table.bytes, np.uint8)
    per_claim = table.bytes / len(table.profile)
    note = f"{per_claim:.0f} bytes a claim, copied once"
    return Contender("copy of the bytes the kernel reads and writes", lambda: np.copyto(target, source), note=note)


def peers_race(book: Book) -> list[Contender]:
    """Return the kernel and those who settle the same claims with what others have."""
    ours, table = settled(book)
    ours.run()
    right = table.paid()
    laid = by_number.lay(book)
    base, frame = duckdb_peer.Base(book), polars_peer.Frame(book)
    return [
        ours,
        Contender(
            "numpy by claim number",
            lambda: by_number.settle(laid),
            lambda found: difference(by_number.in_order(found, laid), right),
        ),
        Contender(
            "DuckDB windows, closed form",
            lambda: base.run(duckdb_peer.WINDOWS),
            lambda _: difference(base.paid(), right),
            "all cores; only while a year's cap is constant",
        ),
        Contender(
            "DuckDB recursive query, claim by claim",
            lambda: base.run(duckdb_peer.RECURSIVE),
            lambda _: difference(base.paid(), right),
            "all cores; what a cap that depends on the claim needs",
        ),
        Contender(
            "Polars running sums, closed form",
            frame.run,
            lambda found: difference(frame.paid(found), right),
            "all cores; only while a year's cap is constant",
        ),
        *_openfisca(book, right),
    ]


def trace_race(book: Book) -> list[Contender]:
    """Return the kernel without and with traces, both as machine code."""
    ours, table = settled(book)
    program = compiled()
    ours.run()
    right = table.paid()
    kept = np.zeros((len(book), len(program.traced.plan.trace)), np.int64)
    if program.traced.plan.facts != program.kernel.plan.facts or program.traced.plan.keys != program.kernel.plan.keys:
        raise AssertionError("the traced kernel wants other columns")
    table.sums = np.zeros((len(program.traced.plan.slots), table.sums.shape[1]), np.int64)
    function = machine.kernel(program.traced)
    run = _kernel(lambda *arguments: function(*arguments, kept), table)
    note = f"{kept.shape[1]} numbers of trace a claim"
    return [ours, Contender("with full trace", run, lambda _: difference(table.paid(), right), note, seconds_of=float)]


def _openfisca(book: Book, right: Paid) -> list[Contender]:
    totals = openfisca_peer.years(book)
    exact, settled_year = totals.exact(), openfisca_peer.yearly(right, book)
    found = []
    for kind, title in ((float, "float32, its bracket scales"), (int, "int32 fen, whole-number arithmetic by hand")):
        peer = openfisca_peer.Peer(totals, kind)
        result = peer.paid(peer.run(peer.simulation()))
        formula, true = openfisca_peer.right_share(result, exact), openfisca_peer.right_share(result, settled_year)
        note = (
            f"{len(exact.basic):,} persons and years instead of claims; right to the fen: "
            f"{formula:.1%} of them by the same annual formula, {true:.1%} by the settlement"
        )
        found.append(Contender(f"OpenFisca-core on annual totals, {title}", peer.seconds, _none_wrong, note, float))
    return found


def _none_wrong(_: object) -> str:
    """OpenFisca gets its time whatever its fen: its row says how many are right."""
    return ""
