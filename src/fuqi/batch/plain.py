"""Settles columns of claims with the kernel as plain Python; the form of an install without numba, and of small files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fuqi.basics.money import MAX_UNIT_YEAR_FEN
from fuqi.batch.facts import Facts
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.plan import SETTLED, UNDECIDED, UNKNOWN
from fuqi.scheme.compiled.provisional import mark_provisional


@dataclass(slots=True)
class Settlement:
    """What became of claims: `order` are their places in the columns, in settlement order; the rest stands in that order.

    `status` is that of the kernel; `out` the results by name, in fen, 0 where a claim is not settled; `provisional` says of
    settled claims whether an earlier claim of the same unit is undecided.
    """

    order: Sequence[int]
    status: Sequence[int]
    out: dict[str, Sequence[int]]
    provisional: Sequence[int]


def too_large(facts: Facts) -> list[int]:
    """Return the places of claims whose person's or household's year exceeds the standard's limit."""
    total = facts.number("total")
    largest = max(total, default=0)
    found: set[int] = set()
    for who in ("person", "household"):
        most = max(Counter(facts.unit(who).codes).values(), default=0)
        if largest * most > MAX_UNIT_YEAR_FEN:
            found.update(_above(facts, who, total))
    return sorted(found)


def _above(facts: Facts, who: str, total: list[int]) -> list[int]:
    """Return the places of claims of units above the limit; claims of an unknown year count nowhere."""
    ids, count = facts.key(f"{who}.year")
    sums = [0] * count
    for unit, amount, year in zip(ids, total, facts.year, strict=True):
        sums[unit] += 0 if UNKNOWN in (year, amount) else amount
    pairs = enumerate(zip(ids, facts.year, strict=True))
    return [place for place, (unit, year) in pairs if year != UNKNOWN and sums[unit] > MAX_UNIT_YEAR_FEN]


def settle_plain(compiled: Compiled, facts: Facts, order: Sequence[int]) -> Settlement:
    """Return what becomes of the claims at the places of `order`, which is in the order of settlement and splits no unit."""
    program = compiled.kernel
    plan = program.plan
    numbers, keys = facts.profiles(plan.profile, plan.version_starts)
    own = [compiled.profile_of(key) for key in keys]
    profile = [own[number] for number in numbers]
    of_keys = [facts.key(kind) for kind in plan.keys]
    sizes = dict(zip(plan.keys, (count for _, count in of_keys), strict=True))
    columns = [_taken(facts.number(name), order) for name in plan.facts]
    status = [SETTLED] * len(facts)
    undecided = facts.unknown()
    for place in undecided:
        status[place] = UNDECIDED
    status = _taken(status, order)
    out = [[0] * len(order) for _ in plan.outputs]
    program.function(
        0,
        len(order),
        columns,
        [_taken(ids, order) for ids, _ in of_keys],
        _taken(profile, order),
        compiled.profiles.table,
        compiled.params,
        [[0] * max(1, sizes[slot.key]) for slot in plan.slots],
        status,
        out,
    )
    provisional = _provisional(facts, order, status) if UNDECIDED in status else bytes(len(order))
    return Settlement(order, status, dict(zip(plan.outputs, out, strict=True)), provisional)


def _taken(column: list[int], order: Sequence[int]) -> list[int]:
    return list(map(column.__getitem__, order))


def _provisional(facts: Facts, order: Sequence[int], status: Sequence[int]) -> bytearray:
    """Return which claims are settled though an earlier one of their unit is undecided; refused ones are as if not there."""
    there = [at for at, state in enumerate(status) if state <= UNDECIDED]
    columns = [facts.unit("person").codes, *_units(facts, "person")]
    if any(layer.who == "household" for layer in facts.benefits.layers):
        columns += _units(facts, "household")
    keys = [[column[order[at]] for at in there] for column in columns]
    marks = [[0] * (max(column, default=0) + 1) for column in keys]
    marked = [0] * len(there)
    mark_provisional(0, len(there), len(keys), [status[at] for at in there], keys, marks, marked)
    found = bytearray(len(order))
    for at, one in zip(there, marked, strict=True):
        found[at] = one
    return found


def _units(facts: Facts, who: str) -> tuple[list[int], list[int]]:
    """Return of each claim the ids of the unit with its benefit year (-1 where that is unknown), and with the stay."""
    years, _ = facts.key(f"{who}.year")
    stays, _ = facts.key(f"{who}.stay")
    return [-1 if year == UNKNOWN else one for one, year in zip(years, facts.year, strict=True)], stays
