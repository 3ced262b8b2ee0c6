"""Settles claims that stand in any order, bucket by bucket: what shares a sum lies in one bucket, and a bucket fits the cache.

One pass lays the claims as records into buckets of units; within a bucket two counting sorts (by day, then by unit) put them in the
order of settlement, and the kernel runs over the bucket with sums of its own. Settling all claims in one order of days instead
would miss the cache at every claim and every sum: three times the time at ten million claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fuqi.batch.arrays.scan import Whole
from fuqi.batch.machine import kernel, machine
from fuqi.scheme.compiled.kernel import Program

CLAIMS_A_BUCKET = 6000
"""About how many claims a bucket has: small enough for a core's own cache, large enough that a call costs nothing."""

CHUNK = 1 << 14
"""How many claims are laid at a time."""

_UNIT, _WHEN, _REST, _FIRST = 0, 1, 2, 3
"""Places in a record: the unit; day and rank; row, profile and status; the first fact."""

_RANKS, _PROFILES, _STATUSES = 1 << 36, 1 << 20, 1 << 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Claims in any order, by column. `facts` and `keys` are those of the plan; the ids of keys best ascend with the units."""

    units: Whole
    """Numbers from 0, alike for claims that may share a sum."""
    days: Whole
    """settled_at as ordinals."""
    ranks: Whole
    """Whole numbers from 0 below 2^36 in the order of the claim ids as text, so that equal days have an order."""
    facts: Sequence[Whole]
    keys: Sequence[Whole]
    profile: Whole
    status: Whole


@dataclass(frozen=True, slots=True)
class InBuckets:
    """What became of claims, in the order in which they were settled: each one's row on arrival, its status, its results in fen."""

    rows: Whole
    status: Whole
    out: Whole


