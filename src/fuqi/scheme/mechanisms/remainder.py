"""The remainder: no layer pays more than what is left of the claim, a scope-bound one no more than what is left in scope."""

from __future__ import annotations

from fuqi.scheme.writer import LayerWriter


def left(settle_total: int, paid: int, in_scope: int, paid_in_scope: int, scope: str) -> int:
    """Return what a layer of the scope may still pay on the claim; below 0 counts as 0."""
    rest = settle_total - paid
    return max(0, min(rest, in_scope - paid_in_scope) if scope == "in_scope" else rest)


def emit_left(to: LayerWriter) -> str:
    """Write what the layer may still pay, which is never below 0, as no layer before paid more; return its name."""
    kernel = to.kernel
    rest = to.set("left", f"{kernel.fact('settle_total')} - paid")
    if to.layer.scope == "in_scope":
        to.lower_to("left", f"{kernel.fact('in_scope')} - paid_in_scope")
    return rest
