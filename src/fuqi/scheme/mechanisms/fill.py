"""fill: brings the person's own share (the base) down to a ratio of another amount."""

from __future__ import annotations

from fuqi.basics.money import share


def fill(base: int, bases: int, amounts: int, at_most: int, paid_before: int) -> int:
    """Return what brings the sum of bases down to `at_most` of the sum of amounts, never more than this claim's base."""
    return min(base, max(0, bases - share(amounts, at_most) - paid_before))
