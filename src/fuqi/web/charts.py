"""The geometry of bars, trends and maps: numbers in, places on a drawing out. Pure; what is drawn is also written as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fuqi.scheme.model import Point, Shape

GRADES = 5
"""How many grades of a map people can tell apart on a copy in black and white."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the values of several days; where a value is missing the line is broken."""

    lines: tuple[str, ...]
    dots: tuple[Point, ...]
    target: float | None
    """The height of the target's line."""


def trend_line(values: Sequence[float | None], width: float, height: float, *, target: float | None = None) -> Trend:
    """Return the line through values, the first at the left edge, the largest at the top; a margin keeps dots whole."""
    margin = 4.0
    known = [value for value in values if value is not None]
    low, high = _reach([*known, *([] if target is None else [target])])
    step = (width - 2 * margin) / max(len(values) - 1, 1)

    def at(number: int, value: float) -> Point:
        return round(margin + number * step, 1), _height(value)

    def _height(value: float) -> float:
        return round(margin + (height - 2 * margin) * (1 - (value - low) / (high - low)), 1)

    runs: list[list[Point]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(at(number, value))
    lines = tuple(" ".join(f"{x:g},{y:g}" for x, y in run) for run in runs if len(run) > 1)
    return Trend(lines, tuple(point for run in runs for point in run), None if target is None else _height(target))


def _reach(values: Iterable[float]) -> tuple[float, float]:
    """Return the lowest and highest value, never the same; an even line runs through the middle."""
    found = list(values) or [0.0]
    low, high = min(found), max(found)
    if low == high:
        half = abs(low) / 2 or 1.0
        return low - half, high + half
    return low, high


def bar_scale(values: Iterable[float | None], *, at_least: float = 0) -> float:
    """Return the value at a bar chart's right edge: no less than any value, and never 0."""
    return max([value for value in values if value is not None] + [at_least]) or 1.0


def share(value: float | None, of: float) -> float:
    """Return how far a bar reaches, in percent of the whole width: never beyond it, never below 0."""
    return 0.0 if value is None else round(min(max(100 * value / of, 0.0), 100.0), 2)


@dataclass(frozen=True, slots=True)
class Grade:
    """A class of values on a map: from `low` up to, not including, `high`; the last one includes it."""

    low: float
    high: float
    shade: int
    """0 the palest, 4 the darkest: shades are spread so that few grades differ much."""

    @property
    def words(self) -> str:
        """Return the bounds as text."""
        return f"{self.low:,.12g}–{self.high:,.12g}"


def grades(values: Iterable[float | None]) -> list[Grade]:
    """Return at most five classes of equal, round width that hold all values; none if there is no value."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    for step in _round_steps((high - low) / GRADES or 1.0):
        start = math.floor(low / step + 1e-9) * step
        number = max(math.ceil((high - start) / step - 1e-9), 1)
        if number <= GRADES:
            return [
                Grade(round(start + place * step, 6), round(start + (place + 1) * step, 6), _shade(place, number))
                for place in range(number)
            ]
    raise AssertionError("steps grow without end")


def _round_steps(least: float) -> Iterator[float]:
    power = math.floor(math.log10(least))
    while True:
        for factor in (1, 2, 5):
            if factor * 10.0**power >= least * (1 - 1e-9):
                yield factor * 10.0**power
        power += 1


def _shade(place: int, number: int) -> int:
    return 2 if number == 1 else round(place * (GRADES - 1) / (number - 1))


def grade_of(value: float | None, classes: Sequence[Grade]) -> Grade | None:
    """Return the class of a value; None for no value."""
    if value is None:
        return None
    return next((grade for grade in classes if grade.low - 1e-9 <= value < grade.high - 1e-9), classes[-1] if classes else None)


@dataclass(frozen=True, slots=True)
class Outline:
    """A division on a drawing: its path, and where its name stands."""

    code: str
    path: str
    label: Point


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """Outlines on a drawing of a width and height."""

    width: float
    height: float
    outlines: tuple[Outline, ...]


@lru_cache(8)
def drawn_map(shapes: tuple[Shape, ...], width: float = 600.0, margin: float = 8.0) -> DrawnMap:
    """Return the shapes as seen from above, north at the top, a degree as long as on the ground in their middle."""
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    if not points:
        return DrawnMap(width, 0, ())
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowed = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * margin) / max((east - west) * narrowed, 1e-9)

    def at(point: Point) -> Point:
        return round(margin + (point[0] - west) * narrowed * scale, 1), round(margin + (north - point[1]) * scale, 1)

    outlines = []
    for shape in shapes:
        rings = [[at(point) for point in ring] for ring in shape.rings]
        outlines.append(Outline(shape.code, " ".join(map(_path, rings)), _inner_point(rings)))
    return DrawnMap(width, round((north - south) * scale + 2 * margin, 1), tuple(outlines))


def _path(ring: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "Z"


def _inner_point(rings: Sequence[Sequence[Point]], steps: int = 24) -> Point:
    """Return a point well inside: of a grid's points within the shape, the one farthest from every edge."""
    xs, ys = [x for x, _ in rings[0]], [y for _, y in rings[0]]
    grid = (
        (min(xs) + (max(xs) - min(xs)) * across / steps, min(ys) + (max(ys) - min(ys)) * down / steps)
        for across in range(1, steps)
        for down in range(1, steps)
    )
    inside = [point for point in grid if sum(_holds(ring, point) for ring in rings) % 2]
    if not inside:
        return rings[0][0]
    x, y = max(inside, key=lambda point: min(_distance(point, ring) for ring in rings))
    return round(x, 1), round(y, 1)


def _holds(ring: Sequence[Point], point: Point) -> bool:
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


def _distance(point: Point, ring: Sequence[Point]) -> float:
    return min(_to_edge(point, start, end) for start, end in pairwise(ring))


def _to_edge(point: Point, start: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0 if not length else min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0.0), 1.0)
    return math.dist(point, (ax + along * (bx - ax), ay + along * (by - ay)))
