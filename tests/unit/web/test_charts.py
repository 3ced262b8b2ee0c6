"""The geometry of bars, trends and maps: nothing leaves its drawing, and every value finds its class."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from fuqi.scheme.model import Shape
from fuqi.web.charts import GRADES, bar_scale, drawn_map, grade_of, grades, share, trend_line

VALUES = st.floats(min_value=0, max_value=1e9, allow_nan=False).map(lambda value: round(value, 2))
PERHAPS = st.one_of(st.none(), VALUES)
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]


@given(st.lists(PERHAPS, min_size=1, max_size=12), PERHAPS)
def test_a_trend_stays_within_its_drawing(values: list[float | None], target: float | None) -> None:
    trend = trend_line(values, 60, 30, target=target)
    drawn = [point for line in trend.lines for point in points(line)] + list(trend.dots)
    assert all(0 <= x <= 60 and 0 <= y <= 30 for x, y in drawn)
    assert trend.target is None or 0 <= trend.target <= 30
    assert len(trend.dots) == sum(value is not None for value in values)


def test_a_larger_value_stands_higher() -> None:
    (line,) = trend_line([10.0, 20.0, 15.0], 60, 30).lines
    (_, low), (_, high), (_, middle) = points(line)
    assert high < middle < low


def test_a_day_without_a_value_breaks_the_line() -> None:
    trend = trend_line([10.0, 20.0, None, 30.0, 40.0], 60, 30)
    assert [len(points(line)) for line in trend.lines] == [2, 2]


def test_an_even_course_runs_through_the_middle() -> None:
    assert {y for _, y in trend_line([7.0, 7.0, 7.0], 60, 30).dots} == {15.0}


@given(st.lists(PERHAPS, max_size=20))
def test_a_bar_never_reaches_beyond_the_chart(values: list[float | None]) -> None:
    scale = bar_scale(values)
    assert all(0 <= share(value, scale) <= 100 for value in values)


def test_a_bar_of_a_share_is_as_long_as_the_share() -> None:
    scale = bar_scale([83.1, None, 50.0], at_least=100)
    assert [share(value, scale) for value in (83.1, None, 50.0)] == [83.1, 0.0, 50.0]


@given(st.lists(PERHAPS, min_size=1, max_size=30))
def test_every_value_lies_in_its_class_and_there_are_few_classes(values: list[float | None]) -> None:
    classes = grades(values)
    assert len(classes) <= GRADES
    for value in values:
        grade = grade_of(value, classes)
        assert (grade is None) == (value is None)
        if grade is not None and value is not None:
            slack = 1e-6 * max(abs(value), 1)
            assert grade.low - slack <= value <= grade.high + slack


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_darker_means_more(values: list[float]) -> None:
    classes = grades(values)
    shades = [grade.shade for grade in classes]
    assert shades == sorted(set(shades))
    assert all(0 <= shade < GRADES for shade in shades)


def test_classes_have_round_bounds() -> None:
    found = grades([71.43, 80.0, 87.5, 90.0, 100.0])
    assert [(grade.low, grade.high) for grade in found] == [(70, 80), (80, 90), (90, 100)]


def test_no_value_makes_no_class() -> None:
    assert grades([None, None]) == []
    assert grade_of(None, []) is None


def test_north_is_up_and_east_is_right() -> None:
    west = Shape(code="1", rings=(SQUARE,))
    east = Shape(code="2", rings=(tuple((x + 2, y + 2) for x, y in SQUARE),))
    drawn = drawn_map((west, east))
    first, second = (outline.label for outline in drawn.outlines)
    assert first[0] < second[0]
    assert first[1] > second[1]


def test_a_degree_is_drawn_as_long_as_it_is_on_the_ground() -> None:
    north = tuple((x, y + 59.5) for x, y in SQUARE)
    drawn = drawn_map((Shape(code="1", rings=(north,)),))
    assert math.isclose((drawn.height - 16) / (drawn.width - 16), 1 / math.cos(math.radians(60)), rel_tol=0.01)


def test_a_name_stands_inside_its_shape_even_where_the_middle_lies_outside() -> None:
    horseshoe = ((0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3), (0, 0))
    ring = tuple((float(x), float(y)) for x, y in horseshoe)
    drawn = drawn_map((Shape(code="1", rings=(ring,)),))
    x, y = drawn.outlines[0].label
    across, down = (x - 8) / (drawn.width - 16) * 3, 3 - (y - 8) / (drawn.height - 16) * 3
    assert across < 1 or down < 1 or down > 2


def test_a_hole_is_no_place_for_a_name() -> None:
    outer = tuple((x * 10, y * 10) for x, y in SQUARE)
    hole = tuple((x * 8 + 0.5, y * 8 + 0.5) for x, y in SQUARE)
    drawn = drawn_map((Shape(code="1", rings=(outer, hole)),))
    x, y = drawn.outlines[0].label
    scale = (drawn.width - 16) / 10
    across, down = (x - 8) / scale, 10 - (y - 8) / ((drawn.height - 16) / 10)
    assert not (0.5 < across < 8.5 and 0.5 < down < 8.5)


def test_a_path_is_closed_and_made_of_plain_numbers() -> None:
    drawn = drawn_map((Shape(code="1", rings=(SQUARE,)),))
    assert re.fullmatch(r"M[0-9. ]+(L[0-9. ]+)+Z", drawn.outlines[0].path)
