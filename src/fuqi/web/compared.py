"""One indicator at the places below a place: as bars, and as a map where the scheme knows their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fuqi.places.queries import DivisionView
from fuqi.scheme.model import Shape
from fuqi.web.charts import DrawnMap, Grade, Outline, bar_scale, drawn_map, grade_of, grades, share
from fuqi.web.shown import SHORT, ShownFigure


@dataclass(frozen=True, slots=True)
class Bar:
    """A place's row in the chart: its figure, and how far the bar reaches in percent."""

    place: DivisionView
    shown: ShownFigure
    reach: float

    @property
    def short(self) -> bool:
        """Return whether the place has not reached the target."""
        return self.shown.state == SHORT


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the map: its outline and value; grade None where there is no value."""

    place: DivisionView
    shown: ShownFigure
    outline: Outline
    grade: Grade | None

    @property
    def fill(self) -> str:
        """Return the id of the pattern that fills it."""
        return f"grade-{self.grade.shade}" if self.grade else "grade-none"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The places below a place compared in one indicator."""

    whole: ShownFigure
    bars: tuple[Bar, ...]
    target: float | None
    """Where the target's line stands, in percent of the width; None where none is set."""
    mean: float | None
    """Where the line of the whole place stands; None for sums, of which places have parts."""
    drawn: DrawnMap | None
    areas: tuple[Area, ...]
    grades: tuple[Grade, ...]

    @property
    def without_base(self) -> int:
        """Return how many places have nothing to count over."""
        return sum(bar.shown.number is None for bar in self.bars)


def compare(whole: ShownFigure, parts: Sequence[tuple[DivisionView, ShownFigure]], shapes: Sequence[Shape]) -> Comparison:
    """Return the comparison: the highest value first, places of one value by code, those without one last."""
    rated, target = whole.rated, whole.indicator.target
    goal = target / 100 if rated and target is not None else None
    scale = bar_scale([shown.number for _, shown in parts], at_least=max(100.0 if rated else 0.0, goal or 0.0))
    ordered = sorted(parts, key=lambda pair: (pair[1].number is None, -(pair[1].number or 0), pair[0].code))
    classes = grades(shown.number for _, shown in parts)
    outlined = {shape.code for shape in shapes}
    drawn = drawn_map(tuple(shapes)) if outlined and outlined == {place.code for place, _ in parts} else None
    outlines = {outline.code: outline for outline in drawn.outlines} if drawn else {}
    return Comparison(
        whole=whole,
        bars=tuple(Bar(place, shown, share(shown.number, scale)) for place, shown in ordered),
        target=None if goal is None else share(goal, scale),
        mean=share(whole.number, scale) if rated and whole.number is not None else None,
        drawn=drawn,
        areas=tuple(
            Area(place, shown, outlines[place.code], grade_of(shown.number, classes))
            for place, shown in parts
            if place.code in outlines
        ),
        grades=tuple(classes),
    )


def places_below(place: DivisionView, known: Sequence[DivisionView]) -> list[DivisionView]:
    """Return the divisions one level below a place, by code."""
    inside = [item for item in known if item.code.startswith(place.code) and item.code != place.code]
    if not inside:
        return []
    nearest = min(len(item.code) for item in inside)
    return [item for item in inside if len(item.code) == nearest]


def places_above(place: DivisionView, known: Sequence[DivisionView]) -> list[DivisionView]:
    """Return the divisions that a place lies in, the largest first, as far as the viewer's scope reaches."""
    return [item for item in known if place.code.startswith(item.code) and item.code != place.code]
