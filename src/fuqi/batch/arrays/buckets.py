"""Settles claims that stand in any order, bucket by bucket: what shares a sum lies in one bucket, and a bucket fits the cache.

One pass lays the claims as records into buckets of units; within a bucket two counting sorts (by day, then by unit) put them in
the order of settlement, and the kernel runs over the bucket with sums of its own. Settling all claims in one order of days
instead would miss the cache at every claim and every sum: three times the time at ten million claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fuqi.batch.arrays.scan import Whole
from fuqi.batch.machine import kernel, machine
from fuqi.scheme.compiled.kernel import Program
from fuqi.scheme.compiled.plan import SETTLED

Small = npt.NDArray[np.int32]

CLAIMS_A_BUCKET = 6000
"""About how many claims a bucket has: small enough for a core's own cache, large enough that a call costs nothing."""

_FIRST = 3
"""Where in a record the first fact stands, after the unit, day and rank, and row, profile and status."""

MOST_DAYS = 1 << 14
"""Days further apart than this are numbered anew, so that a table of days stays small."""

MOST_RANKS, MOST_PROFILES = 1 << 36, 1 << 20
"""What day and rank, and row, profile and status, leave room for in one number each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Claims in any order, by column. `facts` and `keys` are those of the plan; the ids of keys best ascend with the units."""

    units: Whole
    """Numbers from 0, alike for claims that may share a sum."""
    days: Whole
    """settled_at as ordinals; those without a day UNKNOWN or any day before all others."""
    ranks: Whole
    """Whole numbers from 0 below 2^36 in the order of the claim ids as text, so that equal days have an order."""
    facts: Sequence[Whole]
    keys: Sequence[Whole]
    profile: Whole
    status: Whole


@dataclass(frozen=True, slots=True)
class InBuckets:
    """What became of claims, in the order in which they were settled: each one's row on arrival, its status, its results."""

    rows: Whole
    status: Whole
    out: Whole


@dataclass(slots=True)
class Room:
    """Memory for settling, so that settling again need not ask the system for it; what was settled before is overwritten."""

    records: Whole
    found: InBuckets

    @classmethod
    def of(cls, program: Program, count: int) -> Room:
        """Return room for some claims."""
        plan = program.plan
        records = np.empty((count, _FIRST + len(plan.facts) + len(plan.keys)), np.int64)
        out = np.empty((len(plan.outputs), count), np.int64)
        return cls(records, InBuckets(np.empty(count, np.int64), np.empty(count, np.int64), out))


