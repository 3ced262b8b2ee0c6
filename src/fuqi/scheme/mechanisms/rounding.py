"""The one rounding of a layer: half up, from exact products of fen, rate and factor."""

from __future__ import annotations

from fuqi.scheme.writer import LayerWriter

WHOLE = 10_000
"""One hundred per cent in basis points."""


def rounded(exact: int, factor: int = WHOLE) -> int:
    """Return exact (fen × basis points, ≥ 0) × factor as fen, half up."""
    return (exact * factor + WHOLE * WHOLE // 2) // (WHOLE * WHOLE)


def emit_rounded(to: LayerWriter, exact: str) -> str:
    """Return the expression of an exact amount as fen; a factor is multiplied in two parts, so that nothing leaves 64 bits."""
    factor = to.values.get("factor")
    if factor is None:
        return f"({exact} + 5000) // 10000"
    return f"{exact} // 100000000 * {factor} + ({exact} % 100000000 * {factor} + 50000000) // 100000000"
