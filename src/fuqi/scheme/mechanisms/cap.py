"""cap: a limit on what a layer, or several together, pay in a period."""

from __future__ import annotations


def capped(pay: int, limit: int | None, paid_before: int) -> tuple[int, int]:
    """Return the payment within the limit and what was cut off; None is no limit."""
    if limit is None:
        return pay, 0
    within = min(pay, max(0, limit - paid_before))
    return within, pay - within