def settle_in_buckets(program: Program, profiles: Whole, params: Whole, claims: Arrived, room: Room | None = None) -> InBuckets:
    """Return what becomes of claims; units are settled in the order of (day, rank), bucket after bucket.

    `room` is for exactly as many claims. Raises ValueError for ranks or profiles beyond what a record has room for.
    """
    count = len(claims.units)
    plan = program.plan
    if claims.ranks.max(initial=0) >= MOST_RANKS or len(profiles) >= MOST_PROFILES * plan.profile_width:
        raise ValueError("ranks below 2^36 and fewer than 2^20 profiles")
    room = room or Room.of(program, count)
    found = room.found
    if not count:
        return found
    units = int(claims.units.max()) + 1
    shift = max(0, (CLAIMS_A_BUCKET * units // count).bit_length() - 1)
    days, first_day, span = _days(claims.days)
    records, ends, places = _laid(claims, (days, first_day), units, shift, room.records)
    largest = int(np.diff(ends, prepend=0).max())
    bucket = _Bucket(len(claims.facts), len(plan.keys), len(plan.outputs), largest, span, 1 << shift)
    run = kernel(program)
    sums = np.zeros((len(plan.slots), 1), np.int64)
    start = 0
    for number, end in enumerate(ends.tolist()):
        if end == start:
            continue
        width = _ordered(
            records[start:end], number << shift, places, bucket.facts, bucket.keys, bucket.profile, bucket.status,
            found.rows[start:end], bucket.by_day, bucket.by_unit, bucket.one, bucket.other,
        )  # fmt: skip
        if width > sums.shape[1]:
            sums = np.zeros((len(plan.slots), width), np.int64)
        sums[:, :width] = 0
        run(0, end - start, bucket.facts, bucket.keys, bucket.profile, profiles, params, sums, bucket.status, bucket.out)
        found.out[:, start:end] = bucket.out[:, : end - start]
        found.status[start:end] = bucket.status[: end - start]
        start = end
    left = np.flatnonzero(found.status != SETTLED)
    if len(left):
        found.out[:, left] = 0
    return found


class _Bucket:
    """The tables of one bucket, used again for the next."""

    def __init__(self, facts: int, keys: int, outputs: int, claims: int, days: int, units: int) -> None:
        self.facts = np.empty((facts, claims), np.int64)
        self.keys = np.empty((keys, claims), np.int64)
        self.profile = np.empty(claims, np.int64)
        self.status = np.empty(claims, np.int64)
        self.out = np.empty((outputs, claims), np.int64)
        self.by_day = np.empty(days + 1, np.int32)
        self.by_unit = np.empty(units + 1, np.int32)
        self.one, self.other = np.empty(claims, np.int32), np.empty(claims, np.int32)


def _days(days: Whole) -> tuple[Whole, int, int]:
    """Return days that lie close together and stand in the same order, the first of them, and how many they span."""
    first, last = int(days.min()), int(days.max())
    if last - first < MOST_DAYS:
        return days, first, last - first + 1
    known, numbers = np.unique(days, return_inverse=True)
    return numbers.astype(np.int64), 0, len(known)


def _laid(claims: Arrived, days: tuple[Whole, int], units: int, shift: int, room: Whole) -> tuple[Whole, Whole, Whole]:
    """Return the claims as records by bucket, the end of each bucket, and where in a record each fact stands."""
    columns: list[Whole] = []
    places = []
    for fact in claims.facts:  # a column that stands for two facts is laid once
        known = next((place for place, column in enumerate(columns) if column is fact), None)
        if known is None:
            columns.append(fact)
        places.append(_FIRST + (len(columns) - 1 if known is None else known))
    columns += claims.keys
    width = _FIRST + len(columns)
    records = room.reshape(-1)[: len(claims.units) * width].reshape(-1, width)
    ends = np.zeros(((units - 1) >> shift) + 1, np.int64)
    _count(claims.units, shift, ends)
    at = np.cumsum(ends) - ends
    fixed = (claims.units, *days, claims.ranks, claims.profile, claims.status)
    _lay(*fixed, tuple(columns), shift, at, records)
    return records, at, np.array(places, np.int64)


@machine
def _count(units: Whole, shift: int, counts: Whole) -> None:
    for i in range(len(units)):
        counts[units[i] >> shift] += 1


@machine
def _lay(
    units: Whole,
    days: Whole,
    first_day: int,
    ranks: Whole,
    profile: Whole,
    status: Whole,
    columns: tuple[Whole, ...],
    shift: int,
    at: Whole,
    records: Whole,
) -> None:
    """Put the claims behind those of their buckets."""
    for i in range(len(units)):
        bucket = np.uint64(units[i] >> shift)
        place = np.uint64(at[bucket])
        at[bucket] += 1
        records[place, 0] = units[i]
        records[place, 1] = (days[i] - first_day) << 36 | ranks[i]
        records[place, 2] = i << 22 | profile[i] << 2 | status[i]
        for column in range(len(columns)):
            records[place, 3 + column] = columns[column][i]


@machine
def _ordered(
    records: Whole,
    low: int,
    places: Whole,
    facts: Whole,
    keys: Whole,
    profile: Whole,
    status: Whole,
    rows: Whole,
    by_day: Small,
    by_unit: Small,
    one: Small,
    other: Small,
) -> int:
    """Fill a bucket's tables in the order of unit, day and rank; return how many ids its keys span."""
    count = len(records)
    by_day[:] = 0
    by_unit[:] = 0
    for i in range(count):
        by_unit[np.uint64(records[i, 0] - low + 1)] += 1
        by_day[np.uint64((records[i, 1] >> 36) + 1)] += 1
    for day in range(1, len(by_day)):
        by_day[day] += by_day[day - 1]
    for unit in range(1, len(by_unit)):
        by_unit[unit] += by_unit[unit - 1]
    for i in range(count):
        from_day = np.uint64(records[i, 1] >> 36)
        one[np.uint64(by_day[from_day])] = i
        by_day[from_day] += 1
    for i in range(count):
        row = one[i]
        of_unit = np.uint64(records[np.uint64(row), 0] - low)
        other[np.uint64(by_unit[of_unit])] = row
        by_unit[of_unit] += 1
    _by_rank(records, other)
    return _filled(records, places, facts, keys, profile, status, rows, other)


@machine
def _by_rank(records: Whole, order: Small) -> None:
    """Put the claims of one unit and day, which are neighbours, into the order of their ranks."""
    for place in range(1, len(records)):
        row, at = order[place], place
        when, unit = records[row, 1], records[row, 0]
        while at > 0 and records[order[at - 1], 1] > when and records[order[at - 1], 0] == unit:
            order[at] = order[at - 1]
            at -= 1
        order[at] = row


@machine
def _filled(
    records: Whole, places: Whole, facts: Whole, keys: Whole, profile: Whole, status: Whole, rows: Whole, order: Small
) -> int:
    """Fill a bucket's tables from its records in order; return how many ids its keys span."""
    first_key = records.shape[1] - keys.shape[0]
    for place in range(len(records)):
        rest = records[np.uint64(order[place]), 2]
        rows[place] = rest >> 22
        profile[place] = (rest >> 2) & 1048575
        status[place] = rest & 3
    for fact in range(len(places)):
        column, into = places[fact], facts[fact]
        for place in range(len(records)):
            into[place] = records[np.uint64(order[place]), column]
    width = 1
    for key in range(keys.shape[0]):
        column, into = first_key + key, keys[key]
        least = records[0, column]
        most = least
        for place in range(len(records)):
            least = min(least, records[place, column])
            most = max(most, records[place, column])
        for place in range(len(records)):
            into[place] = records[np.uint64(order[place]), column] - least
        width = max(width, most - least + 1)
    return width
