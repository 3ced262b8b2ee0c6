"""A layer's keys resolved for one claim: every key of a layer that applies is read, whatever its base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fuqi.scheme.benefits import Layer
from fuqi.scheme.mechanisms.rounding import WHOLE
from fuqi.scheme.values import Outcome, Schedule, Used, Value


@dataclass(slots=True)
class Parameters:
    """What a layer's keys give for one claim: fen and basis points; `cap` None is no limit."""

    base: int = 0
    first_share: int = 0
    deductible: int = 0
    brackets: Schedule = ()
    lump: Schedule = ()
    fill_of: int = 0
    fill_at_most: int = 0
    floor_of: int = 0
    floor_rate: int = 0
    factor: int = WHOLE
    cap: int | None = None
    used: list[Used] = field(default_factory=list)
    missing: frozenset[str] = frozenset()


def resolve(layer: Layer, values: Mapping[str, object], day: date) -> Parameters:
    """Return the parameters of a layer for a claim's values on the day of discharge; `.missing` names absent facts."""
    found = Parameters()

    def read(value: Value | None) -> Outcome:
        if value is None:
            return Outcome()
        outcome = value.resolve(values, day)
        found.missing |= outcome.missing
        found.used.extend(outcome.used)
        return outcome

    found.base = read(layer.base).value or 0
    found.first_share = read(layer.first_share).value or 0
    found.deductible = read(layer.deductible).value or 0
    rate = read(layer.rate)
    found.brackets = read(layer.brackets).schedule if layer.brackets else ((None, rate.value or 0),)
    found.lump = read(layer.lump).schedule
    found.fill_of = read(layer.fill_of).value or 0
    found.fill_at_most = read(layer.fill_at_most).value or 0
    found.floor_of = read(layer.floor_of).value or 0
    found.floor_rate = read(layer.floor_rate).value or 0
    factor = read(layer.times).value
    found.factor = WHOLE if factor is None else factor
    found.cap = read(layer.cap).value
    return found
