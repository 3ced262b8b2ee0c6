"""What is known of a person: facts that stay, spells `[start, until)` of those that change, and events.

None or absent is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from fuqi.basics.dates import Span, completed_years
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import EVENT_FACTS, PERSON_FACTS

Facts = Mapping[str, object]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """A fact with its days. Of a set, such as `groups`, a spell says one member."""

    name: str
    value: object
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the person on a day: a stay, a visit; `facts` are its own (see EVENT_FACTS)."""

    id: str
    day: date
    facts: Facts = field(default_factory=dict)

    def __post_init__(self) -> None:
        known_names(self.facts, EVENT_FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A person's facts and spells. Raises ValueError for a name that no person has (see PERSON_FACTS)."""

    facts: Facts = field(default_factory=dict)
    spells: tuple[Spell, ...] = ()

    def __post_init__(self) -> None:
        known_names(self.facts, PERSON_FACTS)
        known_names((spell.name for spell in self.spells), PERSON_FACTS)

    def on(self, day: date) -> dict[str, object]:
        """Return what is known on a day, with what follows from it. Spells that contradict each other leave a fact unknown."""
        found = dict(self.facts)
        held: dict[str, set[object]] = {}
        for spell in self.spells:
            if spell.span.holds(day):
                held.setdefault(spell.name, set()).add(spell.value)
        for name in {spell.name for spell in self.spells}:
            values = held.get(name, set())
            if PERSON_FACTS.exact[name].kind == "set":
                given = found.get(name)
                found[name] = frozenset(values) | (given if isinstance(given, frozenset) else frozenset())
            elif values:
                found[name] = next(iter(values)) if len(values) == 1 else None
        return values_on(found, day)

    def turns(self, span: Span, names: frozenset[str]) -> list[date]:
        """Return the days within a span on which one of the names may change, without the span's first day, in order."""
        days: set[date | None] = set()
        for spell in self.spells:
            days |= {spell.span.start, spell.span.until}
        birth_on, died_on = self.facts.get("birth_on"), self.facts.get("died_on")
        if isinstance(died_on, date):
            days.add(died_on + DAY)
        if isinstance(birth_on, date) and "age" in names and span.until is not None:
            first = max(birth_on.year, span.start.year if span.start else birth_on.year)
            days |= {birthday(birth_on, year) for year in range(first, span.until.year + 1)}
        if names & {"month", "year"}:
            days |= set(_month_starts(span))
        return sorted(day for day in days if day is not None and day != span.start and span.holds(day))

    def lives(self, day: date) -> bool:
        """Return whether the person is not known to be dead on a day; the day of death is the last."""
        died_on = self.facts.get("died_on")
        return not isinstance(died_on, date) or day <= died_on


def values_on(facts: Facts, day: date) -> dict[str, object]:
    """Return facts with what follows from them on a day: age, month and year."""
    found = dict(facts)
    birth_on = found.get("birth_on")
    if isinstance(birth_on, date):
        found["age"] = max(0, completed_years(birth_on, day))
    return found | {"month": day.month, "year": day.year}


def known_names(names: Iterable[str], table: Names) -> None:
    """Raise ValueError for a name that the table does not have."""
    wrong = sorted(name for name in names if table.find(name) is None)
    if wrong:
        raise ValueError(f"{table.about}: {', '.join(wrong)}")


def birthday(birth_on: date, year: int) -> date:
    """Return the day of a year on which an age is completed; of 29 February it is 1 March in other years."""
    try:
        return birth_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _month_starts(span: Span) -> Iterable[date]:
    if span.start is None or span.until is None:
        raise ValueError("months of an open span have no end")
    day = span.start.replace(day=1)
    while day < span.until:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)
