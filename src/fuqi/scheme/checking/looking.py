"""What all checks look at: every value of every rule with the names it may read, and where things stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.checking.possible import Wanted
from fuqi.scheme.conditions import Condition
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import CLAIM, Names, layer_names
from fuqi.scheme.person_facts import PROMISE_TABLES, with_choices_of
from fuqi.scheme.promises import Promise
from fuqi.scheme.syntax import Node
from fuqi.scheme.values import Row, Value
from fuqi.scheme.wording import KEY_WORDS

RATE = "rate"


@dataclass(frozen=True, slots=True)
class Look:
    """One value of a rule: what the rule is called, the conditions under which it is read, and the names that it may read."""

    rule: Layer | Promise
    value: Value
    names: Names
    file: str
    under: tuple[Wanted, ...] = ()

    @property
    def word(self) -> str:
        """Return what the value is called: “居民基本医保”的起付线."""
        return f"“{self.rule.name}”的{KEY_WORDS.get(self.value.key, self.value.key)}"

    def fault(self, code: str, message: str, row: Row) -> Fault:
        """Return a finding at a row."""
        return Fault(code, message, Place(file=self.file, line=row.line, key=self.value.key))


def claim_names(benefits: Benefits, groups: Names | None = None) -> Names:
    """Return the names of a claim with the kinds of care of a scheme."""
    return (groups or CLAIM).with_choices({"care": benefits.care_kinds})


def names_of_layers(scheme: Scheme) -> Names:
    """Return the names that layers may read."""
    choices: dict[str, list[str]] = {"groups": [group.id for group in scheme.groups]}
    choices["disease_lists"] = [one.id for one in scheme.disease_lists]
    known = {name: ids for name, ids in choices.items() if ids}
    ids = [layer.id for layer in scheme.benefits.layers]
    return layer_names(claim_names(scheme.benefits).with_choices(known), "", ids, ids)


def benefits_file(scheme: Scheme) -> str:
    """Return the file that layers and promises stand in."""
    return f"{scheme.folder}/benefits.yaml"


def looks(scheme: Scheme) -> Iterator[Look]:
    """Yield every value of every layer and promise, those within brackets and lumps too."""
    file, names = benefits_file(scheme), names_of_layers(scheme)
    for layer in scheme.benefits.layers:
        under = wanted(layer.when)
        for value in layer.values():
            yield from _within(Look(layer, value, names, file, under))
    for kind, table in PROMISE_TABLES.items():
        known = with_choices_of(table, names)
        for promise in getattr(scheme.benefits, kind, ()):
            for value in promise.values():
                yield from _within(Look(promise, value, known, file, wanted(promise.when)))


def _within(look: Look) -> Iterator[Look]:
    yield look
    for version in versions(look.value.rows):
        for before, row in reached(version):
            for _, inner in row.content.schedule or ():
                yield from _within(Look(look.rule, inner, look.names, look.file, (*look.under, *before)))


def wanted(condition: Condition | None, truth: bool = True) -> tuple[Wanted, ...]:
    """Return a condition as something to be had; nothing where there is none."""
    return () if condition is None else ((condition.node, truth),)


def versions(rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """Return the rows by version, the earliest first; one version where the rows are not dated."""
    starts = sorted({row.since for row in rows if row.since is not None})
    return [tuple(row for row in rows if row.since == start) for start in starts] or ([rows] if rows else [])


def reached(rows: tuple[Row, ...]) -> Iterator[tuple[tuple[Wanted, ...], Row]]:
    """Yield each row of a version with what must be so that it is the one that decides."""
    before: tuple[Wanted, ...] = ()
    for row in rows:
        yield (*before, *wanted(row.when)), row
        if row.when is None:
            return
        before = (*before, *wanted(row.when, truth=False))


def none_holds(rows: tuple[Row, ...]) -> tuple[Wanted, ...] | None:
    """Return what must be so that no row of a version holds; None where one always does."""
    if any(row.when is None for row in rows):
        return None
    return tuple(pair for row in rows for pair in wanted(row.when, truth=False))


def in_period(scheme: Scheme, day: date) -> bool:
    """Return whether a day is before the scheme's end."""
    return scheme.period.until is None or day < scheme.period.until


def nodes_of(pairs: tuple[Wanted, ...]) -> list[Node]:
    """Return the conditions of what is wanted."""
    return [node for node, _ in pairs]
