"""Values of a scheme: a constant, an expression, or rows of which the first that holds wins, dated or not, with points added.

Every value that is resolved says which rows it came from, with their source, or which facts are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from fuqi.scheme.conditions import WHOLE_RATE, Condition, Expression
from fuqi.scheme.syntax import Values

_NOTHING: frozenset[str] = frozenset()

Schedule = tuple[tuple[int | None, int], ...]
"""Brackets as (upper bound, rate) or lumps as (above, sum); the bound of the last bracket is None."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number stands: document and clause as shown, and the clause's anchor in the plan's text."""

    document: str = ""
    clause: str = ""
    anchor: str = ""

    def __str__(self) -> str:
        return (f"《{self.document}》" if self.document else "") + (f"“{self.clause}”" if self.clause else "")


@dataclass(frozen=True, slots=True)
class Used:
    """A parameter row that was used: its key, the text and the value, under which condition and since when it holds."""

    key: str
    text: str
    value: int | None
    when: str = ""
    since: str = ""
    """The first day of the version, in ISO form; empty where the value is not dated."""
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A resolved value, or the names of the missing facts."""

    value: int | None = None
    schedule: Schedule = ()
    used: tuple[Used, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Content:
    """What a row gives: an expression, `none` (expression is None), or a schedule of bounds and values."""

    text: str
    expression: Expression | None = None
    schedule: tuple[tuple[int | None, Value], ...] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a value."""

    content: Content
    when: Condition | None = None
    since: date | None = None
    add: tuple[Row, ...] = ()
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)

    def used(self, key: str, amount: int | None) -> Used:
        """Return what a trace keeps of the row."""
        when, since = "" if self.when is None else self.when.text, "" if self.since is None else self.since.isoformat()
        return Used(key, self.content.text, amount, when, since, self.source, self.confirmed, self.line)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of one key. `absent` is what it is where no row holds: 0, the whole (10 000), or None for no limit."""

    key: str
    kind: str
    rows: tuple[Row, ...]
    add: tuple[Row, ...] = ()
    absent: int | None = 0
    fixed: Outcome | None = field(init=False, compare=False, default=None)
    """The outcome of a value that depends on nothing."""

    def __post_init__(self) -> None:
        if len(self.rows) == 1 and not self.add and _depends_on_nothing(self.rows[0]):
            object.__setattr__(self, "fixed", self._raw({}, date.min))

    def resolve(self, values: Values, day: date, *, nested: bool = False) -> Outcome:
        """Return the value for a claim discharged on the day, with the rows used, or what is missing.

        What value, expression and points give together is held: a rate within 0–100%, a sum at 0 or above; not so the value of
        a bracket or step (nested), which is held when the points of the whole schedule have come on top.
        """
        return self._raw(values, day, nested=True) if nested else self._held(self._raw(values, day))

    def _raw(self, values: Values, day: date, *, nested: bool = False) -> Outcome:
        """Return the value with its points, not yet held."""
        if self.fixed is not None:
            return self.fixed
        rows = in_force(self.rows, day)
        if rows is None:
            return Outcome(missing=frozenset({"from"}))
        points, used, missing = _points(self.add, values, day)
        reached, unknown = _reached(rows, values)
        outcomes = [_plus(self._of_row(row, values, day), points) for row in reached]
        for outcome in outcomes:
            missing |= outcome.missing
        if unknown and (missing or not all(self._same(outcome, outcomes[0], nested) for outcome in outcomes)):
            missing |= unknown
        if missing:
            return Outcome(missing=missing)
        last = outcomes[-1]
        return Outcome(last.value, last.schedule, (*last.used, *used) if used else last.used)

    def _of_row(self, row: Row | None, values: Values, day: date) -> Outcome:
        """Return what one row gives, with its own points; None is the case that no row holds."""
        if row is None:
            return Outcome(value=self.absent)
        points, used, missing = _points(row.add, values, day)
        content, amount = row.content, self.absent
        if content.schedule is not None:
            found = [(bound, value._raw(values, day, nested=True)) for bound, value in content.schedule]
            missing = missing.union(*(outcome.missing for _, outcome in found))
            schedule = tuple((bound, outcome.value or 0) for bound, outcome in found)
            used = (*(one for _, outcome in found for one in outcome.used), *used)
            return _plus(Outcome(None, schedule, (row.used(self.key, None), *used), missing), points)
        if content.expression is not None:
            amount = content.expression.evaluate(values)
            missing |= content.expression.unknown(values) if amount is None else frozenset()
        return _plus(Outcome(amount, (), (row.used(self.key, amount), *used), missing), points)

    def _same(self, one: Outcome, other: Outcome, nested: bool) -> bool:
        """Return whether two rows come to the same. For a schedule no row and `none` do; points on top of a nested value may
        tell apart what the limits of a rate would make equal.
        """
        if not nested:
            one, other = self._held(one), self._held(other)
        return one.schedule == other.schedule and (self.is_schedule or one.value == other.value)

    @property
    def is_schedule(self) -> bool:
        """Return whether the value is brackets or lumps."""
        return any(row.content.schedule is not None for row in self.rows)

    def _held(self, outcome: Outcome) -> Outcome:
        schedule = tuple((bound, self._within(value)) for bound, value in outcome.schedule) if outcome.schedule else ()
        value = None if outcome.value is None else self._within(outcome.value)
        if value == outcome.value and schedule == outcome.schedule:
            return outcome
        return Outcome(value, schedule, outcome.used, outcome.missing)

    def _within(self, amount: int) -> int:
        return min(max(amount, 0), WHOLE_RATE) if self.kind == "rate" else max(amount, 0)


def in_force(rows: tuple[Row, ...], day: date) -> tuple[Row, ...] | None:
    """Return the rows of the version that is in force on the day, None before the first version."""
    if not rows or rows[0].since is None:
        return rows
    starts = [row.since for row in rows if row.since is not None and row.since <= day]
    if not starts:
        return None
    return tuple(row for row in rows if row.since == max(starts))


def _reached(rows: Iterable[Row], values: Values) -> tuple[list[Row | None], frozenset[str]]:
    """Return the rows that could decide (None: no row), the first sure one last, and the names that leave it open."""
    reached: list[Row | None] = []
    unknown: frozenset[str] = frozenset()
    for row in rows:
        holds = True if row.when is None else row.when.evaluate(values)
        if holds is False:
            continue
        reached.append(row)
        if holds:
            return reached, unknown
        if row.when is not None:
            unknown |= row.when.unknown(values)
    return [*reached, None], unknown


def _points(add: tuple[Row, ...], values: Values, day: date) -> tuple[int, tuple[Used, ...], frozenset[str]]:
    """Return the sum of all points that hold, the rows used, and the names that leave points other than 0 open."""
    if not add:
        return 0, (), _NOTHING
    rows = in_force(add, day)
    if rows is None:
        return 0, (), frozenset({"from"})
    total, used, missing = 0, [], frozenset[str]()
    for row in rows:
        holds = True if row.when is None else row.when.evaluate(values)
        if holds is False or row.content.expression is None:
            continue
        points = row.content.expression.evaluate(values)
        if points is None:
            missing |= row.content.expression.unknown(values)
        if holds is None and points != 0 and row.when is not None:
            missing |= row.when.unknown(values)
        elif holds and points is not None:
            total += points
            used.append(row.used("add", points))
    return total, tuple(used), missing


def _depends_on_nothing(row: Row) -> bool:
    """Return whether a row gives the same for every claim."""
    content = row.content
    inner = all(value.fixed is not None for _, value in content.schedule or ())
    names = frozenset() if content.expression is None else content.expression.names
    return row.when is None and row.since is None and not row.add and inner and not names


def _plus(outcome: Outcome, points: int) -> Outcome:
    """Return the outcome with points added to its value and to every value of its schedule."""
    if not points:
        return outcome
    schedule = tuple((bound, value + points) for bound, value in outcome.schedule)
    value = None if outcome.value is None else outcome.value + points
    return Outcome(value, schedule, outcome.used, outcome.missing)
