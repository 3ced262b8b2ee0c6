"""How sums are spread over people: round classes, quantiles; and parts so small that they would tell of somebody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, takewhile

from fuqi.scheme.trial import Part

MOST_CLASSES = 7
"""Classes above 0; with more of them nobody compares two versions."""

QUANTILES = (25, 50, 75, 90, 99)
"""In percent; one above which fewer than FEWEST people lie would tell what one of them bears, and is left out."""

FEWEST = 5
"""A count of people below this, other than 0, is not shown of a part of the county."""

MERGED = "*"
"""The key of the parts that were put together because each was too small."""


@dataclass(frozen=True, slots=True)
class SumClass:
    """A class of sums, above `above_fen` up to and including `to_fen`; the first one holds 0 alone."""

    above_fen: int | None
    to_fen: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """A sum that so many percent of people do not exceed, before and after, in fen (nearest rank)."""

    percent: int
    before_fen: int
    after_fen: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How what people bear in a year is spread, before and after."""

    number: int
    classes: tuple[SumClass, ...]
    quantiles: tuple[Quantile, ...]
    mean_before_fen: int = 0
    mean_after_fen: int = 0


def spread(before: Iterable[int], after: Iterable[int]) -> Spread:
    """Return how two lists of as many sums, in fen, are spread."""
    old, new = sorted(before), sorted(after)
    if len(old) != len(new):
        raise ValueError("both versions bear on the same people")
    if not old:
        return Spread(0, (), ())
    bounds = class_bounds(max(old[-1], new[-1]))
    classes = []
    above: int | None = None
    for bound in (0, *bounds):
        classes.append(SumClass(above, bound, _within(old, above, bound), _within(new, above, bound)))
        above = bound
    if not classes[0].before and not classes[0].after:
        del classes[0]
    shown = [percent for percent in QUANTILES if (100 - percent) * len(old) >= 100 * FEWEST]
    quantiles = tuple(Quantile(percent, _ranked(old, percent), _ranked(new, percent)) for percent in shown)
    return Spread(len(old), tuple(classes), quantiles, _mean(old), _mean(new))


def class_bounds(most: int) -> tuple[int, ...]:
    """Return the upper bounds in fen of the classes above 0: at most seven steps 1-2-5, the last one no less than the most."""
    if most <= 0:
        return ()
    steps = (factor * 10**power for power in count(4) for factor in (1, 2, 5))
    below = list(takewhile(lambda step: step < most, steps))
    top = next(factor * 10**power for power in count(4) for factor in (1, 2, 5) if factor * 10**power >= most)
    return (*below, top)[-MOST_CLASSES:]


def _within(ordered: Sequence[int], above: int | None, bound: int) -> int:
    start = 0 if above is None else bisect_left(ordered, above + 1)
    return bisect_left(ordered, bound + 1) - start


def _ranked(ordered: Sequence[int], percent: int) -> int:
    """Return the sum of the nearest rank: the smallest that at least so many percent do not exceed."""
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _mean(ordered: Sequence[int]) -> int:
    """Return the mean, half up."""
    return (2 * sum(ordered) + len(ordered)) // (2 * len(ordered))


def is_safe(part: Part, fewest: int = FEWEST) -> bool:
    """Return whether a part tells of nobody: no count of people in it is so small that neighbours know who is meant."""
    return all(number == 0 or number >= fewest for number in (part.people.number, part.people.gaining, part.people.losing))


def merged_small(parts: Iterable[Part], fewest: int = FEWEST) -> tuple[Part, ...]:
    """Return the parts, small ones put together as one last part until that tells of nobody either.

    The sums still add up to the whole. One part alone may be small: it is the whole, which is shown anyway.
    """
    safe = [part for part in parts if is_safe(part, fewest)]
    small = [part for part in parts if not is_safe(part, fewest)]
    if not small:
        return tuple(safe)
    safe.sort(key=lambda part: (-part.people.number, part.key))
    merged = replace(sum(small[1:], small[0]), key=MERGED)
    while (not is_safe(merged, fewest) or len(small) == 1) and safe:
        small.append(safe.pop())
        merged += small[-1]
    return (*sorted(safe, key=lambda part: part.key), replace(merged, key=MERGED))


@dataclass(frozen=True, slots=True)
class Income:
    """What a household lives on: the income per head and year in fen (None: not known), and how many live on it."""

    per_head_fen: int | None
    members: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Households that had claims, by where their income stands once their own share is taken off; people are their members."""

    households: int = 0
    people: int = 0
    without_income: int = 0
    """Households, and people without a known one, of whom no income is known; they are counted nowhere else."""
    below_already: int = 0
    """Households below the line without any bill."""
    pushed_before: int = 0
    """Households at or above the line whose own share, under the present scheme, leaves them below it."""
    pushed_after: int = 0
    pushed_people_before: int = 0
    pushed_people_after: int = 0

    @property
    def above_before(self) -> int:
        """Return how many households stay at or above the line under the present scheme."""
        return self.households - self.below_already - self.pushed_before

    @property
    def above_after(self) -> int:
        """Return how many households stay at or above the line under the draft."""
        return self.households - self.below_already - self.pushed_after


def against_line(
    borne: Mapping[str, tuple[int, int]], incomes: Mapping[str, Income], line_fen: int, missing: Collection[str] = ()
) -> Standing:
    """Return where households stand: `borne` is what each bore before and after, in fen; `missing` have no known household.

    A household stays above the line if income per head × members - own share ≥ line × members.
    """
    known = {house: incomes[house] for house in borne if house in incomes}
    rated = [(one.per_head_fen, one.members, borne[house]) for house, one in known.items() if one.members]
    rows = [(income * members, members, bore) for income, members, bore in rated if income is not None]
    over = [(income - line_fen * members, members, bore) for income, members, bore in rows]
    stay = [(spare, members, bore) for spare, members, bore in over if spare >= 0]
    before = [members for spare, members, (old, _) in stay if spare < old]
    after = [members for spare, members, (_, new) in stay if spare < new]
    return Standing(
        households=len(rows),
        people=sum(members for _, members, _ in rows),
        without_income=len(borne) - len(rows) + len(missing),
        below_already=len(rows) - len(stay),
        pushed_before=len(before),
        pushed_after=len(after),
        pushed_people_before=sum(before),
        pushed_people_after=sum(after),
    )
