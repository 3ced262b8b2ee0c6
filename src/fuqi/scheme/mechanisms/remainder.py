"""The remainder: no layer pays more than what is left of the claim, a scope-bound one no more than what is left in scope."""

from __future__ import annotations


def left(settle_total: int, paid: int, in_scope: int, paid_in_scope: int, scope: str) -> int:
    """Return what a layer of the scope may still pay on the claim; below 0 counts as 0."""
    rest = settle_total - paid
    return max(0, min(rest, in_scope - paid_in_scope) if scope == "in_scope" else rest)
