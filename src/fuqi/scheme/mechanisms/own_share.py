"""own: the person's own share of a fee at a point of the settlement."""

from __future__ import annotations


def own(fee: int, paid: int, total: int) -> int:
    """Return `max(0, fee - round(fee × paid / total))`, half up; 0 where the total is 0."""
    if total == 0:
        return 0
    return max(0, fee - (2 * fee * paid + total) // (2 * total))
