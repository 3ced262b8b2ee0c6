"""What one layer pays on one claim: mechanism, floor, cap and remainder in the order of the settlement standard."""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.scheme.benefits import Layer
from fuqi.scheme.claims import Bracket, Claim, Line, Trace
from fuqi.scheme.mechanisms.at_least import floor
from fuqi.scheme.mechanisms.brackets import exact, increase, parts
from fuqi.scheme.mechanisms.cap import capped
from fuqi.scheme.mechanisms.deductible import charged_once
from fuqi.scheme.mechanisms.fill import fill
from fuqi.scheme.mechanisms.first_share import base_after_share
from fuqi.scheme.mechanisms.lump import lump
from fuqi.scheme.mechanisms.periods import Key, Sums, period_key
from fuqi.scheme.mechanisms.rounding import WHOLE, rounded
from fuqi.scheme.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Before:
    """What a layer's unit had summed before this claim, in fen."""

    base: int
    of: int
    paid: int
    charged: int
    year_base: int
    year_paid: int
    cap_paid: int


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What rate, brackets, lump or fill gave."""

    pay: int
    deductible: int = 0
    charged: int = 0
    brackets: tuple[Bracket, ...] = ()
    lump: int = 0


def unit_of(layer: Layer, claim: Claim) -> Key:
    """Return whose year a layer counts."""
    return (layer.who, claim.household if layer.who == "household" else claim.person_id)


def before(layer: Layer, claim: Claim, year: int, sums: Sums, shared_now: int) -> Before:
    """Return the sums of a layer's unit; `shared_now` is what layers of the same shared cap paid on this claim."""
    unit, period, whole_year = unit_of(layer, claim), period_key(layer.period, claim, year), ("year", year)
    counted = ("shared", layer.cap_shared) if layer.cap_shared else layer.id
    return Before(
        base=sums.of("base", layer.id, unit, period),
        of=sums.of("of", layer.id, unit, period),
        paid=sums.of("paid", layer.id, unit, period),
        charged=sums.of("charged", layer.id, unit, whole_year),
        year_base=sums.of("base", layer.id, unit, whole_year),
        year_paid=sums.of("paid", layer.id, unit, whole_year),
        cap_paid=sums.of("paid", counted, unit, period_key(layer.cap_per, claim, year)) + shared_now,
    )


def add_to_sums(line: Line, layer: Layer, claim: Claim, year: int, sums: Sums) -> None:
    """Add a layer's line to all sums of its unit."""
    if not line.trace.applies:
        return
    unit = unit_of(layer, claim)
    for period in {layer.period, layer.cap_per, "year"}:
        key = period_key(period, claim, year)
        sums.add(line.pay_fen, "paid", layer.id, unit, key)
        sums.add(line.base_fen, "base", layer.id, unit, key)
        sums.add(line.trace.fill_of, "of", layer.id, unit, key)
    if layer.cap_shared:
        sums.add(line.pay_fen, "paid", ("shared", layer.cap_shared), unit, period_key(layer.cap_per, claim, year))
    if layer.once_highest:
        sums.add(line.trace.charged, "charged", layer.id, unit, ("year", year))


def not_applied(layer: Layer) -> Line:
    """Return the line of a layer whose condition is false: it pays 0 and adds nothing."""
    trace = Trace(applies=False, when=layer.when.text if layer.when else "", mode=layer.mode)
    return Line(layer.id, layer.name, 0, 0, layer.fund, layer.scope, trace, layer.source, layer.confirmed)


def payment(layer: Layer, found: Parameters, past: Before, left: int, given: int | None) -> Line:
    """Return the line of a layer that applies. `left` is what the remainder allows; `given` a payment that was given."""
    base = base_after_share(found.base, found.first_share)
    made = _mechanism(layer, found, past, base)
    floored = None if layer.floor_of is None else floor(found.floor_of, found.floor_rate)
    pay, over = capped(max(made.pay, floored or 0), found.cap, past.cap_paid)
    result = min(pay, left)
    trace = Trace(
        applies=True,
        when=layer.when.text if layer.when else "",
        mode=layer.mode,
        mechanism=layer.mechanism,
        base_before_share=found.base,
        first_share=found.first_share,
        period=layer.period,
        base_before=past.base,
        paid_before=past.paid,
        year_base_before=past.year_base,
        year_paid_before=past.year_paid,
        deductible=made.deductible,
        deductible_amount=found.deductible,
        charged_before=past.charged,
        charged=made.charged,
        once_highest=layer.once_highest,
        measured_from=layer.measured_from,
        brackets=made.brackets,
        lump=made.lump,
        lump_steps=found.lump,
        fill_of=found.fill_of,
        fill_of_before=past.of,
        fill_at_most=found.fill_at_most,
        factor=found.factor,
        computed=made.pay,
        floor=floored,
        floor_of=found.floor_of,
        floor_rate=found.floor_rate,
        cap=found.cap,
        cap_per=layer.cap_per,
        cap_shared=layer.cap_shared,
        cap_paid_before=past.cap_paid,
        over=over if given is None else 0,
        left=left,
        cut_by_remainder=pay - result,
        result=result if given is None or layer.mode == "checked" else given,
        used=tuple(found.used),
    )
    confirmed = layer.confirmed and all(used.confirmed for used in found.used)
    paid = result if given is None else given
    return Line(layer.id, layer.name, base, paid, layer.fund, layer.scope, trace, layer.source, confirmed)


def _mechanism(layer: Layer, found: Parameters, past: Before, base: int) -> Mechanism:
    after = past.base + base
    match layer.mechanism:
        case "rate" | "brackets":
            return _graduated(layer, found, past, base)
        case "lump":
            amount = lump(after, found.lump)
            return Mechanism(max(0, rounded(amount * WHOLE, found.factor) - past.paid), lump=amount)
        case "fill":
            return Mechanism(fill(base, after, past.of + found.fill_of, found.fill_at_most, past.paid))
    return Mechanism(0)


def _graduated(layer: Layer, found: Parameters, past: Before, base: int) -> Mechanism:
    """Return what one rate or brackets give on this claim: `round(g(B)) - round(g(B0))`, both with this claim's parameters."""
    after = past.base + base
    deductible = found.deductible
    charged = min(after, deductible) - min(past.base, deductible)
    if layer.once_highest:
        deductible, charged = charged_once(found.deductible, past.charged, base)
    now = parts(after, deductible, found.brackets, layer.measured_from)
    earlier = parts(past.base, deductible, found.brackets, layer.measured_from)
    pay = rounded(exact(now), found.factor) - rounded(exact(earlier), found.factor)
    return Mechanism(pay, deductible, charged, increase(now, earlier))
