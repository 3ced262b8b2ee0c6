"""cap: a limit on what a layer, or several together, pay in a period."""

from __future__ import annotations

from fuqi.scheme.writer import LayerWriter, Slot


def capped(pay: int, limit: int | None, paid_before: int) -> tuple[int, int]:
    """Return the payment within the limit and what was cut off; None is no limit."""
    if limit is None:
        return pay, 0
    within = min(pay, max(0, limit - paid_before))
    return within, pay - within


def emit_capped(to: LayerWriter) -> None:
    """Write that the layer pays no more than its cap leaves, and what was cut off."""
    paid_before = cap_paid_before(to)
    to.trace("cap_paid_before", paid_before)
    if "cap" not in to.values:
        return
    pay, cap = to.local("pay"), to.values["cap"]
    to.trace("cap", cap)
    limit = cap if paid_before == "0" else to.set_at_least_zero("room", f"{cap} - {paid_before}")
    if to.kernel.tracing:
        to.set("over", "0")
    with to.block(f"if {pay} > {limit}:"):
        if to.needs_over or to.kernel.tracing:
            to.set("over", f"{pay} - {limit}")
        to.line(f"{pay} = {limit}")
    to.trace("over", to.local("over"))


def cap_paid_before(to: LayerWriter) -> str:
    """Return what counts towards the cap so far: of this layer or of all that share it, on this claim too."""
    layer = to.layer
    if not layer.cap_shared:
        return to.past("paid", layer.cap_per)
    if layer.cap_per == "claim":
        return cap_now(to)
    return f"({to.kernel.sum(Slot('shared', layer.cap_shared, layer.who, layer.cap_per))} + {cap_now(to)})"


def cap_now(to: LayerWriter) -> str:
    """Return the name of what layers with the same shared cap have paid on this claim."""
    shared = to.layer.cap_shared
    return to.kernel.name_of(f"shared {shared}", f"{shared}_paid_now")
