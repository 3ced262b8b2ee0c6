"""The one rounding of a layer: half up, from exact products of fen, rate and factor."""

from __future__ import annotations

WHOLE = 10_000
"""One hundred per cent in basis points."""


def rounded(exact: int, factor: int = WHOLE) -> int:
    """Return exact (fen × basis points, ≥ 0) × factor as fen, half up."""
    return (exact * factor + WHOLE * WHOLE // 2) // (WHOLE * WHOLE)
