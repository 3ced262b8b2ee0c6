"""rate and brackets: marginal rates over a base and above a deductible; one rate is one bracket without end."""

from __future__ import annotations

from fuqi.scheme.claims import Bracket
from fuqi.scheme.mechanisms.rounding import emit_rounded
from fuqi.scheme.values import Schedule
from fuqi.scheme.writer import LayerWriter


def parts(base: int, deductible: int, brackets: Schedule, measured_from: str) -> tuple[Bracket, ...]:
    """Return what falls into each bracket; right-inclusive bounds, on the base or on what exceeds the deductible."""
    measured = base if measured_from == "base" else max(0, base - deductible)
    start = deductible if measured_from == "base" else 0
    found: list[Bracket] = []
    lower = 0
    for upper, rate in brackets:
        top = measured if upper is None else min(measured, upper)
        found.append(Bracket(lower, upper, rate, max(0, top - max(lower, start))))
        lower = lower if upper is None else upper
    return tuple(found)


def exact(brackets: tuple[Bracket, ...]) -> int:
    """Return the unrounded amount `g` in fen × basis points."""
    return sum(bracket.part * bracket.rate for bracket in brackets)


def increase(after: tuple[Bracket, ...], before: tuple[Bracket, ...]) -> tuple[Bracket, ...]:
    """Return what came newly into each bracket between two bases."""
    return tuple(Bracket(new.above, new.to, new.rate, new.part - old.part) for new, old in zip(after, before, strict=True))


def emit_graduated(to: LayerWriter, deductible: str) -> None:
    """Write what one rate or brackets pay on this claim: on the sum of bases with it, less on the sum without it."""
    starts = _emit_starts(to, deductible)
    if not to.longer:
        exact_now = _emit_exact(to, "", to.local("base"), deductible, starts)
        to.set("pay", emit_rounded(to, exact_now))
    else:
        exact_now = _emit_exact(to, "", to.local("after"), deductible, starts)
        exact_then = _emit_exact(to, "_before", to.local("before"), deductible, starts)
        to.set("pay", f"({emit_rounded(to, exact_now)}) - ({emit_rounded(to, exact_then)})")
    for number, (_, rate) in enumerate(to.schedules["brackets"], start=1):
        less = f" - {to.local(f'part_{number}_before')}" if to.longer else ""
        to.trace(f"part_{number}", f"{to.local(f'part_{number}')}{less}")
        to.trace(f"rate_{number}", rate)


def _emit_starts(to: LayerWriter, deductible: str) -> list[str]:
    """Write where each bracket begins to pay: at its lower bound, or at the deductible where that is higher."""
    bounds = [upper for upper, _ in to.schedules["brackets"]][:-1]
    if to.layer.measured_from == "deductible" or deductible == "0":
        return ["0", *bounds]
    higher = [to.set(f"start_{number}", f"max({lower}, {deductible})") for number, lower in enumerate(bounds, start=2)]
    return [deductible, *higher]


def _emit_exact(to: LayerWriter, ending: str, base: str, deductible: str, starts: list[str]) -> str:
    """Write what of a base falls into each bracket; return the name of the unrounded amount that this gives."""
    measured = base
    if to.layer.measured_from == "deductible" and deductible != "0":
        measured = to.set_at_least_zero(f"measured{ending}", f"{base} - {deductible}")
    products = []
    brackets = to.schedules["brackets"]
    for number, ((upper, rate), start) in enumerate(zip(brackets, starts, strict=True), start=1):
        top = measured if number == len(brackets) else f"min({measured}, {upper})"
        part = to.set_at_least_zero(f"part_{number}{ending}", top if start == "0" else f"{top} - {start}")
        products.append(f"{part} * {rate}")
    return to.set(f"exact{ending}", " + ".join(products))
