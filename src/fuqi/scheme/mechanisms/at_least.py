"""at_least: a floor under a payment （保底）."""

from __future__ import annotations

from fuqi.basics.money import share


def floor(amount: int, rate: int) -> int:
    """Return the floor in fen."""
    return share(amount, rate)
