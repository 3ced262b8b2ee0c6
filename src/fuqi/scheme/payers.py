"""Several payers of one amount: fixed sums first, the rest in shares that add up to the fen (largest remainder)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fuqi.scheme.promises import NOTHING
from fuqi.scheme.syntax import Values
from fuqi.scheme.values import Used, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays: a fixed sum （省标准）, or a share of what the fixed sums leave, in basis points."""

    fund: str
    amount: Value | None = None
    share: int = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """What each payer pays of an amount, in fen and in the order of the payers, or what is missing."""

    parts: tuple[int, ...] = ()
    used: tuple[Used, ...] = ()
    missing: frozenset[str] = NOTHING


def shares(payers: Sequence[Payer], amount: int | None, values: Values, day: date) -> Shares:
    """Return how payers share an amount (None: the sum of their fixed sums). A fixed sum never exceeds what is left."""
    outcomes = [None if payer.amount is None else payer.amount.resolve(values, day) for payer in payers]
    missing = NOTHING.union(*(outcome.missing for outcome in outcomes if outcome is not None))
    if missing:
        return Shares(missing=missing)
    used = tuple(one for outcome in outcomes if outcome is not None for one in outcome.used)
    fixed = [0 if outcome is None else outcome.value or 0 for outcome in outcomes]
    left = sum(fixed) if amount is None else amount
    for place, one in enumerate(fixed):
        fixed[place] = min(one, left)
        left -= fixed[place]
    rest = largest_remainder(left, [payer.share for payer in payers])
    return Shares(tuple(one + more for one, more in zip(fixed, rest, strict=True)), used)


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of an amount in proportion to the weights that add up to it.

    Each gets its quota without the fraction; the fen left over go to the largest fractions, to the earlier one of equal ones.
    Without any weight nobody gets anything.
    """
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    fractions = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place))
    for place in fractions[: amount - sum(parts)]:
        parts[place] += 1
    return parts
