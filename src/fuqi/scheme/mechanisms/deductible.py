"""deductible with `once: highest`: one deductible a year, at the highest level visited."""

from __future__ import annotations


def charged_once(amount: int, charged_before: int, base: int) -> tuple[int, int]:
    """Return the deductible of this claim and how much of it counts as charged."""
    due = max(0, amount - charged_before)
    return due, min(base, due)
