"""Times contenders side by side: interleaved rounds, ratios within a round, medians with spread; who is wrong gets no time."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Contender:
    """One who runs: `run` is timed; `wrong` says in words how its result differs from what is right, "" where it does not.

    `seconds_of` reads the time out of the result, for a contender that measures itself (a process of its own).
    """

    name: str
    run: Callable[[], Any]
    wrong: Callable[[Any], str] = lambda result: ""
    note: str = ""
    seconds_of: Callable[[Any], float] | None = None
    megabytes_of: Callable[[Any], float] | None = None


@dataclass(slots=True)
class Spread:
    """A median with the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of values."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(slots=True)
class Row:
    """What became of a contender: seconds and its ratios to the first contender of the race, or why it has no time."""

    name: str
    seconds: Spread | None = None
    ratio: Spread | None = None
    note: str = ""
    no_time: str = ""
    megabytes: Spread | None = None


@dataclass(slots=True)
class Race:
    """A table: contenders that ran in turns over the same claims; the first one is what the others are measured by."""

    title: str
    claims: int
    rounds: int
    rows: list[Row] = field(default_factory=list)
    per_claim: bool = True
    """Whether seconds are told as nanoseconds a claim."""
    first_by_others: bool = False
    """Whether a ratio is the first contender's time by the row's, not the row's by the first one's."""


class Clock:
    """What is measured: time that passes, or, on a machine that is busy, the processor's time of this process."""

    now: Callable[[], float] = staticmethod(time.perf_counter)


def race(
    title: str,
    claims: int,
    contenders: Sequence[Contender],
    rounds: int,
    *,
    per_claim: bool = True,
    first_by_others: bool = False,
) -> Race:
    """Warm up and check each contender, then time those that are right in `rounds` rounds, each round in another order."""
    table = Race(title, claims, rounds, per_claim=per_claim, first_by_others=first_by_others)
    table.rows = [Row(contender.name, note=contender.note) for contender in contenders]
    running = []
    for contender, row in zip(contenders, table.rows, strict=True):
        row.no_time = contender.wrong(contender.run())
        if not row.no_time:
            running.append((contender, row))
    times: dict[str, list[float]] = {contender.name: [] for contender, _ in running}
    memory: dict[str, list[float]] = {contender.name: [] for contender, _ in running}
    for number in range(rounds):
        shift = number % max(1, len(running))
        for contender, row in running[shift:] + running[:shift]:
            seconds, result = _timed(contender)
            row.no_time = row.no_time or contender.wrong(result)
            times[contender.name].append(seconds)
            if contender.megabytes_of:
                memory[contender.name].append(contender.megabytes_of(result))
            del result
    _fill(table, times, memory)
    return table


def _timed(contender: Contender) -> tuple[float, Any]:
    gc.collect()
    gc.disable()
    try:
        started = Clock.now()
        result = contender.run()
        seconds = Clock.now() - started
    finally:
        gc.enable()
    return (contender.seconds_of(result) if contender.seconds_of else seconds), result


def _fill(table: Race, times: dict[str, list[float]], memory: dict[str, list[float]]) -> None:
    """Put the spreads into the rows; ratios only where the first contender itself is right."""
    first = table.rows[0]
    base = [] if first.no_time else times[first.name]
    for row in table.rows:
        if row.no_time:
            continue
        row.seconds = Spread.of(times[row.name])
        if base:
            pairs = zip(times[row.name], base, strict=True)
            row.ratio = Spread.of([its / own if table.first_by_others else own / its for own, its in pairs])
        if memory[row.name]:
            row.megabytes = Spread.of(memory[row.name])
