"""Bucket by bucket gives what the kernel gives over claims that stand in order, whatever order they arrive in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.claims import benefits
from fuqi.batch.arrays import buckets
from fuqi.batch.arrays.buckets import Arrived, settle_in_buckets
from fuqi.batch.arrays.scan import UNKNOWN, Whole
from fuqi.batch.machine import kernel
from fuqi.scheme.compiled import compile_benefits
from fuqi.scheme.compiled.plan import REFUSED, SETTLED, UNDECIDED

LEVELS = ("township", "county", "city")


def arrived(count: int, units: int, days: int, seed: int = 1) -> tuple[Arrived, Whole]:
    """Return synthetic claims in any order, some undecided or refused, and the table of their profiles."""
    rng = np.random.default_rng(seed)
    compiled = compile_benefits(benefits())
    words: dict[str, Callable[[int], object]] = {
        "hospital_level": lambda number: LEVELS[number % 3],
        "groups": lambda number: frozenset(["registered_poor"][number // 3 :]),
    }
    names = compiled.kernel.plan.profile
    numbers = [compiled.profile_of(tuple(words[name](number) for name in names)) for number in range(6)]
    total = rng.integers(0, 40_000_00, count)
    unit = np.sort(rng.integers(0, units, count))[rng.permutation(count)]
    claims = Arrived(
        units=unit,
        days=738_000 + rng.integers(0, days, count),
        ranks=rng.permutation(count),
        facts=[total, total, total * 8 // 10],
        keys=[unit * 2 + rng.integers(0, 2, count)],
        profile=np.array(numbers, np.int64)[rng.integers(0, 6, count)],
        status=rng.choice([SETTLED, SETTLED, SETTLED, UNDECIDED, REFUSED], count),
    )
    return claims, np.array(compiled.profiles.table, np.int64)


def assert_as_in_order(claims: Arrived, profiles: Whole) -> None:
    program = compile_benefits(benefits()).kernel
    params = np.array(program.params, np.int64)
    order = np.lexsort((claims.ranks, claims.days, claims.units))
    status, out = claims.status[order], np.zeros((len(program.plan.outputs), len(order)), np.int64)
    facts = np.ascontiguousarray([fact[order] for fact in claims.facts])
    keys = np.ascontiguousarray([key[order] for key in claims.keys])
    sums = np.zeros((len(program.plan.slots), int(claims.keys[0].max()) + 1), np.int64)
    kernel(program)(0, len(order), facts, keys, claims.profile[order], profiles, params, sums, status, out)
    found = settle_in_buckets(program, profiles, params, claims)
    assert np.array_equal(found.rows, order)
    assert np.array_equal(found.status, status)
    assert np.array_equal(found.out, out)
    assert out.any()


@pytest.mark.parametrize(
    ("count", "units", "days"), [(1, 1, 1), (500, 3, 10), (500, 400, 2), (20_000, 9_000, 700), (9_000, 1, 9)]
)
def test_any_order_of_arrival(count: int, units: int, days: int) -> None:
    claims, profiles = arrived(count, units, days, seed=3)
    claims.status[0] = SETTLED
    assert_as_in_order(claims, profiles)


def test_days_that_lie_far_apart_or_are_unknown() -> None:
    claims, profiles = arrived(2000, 50, 40_000)
    claims.days[::7] = UNKNOWN
    assert_as_in_order(claims, profiles)
    claims.days[:] = UNKNOWN
    assert_as_in_order(claims, profiles)


def test_small_buckets_and_large_ones_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, profiles = arrived(3000, 700, 100)
    for size in (1, 50, 100_000):
        monkeypatch.setattr(buckets, "CLAIMS_A_BUCKET", size)
        assert_as_in_order(claims, profiles)


def test_no_claims() -> None:
    empty = np.empty(0, np.int64)
    claims = Arrived(units=empty, days=empty, ranks=empty, facts=[empty] * 3, keys=[empty], profile=empty, status=empty)
    assert len(settle_in_buckets(compile_benefits(benefits()).kernel, empty, empty, claims).rows) == 0


def test_ranks_that_do_not_fit_are_refused() -> None:
    claims, profiles = arrived(3, 1, 1)
    claims.ranks[0] = buckets.MOST_RANKS
    with pytest.raises(ValueError, match="ranks"):
        settle_in_buckets(compile_benefits(benefits()).kernel, profiles, profiles, claims)
