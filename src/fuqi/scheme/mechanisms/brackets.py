"""rate and brackets: marginal rates over a base and above a deductible; one rate is one bracket without end."""

from __future__ import annotations

from fuqi.scheme.claims import Bracket
from fuqi.scheme.values import Schedule


def parts(base: int, deductible: int, brackets: Schedule, measured_from: str) -> tuple[Bracket, ...]:
    """Return what falls into each bracket; right-inclusive bounds, on the base or on what exceeds the deductible."""
    measured = base if measured_from == "base" else max(0, base - deductible)
    start = deductible if measured_from == "base" else 0
    found: list[Bracket] = []
    lower = 0
    for upper, rate in brackets:
        top = measured if upper is None else min(measured, upper)
        found.append(Bracket(lower, upper, rate, max(0, top - max(lower, start))))
        lower = lower if upper is None else upper
    return tuple(found)


def exact(brackets: tuple[Bracket, ...]) -> int:
    """Return the unrounded amount `g` in fen × basis points."""
    return sum(bracket.part * bracket.rate for bracket in brackets)


def increase(after: tuple[Bracket, ...], before: tuple[Bracket, ...]) -> tuple[Bracket, ...]:
    """Return what came newly into each bracket between two bases."""
    return tuple(Bracket(new.above, new.to, new.rate, new.part - old.part) for new, old in zip(after, before, strict=True))
