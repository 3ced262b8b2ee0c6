"""at_least: a floor under a payment （保底）."""

from __future__ import annotations

from fuqi.basics.money import share
from fuqi.scheme.writer import LayerWriter


def floor(amount: int, rate: int) -> int:
    """Return the floor in fen."""
    return share(amount, rate)


def emit_floor(to: LayerWriter) -> None:
    """Write that the layer pays no less than its floor."""
    if "floor_of" not in to.values:
        return
    of, rate, pay = to.values["floor_of"], to.values["floor_rate"], to.local("pay")
    least = to.set("floor", f"({of} * {rate} + 5000) // 10000")
    with to.block(f"if {pay} < {least}:"):
        to.line(f"{pay} = {least}")
    to.trace("floor", least)
    to.trace("floor_of", of)
    to.trace("floor_rate", rate)
