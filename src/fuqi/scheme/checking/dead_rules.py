"""Rules that can never apply: a condition that contradicts itself or its rule, a row that earlier rows leave nothing.

A row with a condition that can never decide is a fault, for its author believes that it does something; a last row without a
condition that earlier rows leave nothing does no harm and is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.checking.looking import Look, benefits_file, looks, names_of_layers, reached, versions, wanted
from fuqi.scheme.checking.possible import Wanted, impossible
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import PROMISE_TABLES, with_choices_of
from fuqi.scheme.values import Row


def dead_faults(scheme: Scheme) -> Iterator[Fault]:
    """Yield conditions that can never hold, and rows with a condition that can never decide."""
    yield from _dead_rules(scheme)
    for look in looks(scheme):
        if look.under and impossible(look.under, look.names):
            continue
        for version in versions(look.value.rows):
            yield from _dead_rows(look, version)
        for point in (*look.value.add, *(one for row in look.value.rows for one in row.add)):
            if point.when is not None and impossible((*look.under, *wanted(point.when)), look.names):
                yield look.fault("never_holds", f"{look.word}：加减的一行永远用不上，{_why(point, look)}", point)


def dead_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield last rows without a condition for which earlier rows leave nothing."""
    for look in looks(scheme):
        for version in versions(look.value.rows):
            for needs, row in reached(version):
                dead = row.when is None and len(version) > 1 and impossible((*look.under, *needs), look.names)
                if dead and not impossible(look.under, look.names):
                    yield look.fault("never_needed", f"{look.word}：前面各行已经管到所有情形，最后没有条件的一行用不上", row)


def _dead_rules(scheme: Scheme) -> Iterator[Fault]:
    names = names_of_layers(scheme)
    for layer in scheme.benefits.layers:
        yield from _never(
            layer.name, wanted(layer.when), names, Place(file=benefits_file(scheme), line=layer.line, key=layer.id)
        )
    for kind, table in PROMISE_TABLES.items():
        known = with_choices_of(table, names)
        for promise in getattr(scheme.benefits, kind, ()):
            place = Place(file=benefits_file(scheme), line=promise.line, key=promise.id)
            for condition in promise.conditions():
                yield from _never(promise.name, wanted(condition), known, place)


def _never(name: str, needs: tuple[Wanted, ...], names: Names, place: Place) -> Iterator[Fault]:
    if needs and impossible(needs, names):
        yield Fault("never_holds", f"“{name}”的条件自相矛盾，永远不成立，请改正 when", place)


def _dead_rows(look: Look, version: tuple[Row, ...]) -> Iterator[Fault]:
    for needs, row in reached(version):
        if row.when is not None and impossible((*look.under, *needs), look.names):
            yield look.fault("never_holds", f"{look.word}：这一行永远用不上，{_why(row, look)}", row)


def _why(row: Row, look: Look) -> str:
    own = wanted(row.when)
    if impossible(own, look.names):
        return "它的条件自相矛盾，请改正 when"
    if look.under and impossible((*look.under, *own), look.names):
        return "它的条件与所在规则的条件（when）不能同时成立，请改正或删去"
    return "它管的情形前面各行都已管到，请调整先后、改正条件或删去"
