"""lump: a fixed sum by the height of the base."""

from __future__ import annotations

from fuqi.scheme.values import Schedule
from fuqi.scheme.writer import LayerWriter


def lump(base: int, steps: Schedule) -> int:
    """Return the sum of the last step whose bound is less than the base; 0 where there is none."""
    pay = 0
    for above, amount in steps:
        if above is not None and above < base:
            pay = amount
    return pay


def emit_lump(to: LayerWriter) -> None:
    """Write the sum of the last step below the base, scaled, less what was paid in the period."""
    amount = to.set("lump", "0")
    base = to.local("after") if to.longer else to.local("base")
    for above, pay in to.schedules["lump"]:
        with to.block(f"if {base} > {above}:"):
            to.line(f"{amount} = {pay}")
    factor = to.values.get("factor")
    scaled = amount if factor is None else f"({amount} * {factor} + 5000) // 10000"
    if to.longer:
        to.set_at_least_zero("pay", f"{scaled} - {to.past('paid', to.layer.period)}")
    else:
        to.set("pay", scaled)
    to.trace("lump", amount)
    for number, (_, pay) in enumerate(to.schedules["lump"], start=1):
        to.trace(f"step_{number}", pay)
