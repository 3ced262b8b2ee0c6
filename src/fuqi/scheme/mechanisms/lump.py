"""lump: a fixed sum by the height of the base."""

from __future__ import annotations

from fuqi.scheme.values import Schedule


def lump(base: int, steps: Schedule) -> int:
    """Return the sum of the last step whose bound is less than the base; 0 where there is none."""
    pay = 0
    for above, amount in steps:
        if above is not None and above < base:
            pay = amount
    return pay
