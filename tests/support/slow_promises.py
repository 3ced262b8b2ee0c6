"""Stipends judged day by day, payers by fractions: the plainest way there is, to hold the engine to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

DAY = timedelta(days=1)
Truth = bool | None


@dataclass(frozen=True)
class Person:
    """A person as drawn: spells are (group, first day, first day after or None)."""

    spells: tuple[tuple[str, date, date | None], ...] = ()
    birth_on: date | None = None
    died_on: date | None = None

    def groups(self, day: date) -> set[str]:
        return {group for group, start, until in self.spells if start <= day and (until is None or day < until)}

    def age(self, day: date) -> int | None:
        if self.birth_on is None:
            return None
        had = (day.month, day.day) >= (self.birth_on.month, self.birth_on.day)
        return max(0, day.year - self.birth_on.year - (not had))


@dataclass(frozen=True)
class Rule:
    """A stipend as drawn: amounts are (from, of group a, of others) in fen; payers (fund, fixed fen or None, share)."""

    condition: str
    period: str
    prorate: bool
    amounts: tuple[tuple[date, int, int], ...]
    payers: tuple[tuple[str, int | None, int], ...]
    since: date | None = None
    until: date | None = None

    def amount(self, person: Person, day: date) -> int:
        version = [row for row in self.amounts if row[0] <= day][-1]
        return version[1] if "a" in person.groups(day) else version[2]

    def holds(self, person: Person, day: date) -> Truth:
        if (self.since and day < self.since) or (self.until and day >= self.until):
            return False
        if person.died_on and day > person.died_on:
            return False
        return CONDITIONS[self.condition](person, day)


def _old(person: Person, day: date) -> Truth:
    age = person.age(day)
    return None if age is None else age >= 61


def _both(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


CONDITIONS: dict[str, Callable[[Person, date], Truth]] = {
    "'a' in groups": lambda person, day: "a" in person.groups(day),
    "'a' in groups or 'b' in groups": lambda person, day: bool({"a", "b"} & person.groups(day)),
    "'a' in groups and 'b' not in groups": lambda person, day: "a" in person.groups(day) and "b" not in person.groups(day),
    "'a' in groups and age >= 61": lambda person, day: _both("a" in person.groups(day), _old(person, day)),
    "age >= 61": _old,
    "'b' in groups and month > 3": lambda person, day: "b" in person.groups(day) and day.month > 3,
}


def days(start: date, until: date) -> Iterator[date]:
    while start < until:
        yield start
        start += DAY


def period_of(kind: str, day: date) -> tuple[date, date]:
    """Return the first day of the day's period and the first one after."""
    kinds: dict[str, Callable[[date], object]] = {
        "month": lambda one: (one.year, one.month),
        "quarter": lambda one: (one.year, (one.month + 2) // 3),
        "half_year": lambda one: (one.year, one.month > 6),
        "year": lambda one: one.year,
    }
    same = kinds[kind]
    first = after = day
    while same(first - DAY) == same(day):
        first -= DAY
    while same(after) == same(day):
        after += DAY
    return first, after


def judged(rule: Rule, person: Person, start: date, until: date) -> list[tuple[date, str, int, tuple[int, ...]]]:
    """Return first day, state, fen and the payers' parts of every period that ends in the window and has a line."""
    found = []
    for first, after in sorted({period_of(rule.period, day) for day in days(start, until)}):
        if not start <= after - DAY < until:
            continue
        line = _line(rule, person, first, after)
        if line is not None:
            found.append((first, *line))
    return found


def _line(rule: Rule, person: Person, first: date, after: date) -> tuple[str, int, tuple[int, ...]] | None:
    truths = [rule.holds(person, day) for day in days(first, after)]
    if not any(truth is not False for truth in truths):
        return None
    if rule.prorate:
        if None in truths:
            return "undecided", 0, ()
        return _by_days(rule, person, first, after, truths)
    if False in truths:
        return ("not_due", 0, ()) if True in truths else None
    if None in truths:
        return "undecided", 0, ()
    amount = rule.amount(person, first)
    return "due", amount, tuple(split(rule.payers, amount))


def _by_days(rule: Rule, person: Person, first: date, after: date, truths: Sequence[Truth]) -> tuple[str, int, tuple[int, ...]]:
    exact, weights = Fraction(0), [Fraction(0)] * len(rule.payers)
    for day, truth in zip(days(first, after), truths, strict=True):
        if truth:
            amount = rule.amount(person, day)
            exact += Fraction(amount, len(truths))
            weights = [weight + part for weight, part in zip(weights, split(rule.payers, amount), strict=True)]
    amount = int(exact + Fraction(1, 2))
    return "due", amount, tuple(shared(amount, weights))


def split(payers: Sequence[tuple[str, int | None, int]], amount: int) -> list[int]:
    """Return what each payer bears of a whole amount."""
    left, fixed = amount, []
    for _, fen, _ in payers:
        fixed.append(min(left, fen or 0))
        left -= fixed[-1]
    rest = shared(left, [Fraction(share) for _, _, share in payers])
    return [one + more for one, more in zip(fixed, rest, strict=True)]


def shared(amount: int, weights: Sequence[Fraction]) -> list[int]:
    """Return largest remainders, fen by fen."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [amount * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    while sum(parts) < amount:
        lacks = [one - part for one, part in zip(exact, parts, strict=True)]
        parts[lacks.index(max(lacks))] += 1
    return parts


def entered(rule: Rule, person: Person, start: date, until: date) -> date | str | None:
    """Return the day of a once-only payment in the window, None if there is none, 'undecided'."""
    earliest = min([start, *(spell[1] for spell in person.spells), *([person.birth_on] if person.birth_on else [])]) - DAY
    doubtful = False
    for day in days(rule.since or earliest, until):
        truth = rule.holds(person, day)
        if truth:
            if rule.since is None and day == earliest:
                return None
            if start <= day:
                return "undecided" if doubtful else day
            return None
        doubtful = doubtful or truth is None
        if truth is None and day >= start:
            return "undecided"
    return None
