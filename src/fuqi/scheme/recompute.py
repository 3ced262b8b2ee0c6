"""Works a payment out again from its stored trace alone, and names every part of the trace that does not fit.

No scheme and no other claim is read: what a layer had summed before, its rates and its limits stand in the trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fuqi.scheme.claims import Bracket
from fuqi.scheme.mechanisms.at_least import floor
from fuqi.scheme.mechanisms.brackets import exact, increase, parts
from fuqi.scheme.mechanisms.cap import capped
from fuqi.scheme.mechanisms.deductible import charged_once
from fuqi.scheme.mechanisms.fill import fill
from fuqi.scheme.mechanisms.first_share import base_after_share
from fuqi.scheme.mechanisms.lump import lump
from fuqi.scheme.mechanisms.rounding import WHOLE, rounded

LATER_PARTS = ("lump_steps", "fill_of_before", "left")
"""Parts that traces of the first form do not have: such a trace says too little to be worked out again."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a trace gives: amounts in fen, in the order in which they come about."""

    base: int = 0
    """The base after the first share."""
    deductible: int = 0
    charged: int = 0
    brackets: tuple[Bracket, ...] = ()
    lump: int = 0
    computed: int = 0
    """What rate, brackets, lump or fill give, before floor and cap."""
    floor: int | None = None
    over: int = 0
    """What the cap cuts off."""
    cut_by_remainder: int = 0
    pay: int = 0


def parse_trace(text: str) -> dict[str, Any]:
    """Return a stored trace. Raises ValueError if the text is no trace."""
    found = json.loads(text)
    if not isinstance(found, dict) or "applies" not in found:
        raise ValueError("not a trace")
    return found


def is_complete(trace: Mapping[str, Any]) -> bool:
    """Return whether a trace holds all that working the payment out again takes."""
    return not trace["applies"] or all(name in trace for name in LATER_PARTS)


def recompute(trace: Mapping[str, Any]) -> Recomputed:
    """Return what the trace gives. Raises KeyError or TypeError where a part is missing or is no number."""
    if not trace["applies"]:
        return Recomputed()
    base = base_after_share(trace["base_before_share"], trace["first_share"])
    deductible, charged, brackets, height, computed = _mechanism(trace, base)
    lowest = None if trace["floor"] is None else floor(trace["floor_of"], trace["floor_rate"])
    within, over = capped(max(computed, lowest or 0), trace["cap"], trace["cap_paid_before"])
    pay = min(within, trace["left"])
    return Recomputed(base, deductible, charged, brackets, height, computed, lowest, over, within - pay, pay)


def faults(trace: Mapping[str, Any], base_fen: int, pay_fen: int) -> list[str]:
    """Return the names of the parts of a trace that do not fit what the trace itself gives, and what was posted with it.

    `base` and `pay` are the two amounts beside the trace. A payment that was given is only compared with what was given.
    """
    try:
        return list(dict.fromkeys(_faults(trace, base_fen, pay_fen)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["trace"]


def _faults(trace: Mapping[str, Any], base_fen: int, pay_fen: int) -> Iterator[str]:
    found, mode = recompute(trace), trace["mode"]
    if base_fen != found.base:
        yield "base"
    if not trace["applies"]:
        yield from ["pay"] * (pay_fen != 0)
        return
    names = ["deductible", "charged", "lump", "computed", "floor", "cut_by_remainder"]
    yield from (name for name in names if trace[name] != getattr(found, name))
    if [_bracket(one) for one in trace["brackets"]] != list(found.brackets):
        yield "brackets"
    if trace["over"] != (found.over if mode == "computed" else 0):
        yield "over"
    if mode == "given":
        yield from ["pay"] * (pay_fen != trace["result"])
        return
    if trace["result"] != found.pay:
        yield "result"
    if mode == "computed" and pay_fen != found.pay:
        yield "pay"


def _mechanism(trace: Mapping[str, Any], base: int) -> tuple[int, int, tuple[Bracket, ...], int, int]:
    """Return the deductible, what of it was charged, what came into each bracket, the lump, and the payment."""
    before, factor = trace["base_before"], trace["factor"]
    after = before + base
    match trace["mechanism"]:
        case "rate" | "brackets":
            return _graduated(trace, base, after)
        case "lump":
            height = lump(after, tuple((above, amount) for above, amount in trace["lump_steps"]))
            return 0, 0, (), height, max(0, rounded(height * WHOLE, factor) - trace["paid_before"])
        case "fill":
            amounts = trace["fill_of_before"] + trace["fill_of"]
            return 0, 0, (), 0, fill(base, after, amounts, trace["fill_at_most"], trace["paid_before"])
    return 0, 0, (), 0, 0


def _graduated(trace: Mapping[str, Any], base: int, after: int) -> tuple[int, int, tuple[Bracket, ...], int, int]:
    before, deductible = trace["base_before"], trace["deductible_amount"]
    charged = min(after, deductible) - min(before, deductible)
    if trace["once_highest"]:
        deductible, charged = charged_once(deductible, trace["charged_before"], base)
    schedule = tuple((one["to"], one["rate"]) for one in trace["brackets"])
    now = parts(after, deductible, schedule, trace["measured_from"])
    earlier = parts(before, deductible, schedule, trace["measured_from"])
    pay = rounded(exact(now), trace["factor"]) - rounded(exact(earlier), trace["factor"])
    return deductible, charged, increase(now, earlier), 0, pay


def _bracket(told: Mapping[str, Any]) -> Bracket:
    return Bracket(told["above"], told["to"], told["rate"], told["part"])
