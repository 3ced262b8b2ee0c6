"""own: the person's own share of a fee at a point of the settlement."""

from __future__ import annotations

from fuqi.scheme.writer import UNKNOWN, KernelWriter


def own(fee: int, paid: int, total: int) -> int:
    """Return `max(0, fee - round(fee × paid / total))`, half up; 0 where the total is 0."""
    if total == 0:
        return 0
    return max(0, fee - (2 * fee * paid + total) // (2 * total))


def emit_own(to: KernelWriter, category: str) -> str:
    """Write the person's own share of a fee as it is before a layer, UNKNOWN where the fee is; return its name."""
    name, total, fee = to.name_of(f"own.{category}", f"own_{category}"), to.fact("total"), to.fact(f"fee_{category}")
    to.line(f"{name} = 0")
    with to.block(f"if {total} > 0:"):
        with to.block(f"if {fee} == {UNKNOWN}:"):
            to.line(f"{name} = {UNKNOWN}")
        with to.block("else:"):
            to.line(f"{name} = {fee} - (2 * {fee} * paid + {total}) // (2 * {total})")
            with to.block(f"if {name} < 0:"):
                to.line(f"{name} = 0")
    return name
