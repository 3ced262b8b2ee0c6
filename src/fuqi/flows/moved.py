"""Which figures moved between two counts of one day."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fuqi.basics.viewer import Viewer
from fuqi.flows.figures import is_shown
from fuqi.indicators.queries import kept_figures
from fuqi.places.queries import DivisionView, divisions
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme

TOWNSHIP = 9
"""Digits of a township's division code; villages are left to the figure's own page."""

Value = tuple[str, str, str]
"""Numerator, denominator and value, as printed."""


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """An indicator that moved somewhere: at the viewer's topmost place, and in which places below it."""

    indicator: Indicator
    place: DivisionView
    before: str
    after: str
    below: tuple[tuple[DivisionView, str, str], ...]
    """Townships in which it moved: place, before, after."""

    @property
    def moved(self) -> bool:
        """Return whether it moved as a whole, and not only between places."""
        return self.before != self.after


def moved_figures(viewer: Viewer, scheme: Scheme, before: UUID, after: UUID) -> list[MovedFigure]:
    """Return what moved from one count to another, in the scheme's order; nothing that was not counted both times."""
    places = [place for place in divisions(viewer) if len(place.code) <= TOWNSHIP]
    if not places or before == after:
        return []
    old, new = kept_figures(viewer, before), kept_figures(viewer, after)
    found = []
    for indicator in scheme.indicators:
        changes = [
            (place, _words(indicator, old[key]), _words(indicator, new[key]))
            for place in places
            if (key := (indicator.id, place.code)) in old
            and key in new
            and old[key] != new[key]
            and is_shown(viewer, scheme, *key)
        ]
        if changes:
            found.append(_moved(indicator, places[0], new.get((indicator.id, places[0].code)), changes))
    return found


def _moved(
    indicator: Indicator, top: DivisionView, now: Value | None, changes: list[tuple[DivisionView, str, str]]
) -> MovedFigure:
    same = _words(indicator, now) if now else ""
    before, after = next(((old, new) for place, old, new in changes if place.code == top.code), (same, same))
    return MovedFigure(indicator, top, before, after, tuple(change for change in changes if change[0].code != top.code))


def _words(indicator: Indicator, value: Value) -> str:
    """Return a figure as one reads it: the value with its unit, a share with what it was counted from."""
    numerator, denominator, number = value
    if indicator.measure in ("rate", "ratio"):
        return f"{number}%（{numerator}/{denominator}）" if number else "没有分母，不计算"
    return f"{number}{indicator.unit or ''}"