def settle_in_buckets(program: Program, profiles: Whole, params: Whole, claims: Arrived) -> InBuckets:
    """Return what becomes of claims; units are settled in the order of (day, rank), bucket after bucket."""
    count = len(claims.units)
    plan = program.plan
    found = InBuckets(np.empty(count, np.int64), np.empty(count, np.int64), np.empty((len(plan.outputs), count), np.int64))
    if not count:
        return found
    units = int(claims.units.max()) + 1
    shift = max(0, (CLAIMS_A_BUCKET * units // count).bit_length() - 1)
    records, ends, places = _laid(claims, units, shift)
    first_day, last_day = int(claims.days.min()), int(claims.days.max())
    largest = int(np.diff(ends, prepend=0).max())
    bucket = _Bucket(len(claims.facts), len(plan.keys), len(plan.outputs), largest, last_day - first_day + 1, 1 << shift)
    run = kernel(program)
    sums = np.zeros((len(plan.slots), 1), np.int64)
    start = 0
    for number, end in enumerate(ends.tolist()):
        if end == start:
            continue
        width = _ordered(
            records[start:end], first_day, number << shift, places, bucket.facts, bucket.keys, bucket.profile, bucket.status,
            found.rows[start:end], bucket.by_day, bucket.by_unit, bucket.one, bucket.other,
        )  # fmt: skip
        if width > sums.shape[1]:
            sums = np.zeros((len(plan.slots), width), np.int64)
        sums[:, :width] = 0
        bucket.out[:, : end - start] = 0
        run(0, end - start, bucket.facts, bucket.keys, bucket.profile, profiles, params, sums, bucket.status, bucket.out)
        found.out[:, start:end] = bucket.out[:, : end - start]
        found.status[start:end] = bucket.status[: end - start]
        start = end
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


def _laid(claims: Arrived, units: int, shift: int) -> tuple[Whole, Whole, Whole]:
    """Return the claims as records by bucket, the end of each bucket, and where in a record each fact stands."""
    columns: list[Whole] = []
    places = []
    for fact in claims.facts:  # a column that stands for two facts is laid once
        known = next((place for place, column in enumerate(columns) if column is fact), None)
        if known is None:
            columns.append(fact)
        places.append(_FIRST + (len(columns) - 1 if known is None else known))
    columns += claims.keys
    count = len(claims.units)
    records = np.empty((count, _FIRST + len(columns)), np.int64)
    ends = np.zeros(((units - 1) >> shift) + 1, np.int64)
    _count(claims.units, shift, ends)
    at = np.cumsum(ends) - ends
    chunk = np.empty((_FIRST + len(columns), CHUNK), np.int64)
    for start in range(0, count, CHUNK):
        part = slice(start, min(start + CHUNK, count))
        size = part.stop - start
        chunk[_UNIT, :size] = claims.units[part]
        np.multiply(claims.days[part], _RANKS, out=chunk[_WHEN, :size])
        chunk[_WHEN, :size] += claims.ranks[part]
        np.multiply(claims.profile[part], _STATUSES, out=chunk[_REST, :size])
        chunk[_REST, :size] += claims.status[part]
        for place, column in enumerate(columns, start=_FIRST):
            chunk[place, :size] = column[part]
        _lay(chunk, start, size, shift, at, records)
    return records, at, np.array(places, np.int64)


@machine
def _count(units: Whole, shift: int, counts: Whole) -> None:
    for i in range(len(units)):
        counts[units[i] >> shift] += 1


@machine
def _lay(chunk: Whole, first: int, size: int, shift: int, at: Whole, records: Whole) -> None:
    """Put the claims of a chunk behind those of their buckets."""
    for i in range(size):
        bucket = chunk[0, i] >> shift
        place = at[bucket]
        at[bucket] = place + 1
        for column in range(chunk.shape[0]):
            records[place, column] = chunk[column, i]
        records[place, 2] += (first + i) * 4194304  # 2^22: above profile and status


@machine
def _ordered(  # type: ignore[no-untyped-def]  # noqa: ANN202
    records, first_day, low, places, facts, keys, profile, status, rows, by_day, by_unit, one, other
):
    """Fill a bucket's tables in the order of unit, day and rank; return how many ids its keys span."""
    count = len(records)
    by_day[:] = 0
    by_unit[:] = 0
    for i in range(count):
        by_unit[records[i, 0] - low + 1] += 1
        by_day[(records[i, 1] >> 36) - first_day + 1] += 1
    for day in range(1, len(by_day)):
        by_day[day] += by_day[day - 1]
    for unit in range(1, len(by_unit)):
        by_unit[unit] += by_unit[unit - 1]
    for i in range(count):
        day = (records[i, 1] >> 36) - first_day
        one[by_day[day]] = i
        by_day[day] += 1
    for place in range(count):
        unit = records[one[place], 0] - low
        other[by_unit[unit]] = one[place]
        by_unit[unit] += 1
    for place in range(1, count):  # one day's claims of a unit: by rank
        at = place
        while at > 0 and records[other[at - 1], 0] == records[other[at], 0] and records[other[at - 1], 1] > records[other[at], 1]:
            other[at - 1], other[at] = other[at], other[at - 1]
            at -= 1
    return _filled(records, places, facts, keys, profile, status, rows, other)


@machine
def _filled(records, places, facts, keys, profile, status, rows, order):  # type: ignore[no-untyped-def]  # noqa: ANN202
    count = len(order)
    first_key = records.shape[1] - keys.shape[0]
    for place in range(len(records)):
        row = order[place]
        rest = records[row, 2]
        rows[place] = rest >> 22
        profile[place] = (rest >> 2) & 1048575
        status[place] = rest & 3
        for fact in range(len(places)):
            facts[fact, place] = records[row, places[fact]]
        for key in range(keys.shape[0]):
            keys[key, place] = records[row, first_key + key]
    width = 1
    for key in range(keys.shape[0]):
        least = keys[key, 0]
        most = least
        for place in range(len(records)):
            least = min(least, keys[key, place])
            most = max(most, keys[key, place])
        for place in range(len(records)):
            keys[key, place] -= least
        width = max(width, most - least + 1)
    return width
