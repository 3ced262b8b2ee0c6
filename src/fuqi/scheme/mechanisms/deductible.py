"""deductible with `once: highest`: one deductible a year, at the highest level visited."""

from __future__ import annotations

from fuqi.scheme.writer import LayerWriter


def charged_once(amount: int, charged_before: int, base: int) -> tuple[int, int]:
    """Return the deductible of this claim and how much of it counts as charged."""
    due = max(0, amount - charged_before)
    return due, min(base, due)


def emit_charged_once(to: LayerWriter) -> str:
    """Write the deductible that is due on this claim and how much counts as charged; return the name of what is due."""
    charged_before = to.past("charged", "year")
    due = to.set_at_least_zero("due", f"{to.values['deductible']} - {charged_before}")
    to.set("charged", due)
    to.lower_to("charged", to.local("base"))
    to.trace("deductible", due)
    to.trace("charged", to.local("charged"))
    return due


def emit_charged(to: LayerWriter) -> str:
    """Write, for traces only, how much of the deductible falls on this claim; return the deductible as it applies."""
    deductible = to.values.get("deductible", "0")
    to.trace("deductible", deductible)
    if to.kernel.tracing and deductible != "0":
        now = f"min({to.local('after') if to.longer else to.local('base')}, {deductible})"
        to.trace("charged", f"{now} - min({to.local('before')}, {deductible})" if to.longer else now)
    return deductible
