"""Which settled claims are provisional: those of a unit of which an earlier claim is undecided or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

UNITS = ("person", "person.year", "person.stay", "household.year", "household.stay")
"""The kinds of ids of `keys` and `marks`, in their order; the last two only where a layer counts by household."""


def mark_provisional(start: int, stop: int, units: int, status: Any, keys: Any, marks: Any, provisional: Any) -> None:
    """Write 1 into `provisional` for settled claims after one that was not settled in a unit that both touch.

    Restricted Python over whole numbers, like a kernel: rows start..stop in settlement order, `units` how many kinds of UNITS
    count (3 or 5), `keys[kind][row]` dense ids (-1 where the benefit year is unknown), `marks[kind][id]` 0 before the first
    row. A claim of an unknown year makes all later claims of its person provisional.
    """
    for i in range(start, stop):
        found = 0
        if status[i] == 0:
            found = marks[0][keys[0][i]]
            for k in range(1, units):
                if marks[k][keys[k][i]] != 0:
                    found = 1
            provisional[i] = found
        elif keys[1][i] < 0:
            marks[0][keys[0][i]] = 1
        if status[i] != 0 or found != 0:
            for k in range(1, units):
                if keys[k][i] >= 0:
                    marks[k][keys[k][i]] = 1


def unit_keys(
    claims: Sequence[Any], years: Sequence[int | None], by_household: bool
) -> tuple[list[list[int]], list[list[int]]]:
    """Return `keys` and empty `marks` for claims in settlement order."""
    parts: list[list[tuple[object, ...] | None]] = [
        [(claim.person_id,) for claim in claims],
        [None if year is None else (claim.person_id, year) for claim, year in zip(claims, years, strict=True)],
        [(claim.person_id, claim.stay) for claim in claims],
    ]
    if by_household:
        parts.append([None if year is None else (claim.household, year) for claim, year in zip(claims, years, strict=True)])
        parts.append([(claim.household, claim.stay) for claim in claims])
    keys, marks = [], []
    for column in parts:
        ids: dict[object, int] = {}
        keys.append([-1 if part is None else ids.setdefault(part, len(ids)) for part in column])
        marks.append([0] * len(ids))
    return keys, marks
