"""Representative people and bills: every value that the layers' conditions tell apart, a few of the combinations.

Nothing here is drawn by chance: the same scheme gives the same people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import prod
from typing import Any

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.checking.cases import asked
from fuqi.scheme.claims import Claim
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import Names
from fuqi.scheme.syntax import Comparison, Constant, InList, Name, Node

_MOST_PEOPLE = 24
_USUAL_AGE = 40
_USUAL_DAY = date(2020, 6, 15)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a hospital: what the conditions tell apart, by name, and whether an earlier stay of the year is assumed."""

    facts: dict[str, Any]
    day: date
    earlier_fen: int = 0
    rest: dict[str, Any] = field(default_factory=dict)

    def claims(self, in_scope: int, out_of_scope: int = 0) -> list[Claim]:
        """Return the person's bill with an amount in scope and one outside, after the earlier stay if there is one."""
        bill = self._bill("b", self.day, in_scope, out_of_scope)
        if not self.earlier_fen:
            return [bill]
        return [self._bill("a", self.day - timedelta(days=1), self.earlier_fen, 0), bill]

    def _bill(self, claim_id: str, day: date, in_scope: int, out_of_scope: int) -> Claim:
        facts = dict(self.facts)
        total = in_scope + out_of_scope
        age, bed_days = facts.pop("age", None), facts.pop("bed_days", 1)
        facts |= {key: {name: min(amount, total) for name, amount in amounts.items()} for key, amounts in self.rest.items()}
        return Claim(
            claim_id=claim_id,
            person_id="p",
            settled_at=day,
            discharged=day,
            admitted=day - timedelta(days=bed_days),
            birth_on=None if age is None else date(day.year - age, 1, 1),
            total=total,
            in_scope=in_scope,
            care=facts.pop("care", "inpatient"),
            **facts,
        )


def conditions_of(benefits: Benefits) -> list[Node]:
    """Return every condition and expression of the layers."""
    found: list[Node] = []
    for layer in benefits.layers:
        if layer.when is not None:
            found.append(layer.when.node)
        for _, row in layer.rows():
            found += [row.when.node] if row.when is not None else []
            found += [row.content.expression.node] if row.content.expression is not None else []
    return found


def people(scheme: Scheme, names: Names, largest: int) -> list[Person]:
    """Return representative people; `largest` is the largest sum that the scheme knows, assumed for an earlier stay."""
    nodes = conditions_of(scheme.benefits)
    read = sorted(frozenset().union(*(node.names() for node in nodes)) if nodes else frozenset())
    choices: dict[str, list[Any]] = {}
    for name in read:
        values = _values(name, nodes, names, scheme)
        if values:
            choices[name] = values
    rest = _amounts(scheme.benefits, read)
    again = any(name.startswith("ytd_") or name == "admission_no" for name in read)
    found = []
    for place, facts in enumerate(_spread(choices)):
        earlier = largest if again and place % 2 else 0
        found.append(Person(facts, _day(scheme), earlier, rest))
    return found


def _spread(choices: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Yield combinations, all of them if they are few, else some that lie far apart."""
    names, sizes = list(choices), [len(values) for values in choices.values()]
    number = prod(sizes)
    step = max(1, number // _MOST_PEOPLE) | 1
    for index in range(0, number, step):
        chosen, left = {}, index
        for name, size in zip(names, sizes, strict=True):
            chosen[name] = choices[name][left % size]
            left //= size
        yield chosen


def _values(name: str, nodes: list[Node], names: Names, scheme: Scheme) -> list[Any]:
    """Return the values of a column that are worth trying; nothing for what follows from other columns or is an amount."""
    info = names.find(name)
    if name == "groups":
        texts = sorted(set(asked(nodes, name)))
        return [frozenset(), *(frozenset({text}) for text in texts), frozenset(texts)]
    if name == "disease_lists":
        return []
    if name in ("age", "bed_days", "hospital_grade"):
        low, high = info.bounds if info is not None and info.bounds else (1 if name == "bed_days" else 0, 110)
        near = {bound + more for bound in _bounds(name, nodes) for more in (-1, 0, 1)} | (
            {_USUAL_AGE} if name == "age" else set()
        )
        return sorted(number for number in near if low <= number <= high)
    if info is None or name in ("household_id", "person_id", "claim_id", "stay_id"):
        return []
    if info.choices is not None and info.kind == "text":
        return sorted(info.choices)
    return [True, False] if info.kind == "flag" else []


def _bounds(name: str, nodes: list[Node]) -> Iterator[int]:
    for node in nodes:
        match node:
            case Comparison(left=Name(name=other), right=Constant(value=int() as number)) if other == name:
                yield number
            case InList(item=Name(name=other), choices=choices) if other == name:
                yield from (one.value for one in choices if isinstance(one, Constant))
        yield from _bounds(name, list(node.parts()))


def _amounts(benefits: Benefits, read: list[str]) -> dict[str, Any]:
    """Return sums for the fees and other amounts that are read, and 0 for what payers would have given."""
    usual = 1_000_00
    fees = {name.removeprefix("own.").removeprefix("fee_") for name in read if name.startswith(("own.", "fee_"))}
    amounts = {name.removeprefix("amount_") for name in read if name.startswith("amount_")}
    given = {layer.id for layer in benefits.layers if layer.mode != "computed"}
    return {
        "fees": {name: usual // max(1, len(fees)) for name in sorted(fees)},
        "amounts": dict.fromkeys(sorted(amounts), usual),
        "paid": dict.fromkeys(sorted(given), 0),
    }


def _day(scheme: Scheme) -> date:
    """Return a day on which the newest versions of the scheme's period are in force."""
    starts = [row.since for layer in scheme.benefits.layers for _, row in layer.rows() if row.since is not None]
    period = scheme.period
    inside = [day for day in starts if period.until is None or day < period.until]
    day = max([*inside, *([period.start] if period.start else [])], default=_USUAL_DAY)
    later = day + timedelta(days=2)
    return later if period.until is None or later < period.until else day
