"""Counting an indicator of a scheme over the counting tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fuqi.basics.money import format_yuan, percentage
from fuqi.facts.tables import FactRow
from fuqi.scheme.indicators import Indicator

NUMERATOR = "numerator"
DENOMINATOR = "denominator"
EXCLUDED = "excluded"

PARTS = {NUMERATOR: "分子", DENOMINATOR: "分母", EXCLUDED: "未计入"}


@dataclass(slots=True)
class Counted:
    """The rows of an indicator in the whole scope, before they are cut to places; `excluded` carries a reason a row."""

    indicator: Indicator
    numerator: list[FactRow] = field(default_factory=list)
    denominator: list[FactRow] = field(default_factory=list)
    excluded: list[tuple[FactRow, str]] = field(default_factory=list)

    def parts(self) -> Iterator[tuple[str, list[FactRow]]]:
        """Yield each part's name and rows."""
        yield NUMERATOR, self.numerator
        yield DENOMINATOR, self.denominator
        yield EXCLUDED, [row for row, _ in self.excluded]


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value at a place: numerator and denominator as printed, denominator '' for counts and sums."""

    code: str
    name: str
    place: str
    numerator: str
    denominator: str
    value: str
    """A whole number, yuan with two decimals, or percent with two decimals without sign; '' where there is no base."""


def count(indicator: Indicator, rows: Iterable[FactRow]) -> Counted:
    """Return which rows the indicator counts, over which it counts them, and which it leaves out and why."""
    counted = Counted(indicator)
    rated = indicator.measure in ("rate", "ratio")
    for row in rows:
        if rated:
            if indicator.denominator is None or indicator.denominator.evaluate(row.values) is not True:
                continue
            counted.denominator.append(row)
        elif indicator.considered is not None and indicator.considered.evaluate(row.values) is not True:
            continue
        if indicator.numerator is None or indicator.numerator.evaluate(row.values) is True:
            counted.numerator.append(row)
        elif rated or indicator.considered is not None:
            counted.excluded.append((row, indicator.reason_for(row.values)))
    return counted


def within(rows: Sequence[FactRow], place: str) -> list[FactRow]:
    """Return the rows of a place and everything below it."""
    return [row for row in rows if row.place.startswith(place)]


def figure(counted: Counted, place: str) -> Figure:
    """Return the indicator's value at a place, counted from the rows."""
    return _figure(counted.indicator, place, within(counted.numerator, place), within(counted.denominator, place))


def figures(counted: Counted, places: Iterable[str]) -> Iterator[Figure]:
    """Yield the indicator's value at each place; the rows are gone through once, not once a place."""
    numerator, denominator = _by_place(counted.numerator), _by_place(counted.denominator)
    for place in places:
        yield _figure(counted.indicator, place, _below(numerator, place), _below(denominator, place))


def _by_place(rows: Iterable[FactRow]) -> dict[str, list[FactRow]]:
    found: dict[str, list[FactRow]] = {}
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found


def _below(rows: dict[str, list[FactRow]], place: str) -> list[FactRow]:
    return [row for code, here in rows.items() if code.startswith(place) for row in here]


def _figure(indicator: Indicator, place: str, numerator: Sequence[FactRow], denominator: Sequence[FactRow]) -> Figure:
    if indicator.measure == "sum":
        amount = format_yuan(_sum(numerator, indicator.amount))
        return Figure(indicator.id, indicator.name, place, amount, "", amount)
    if indicator.measure == "count":
        number = str(_length(numerator, indicator.count_by))
        return Figure(indicator.id, indicator.name, place, number, "", number)
    if indicator.measure == "ratio":
        top, base = _sum(numerator, indicator.amount), _sum(denominator, indicator.of_amount)
        shown = (format_yuan(top), format_yuan(base))
    else:
        top, base = _length(numerator, indicator.count_by), _length(denominator, indicator.count_by)
        shown = (str(top), str(base))
    return Figure(indicator.id, indicator.name, place, *shown, percentage(top, base) if base else "")


def _length(rows: Sequence[FactRow], count_by: str) -> int:
    return len({row.person_id for row in rows}) if count_by == "person" else len(rows)


def _sum(rows: Sequence[FactRow], name: str) -> int:
    return sum(value for row in rows if isinstance(value := row.values[name], int))
