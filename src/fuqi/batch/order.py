"""The order of settlement, and which claims share sums; plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fuqi.batch.facts import Facts
from fuqi.scheme.reading.claims_by_column import ClaimColumns


def settlement_order(columns: ClaimColumns) -> list[int]:
    """Return the places of claims by (settled_at, claim_id as text by code point); those without a day first."""
    by_day: defaultdict[int, list[int]] = defaultdict(list)
    for place, day in enumerate(columns.numbers["settled_at"]):
        by_day[day if day > 1 else 1].append(place)
    order: list[int] = []
    of_id = columns.ids.__getitem__
    for day in sorted(by_day):
        order += sorted(by_day[day], key=of_id)
    return order


def components(facts: Facts, *, households: bool) -> tuple[list[int], int]:
    """Return a number for each claim, alike for claims that may share a sum, over all years, and how many there are.

    Claims of one person do; with `households` those of one household too.
    """
    persons = facts.unit("person")
    if not households:
        return persons.codes, len(persons.texts)
    homes = facts.unit("household")
    first = len(persons.texts)
    pairs = set(zip(persons.codes, homes.codes, strict=True))
    of_unit = joined(first + len(homes.texts), ((one, first + home) for one, home in pairs))
    return [of_unit[code] for code in persons.codes], len(of_unit)


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `count` things one of those that it is joined with, the same for all of them (union-find)."""
    parent = list(range(count))
    for one, other in pairs:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one != other:
            parent[max(one, other)] = min(one, other)
    for one in range(count):
        parent[one] = parent[parent[one]]
    return parent


def together(facts: Facts, places: Sequence[int], *, households: bool) -> list[list[int]]:
    """Return for the claims at some places all claims that may share a sum with them, a list for each component."""
    of_claim, _ = components(facts, households=households)
    wanted = {of_claim[place] for place in places}
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(of_claim):
        if one in wanted:
            found[one].append(place)
    return list(found.values())
