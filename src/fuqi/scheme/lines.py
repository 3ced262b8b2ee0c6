"""Poverty lines as a scheme states them: so much per head and year, from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fuqi.scheme.values import Source


@dataclass(frozen=True, slots=True)
class PovertyLine:
    """The income per head and year, in fen, below which a household counts as poor, from a day on."""

    since: date
    per_head_fen: int
    source: Source = Source()
    confirmed: bool = True


def line_on(lines: Iterable[PovertyLine], day: date) -> PovertyLine | None:
    """Return the line that is in force on a day; None before the first one. Of one day the later row wins: the county's own."""
    held = [(line.since, place, line) for place, line in enumerate(lines) if line.since <= day]
    return max(held, key=lambda one: one[:2])[2] if held else None
