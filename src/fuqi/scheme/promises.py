"""What deposits, stipends and premium subsidies have in common: a name, a condition, the days in force, a source.

A promise is no layer: it pays no bill. It says of a person, and of an admission or an event, what is due or given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.dates import Span
from fuqi.scheme.conditions import Condition
from fuqi.scheme.syntax import Values
from fuqi.scheme.values import Outcome, Row, Source, Value

NOTHING: frozenset[str] = frozenset()
_BEHIND = {"age": "birth_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise; `since` is the first day on which it is in force, `until` the first on which it no longer is."""

    id: str
    name: str
    when: Condition | None = None
    since: date | None = None
    until: date | None = None
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)

    @property
    def in_force(self) -> Span:
        """Return the days on which the promise is in force."""
        return Span(self.since, self.until)

    def values(self) -> Iterator[Value]:
        """Yield every value of the promise."""
        yield from ()

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition that stands outside the values."""
        if self.when is not None:
            yield self.when

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield every row of every value with its key, those of points too."""
        for value in self.values():
            yield from rows_of(value)

    def names(self) -> frozenset[str]:
        """Return every name that the promise reads."""
        return NOTHING.union(*(condition.names for condition in self.conditions()), *map(names_of, self.values()))


def rows_of(value: Value) -> Iterator[tuple[str, Row]]:
    """Yield every row of a value with its key, those of points and brackets too."""
    for row in value.rows:
        yield value.key, row
        yield from (("add", point) for point in row.add)
        for _, inner in row.content.schedule or ():
            yield from rows_of(inner)
    yield from (("add", point) for point in value.add)


def names_of(value: Value) -> frozenset[str]:
    """Return every name that a value reads."""
    found = NOTHING
    for _, row in rows_of(value):
        found |= NOTHING if row.when is None else row.when.names
        found |= NOTHING if row.content.expression is None else row.content.expression.names
    return found


def truth(condition: Condition | None, values: Values) -> bool | None:
    """Return whether a condition holds, None if that cannot be known; an absent one always holds."""
    return True if condition is None else condition.evaluate(values)


def open_names(condition: Condition | None, values: Values) -> frozenset[str]:
    """Return the names that keep a condition from being known."""
    return NOTHING if condition is None else condition.unknown(values)


def resolved(value: Value | None, values: Values, day: date, absent: int | None = 0) -> Outcome:
    """Return what a value gives on a day; an absent one gives what is said here."""
    return Outcome(value=absent) if value is None else value.resolve(values, day)


def facts_behind(names: Collection[str]) -> tuple[str, ...]:
    """Return the facts that must be filled in so that the names become known, in order."""
    return tuple(sorted({_BEHIND.get(name, name) for name in names}))
