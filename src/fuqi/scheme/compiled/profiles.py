"""Profiles: what a scheme's conditions over words and sets give, worked out once for each combination of them that occurs.

The answers are the reference's own: its nodes and values are asked with the words of a profile. They stand in one table of
whole numbers, a row for each profile, which the kernel looks up; the rows of the plan that were used stand beside it for the
traces.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from fuqi.scheme.syntax import Node
from fuqi.scheme.values import Outcome, Value
from fuqi.scheme.writer import UNKNOWN, UNLIMITED

FALSE, UNSURE, TRUE = 0, 1, 2
MOST_PROFILES = 200_000
"""A scheme that tells every claim apart would fill the memory; past this the table begins anew."""

ProfileKey = tuple[object, ...]


@dataclass(slots=True)
class Column:
    """Columns of the table for one condition or value; `first` is the place of the first."""

    first: int
    node: Node | None = None
    value: Value | None = None
    nested: bool = False
    """Whether points of an outer value come on top, so that the value is not held within its limits yet."""
    steps: int = 0
    """How many pairs of bound and value a schedule takes."""
    together: tuple[Column, ...] = ()
    """Values of which one column says whether all of them are known."""


@dataclass(slots=True)
class Columns:
    """The columns of the table, as the kernel's text asks for them."""

    columns: list[Column] = field(default_factory=list)
    atoms: dict[Node, Column] = field(default_factory=dict)
    others: dict[object, Column] = field(default_factory=dict)
    """Columns of values, so that both texts of a kernel have the same."""
    width: int = 0

    def atom(self, node: Node) -> int:
        """Return the column of a condition over words: 0 false, 1 unknown, 2 true."""
        if node not in self.atoms:
            self.atoms[node] = self._add(Column(self.width, node=node), 1)
        return self.atoms[node].first

    def value(self, value: Value, *, nested: bool) -> Column:
        """Return the columns of a value that depends on words alone."""
        if (id(value), nested) not in self.others:
            steps = longest(value)
            made = Column(self.width, value=value, nested=nested, steps=steps)
            self.others[(id(value), nested)] = self._add(made, max(1, 2 * steps))
        return self.others[(id(value), nested)]

    def known(self, columns: tuple[Column, ...]) -> int:
        """Return the column that is 1 where all of some values are known."""
        places = tuple(column.first for column in columns)
        if places not in self.others:
            self.others[places] = self._add(Column(self.width, together=columns), 1)
        return self.others[places].first

    def _add(self, column: Column, width: int) -> Column:
        self.columns.append(column)
        self.width += width
        return column


def longest(value: Value) -> int:
    """Return how many steps a schedule has at most; 0 for a plain amount."""
    lengths = [len(row.content.schedule) for row in value.rows if row.content.schedule is not None]
    return max([1, *lengths]) if lengths else 0


@dataclass(slots=True)
class Profiles:
    """The table of profiles as far as they have occurred."""

    names: tuple[str, ...]
    """What makes a profile, in the order of its key; `version` is the number of dated versions that have begun."""
    version_starts: tuple[int, ...]
    columns: Columns
    table: list[int] = field(default_factory=list)
    """Rows one after the other, `columns.width` numbers each (at least one)."""
    outcomes: list[dict[int, Outcome]] = field(default_factory=list)
    """What each value gave, by profile and the value's first column."""
    numbers: dict[ProfileKey, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def width(self) -> int:
        """Return how many numbers a profile has in the table."""
        return max(1, self.columns.width)

    def version(self, day: int) -> int:
        """Return the number of dated versions that have begun on a day (an ordinal)."""
        return bisect_right(self.version_starts, day)

    def number(self, key: ProfileKey) -> int:
        """Return the number of a profile; a new one is worked out."""
        found = self.numbers.get(key)
        return self._new(key) if found is None else found

    @property
    def is_full(self) -> bool:
        """Return whether the table has grown beyond measure."""
        return len(self.outcomes) > MOST_PROFILES

    def empty(self) -> Profiles:
        """Return a table for the same scheme without any profile."""
        return Profiles(self.names, self.version_starts, self.columns)

    def _new(self, key: ProfileKey) -> int:
        words: Mapping[str, object] = dict(zip(self.names, key, strict=True))
        row, outcomes = self._row(words, self._day(words))
        with self.lock:
            if key in self.numbers:
                return self.numbers[key]
            number = len(self.outcomes)
            self.outcomes.append(outcomes)
            self.table.extend(row)
            self.numbers[key] = number
            return number

    def _day(self, words: Mapping[str, object]) -> date:
        """Return a day on which the profile's versions are in force."""
        version = words.get("version", 0)
        return date.fromordinal(self.version_starts[version - 1]) if isinstance(version, int) and version else date.min

    def _row(self, words: Mapping[str, object], day: date) -> tuple[list[int], dict[int, Outcome]]:
        row = [0] * self.width
        outcomes: dict[int, Outcome] = {}
        for column in self.columns.columns:
            if column.node is not None:
                row[column.first] = _three(column.node.evaluate(words))
            elif column.value is not None:
                outcome = column.value.resolve(words, day, nested=column.nested)
                outcomes[column.first] = outcome
                for place, number in enumerate(_numbers(outcome, column.steps)):
                    row[column.first + place] = number
            else:
                row[column.first] = int(not any(outcomes[one.first].missing for one in column.together))
        return row, outcomes


def _three(holds: object) -> int:
    return UNSURE if holds is None else TRUE if holds else FALSE


def _numbers(outcome: Outcome, steps: int) -> list[int]:
    """Return the numbers of an outcome: a schedule's bounds and values, filled up with steps that never count."""
    if outcome.missing:
        return [UNKNOWN]
    if not steps:
        return [UNLIMITED if outcome.value is None else outcome.value]
    return numbers_of_schedule(outcome, steps)


def numbers_of_schedule(outcome: Outcome, steps: int) -> list[int]:
    """Return bounds and values of a schedule one after the other, filled up to a number of steps."""
    found: list[int] = []
    for bound, amount in outcome.schedule:
        found += [UNLIMITED if bound is None else bound, amount]
    return found + [UNLIMITED, 0] * (steps - len(outcome.schedule))
