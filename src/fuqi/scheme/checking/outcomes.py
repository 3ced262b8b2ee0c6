"""Every amount that a value can come to, each with what must be so: rows, points that hold together, brackets one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fuqi.scheme.checking.looking import none_holds, reached, versions, wanted
from fuqi.scheme.checking.possible import Wanted
from fuqi.scheme.values import Row, Value

_MOST_POINTS = 6


@dataclass(frozen=True, slots=True)
class Possible:
    """An amount (None: it depends on the claim, or is no limit), what must be so, and the row (None: no row holds)."""

    amount: int | None
    needs: tuple[Wanted, ...]
    row: Row | None
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class _Version:
    """Rows that are in force together, from a day on until another."""

    rows: tuple[Row, ...]
    start: date = date.min
    until: date = date.max

    def meets(self, other: _Version) -> bool:
        """Return whether there is a day on which both are in force."""
        return max(self.start, other.start) < min(self.until, other.until)


def outcomes(value: Value, under: tuple[Wanted, ...] = ()) -> Iterator[Possible]:
    """Yield all that a value can come to before it is held within its limits; whether the needs can be met is not looked at."""
    for version in _versions(value.rows):
        for adding in _versions(value.add) or [_Version(())]:
            if not version.meets(adding):
                continue
            for needs, row in reached(version.rows):
                for points, holds in _points((*adding.rows, *_in_force(row.add, version))):
                    yield from _of_row(value, row, (*under, *needs, *holds), points)
            nothing = none_holds(version.rows)
            if nothing is not None:
                for points, holds in _points(adding.rows):
                    amount = None if value.absent is None or points is None else value.absent + points
                    yield Possible(amount, (*under, *nothing, *holds), None, value.absent is None)


def _of_row(value: Value, row: Row, needs: tuple[Wanted, ...], points: int | None) -> Iterator[Possible]:
    content = row.content
    if content.schedule is not None:
        for _, inner in content.schedule:
            for found in outcomes(inner, needs):
                amount = None if found.amount is None or points is None else found.amount + points
                yield Possible(amount, found.needs, found.row or row)
        return
    if content.expression is None:
        amount = None if value.absent is None or points is None else value.absent + points
        yield Possible(amount, needs, row, value.absent is None)
        return
    constant = None if content.expression.names else content.expression.evaluate({})
    yield Possible(None if constant is None or points is None else constant + points, needs, row)


def _versions(rows: tuple[Row, ...]) -> list[_Version]:
    found = versions(rows)
    starts = [one[0].since or date.min for one in found]
    untils = [*starts[1:], date.max][: len(starts)]
    return [_Version(one, start, until) for one, start, until in zip(found, starts, untils, strict=True)]


def _in_force(add: tuple[Row, ...], version: _Version) -> tuple[Row, ...]:
    """Return the points of a row; of dated ones those in force when the row's version ends."""
    meeting = [one.rows for one in _versions(add) if one.meets(version)]
    return meeting[-1] if meeting else ()


def _points(add: Sequence[Row]) -> Iterator[tuple[int | None, tuple[Wanted, ...]]]:
    """Yield every sum of points with what must be so; None where one of them depends on the claim, or they are too many."""
    if len(add) > _MOST_POINTS or any(_amount(row) is None for row in add):
        yield None, ()
        return
    if not add:
        yield 0, ()
        return
    first, rest = add[0], add[1:]
    for points, holds in _points(rest):
        if points is None:
            continue
        yield points + (_amount(first) or 0), (*wanted(first.when), *holds)
        if first.when is not None:
            yield points, (*wanted(first.when, truth=False), *holds)


def _amount(row: Row) -> int | None:
    expression = row.content.expression
    return None if expression is None or expression.names else expression.evaluate({})
