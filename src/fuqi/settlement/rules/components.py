"""Which claims must be settled again when some change: all of the same connected component of persons, households, stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim
from fuqi.scheme.mechanisms.periods import Key, year_of

Order = tuple[date, str]


class _Joined:
    """Keys that were joined, directly or through others."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        """Return what stands for the whole set of a key."""
        top = key
        while (above := self._parent.setdefault(top, top)) != top:
            top = above
        while key != top:
            self._parent[key], key = top, self._parent[key]
        return top

    def join(self, keys: Iterable[Key]) -> None:
        """Put keys into one set."""
        roots = [self.root(key) for key in keys]
        for root in roots[1:]:
            self._parent[self.root(root)] = self.root(roots[0])


def units(benefits: Benefits, claim: Claim) -> tuple[Key, ...]:
    """Return everything whose sums, numbers or limits a claim touches: person's and household's year, and the stay of each."""
    year = year_of(claim, benefits.year_of)
    return (
        ("person", claim.person_id, year),
        ("household", claim.household, year),
        ("stay", claim.person_id, claim.stay),
        ("stay of household", claim.household, claim.stay),
    )


def _join_all(benefits: Benefits, claims: Iterable[Claim]) -> _Joined:
    joined = _Joined()
    years: dict[str, list[Key]] = {}
    for claim in claims:
        keys = units(benefits, claim)
        joined.join(keys)
        years.setdefault(claim.person_id, []).append(keys[0])
    for person_id, keys_of_person in years.items():
        if ("person", person_id, None) in keys_of_person:  # a claim of an unknown year touches all years of its person
            joined.join(keys_of_person)
    return joined


def causes(benefits: Benefits, before: Mapping[str, Claim], after: Mapping[str, Claim]) -> dict[str, str]:
    """Return every claim whose result may differ with the reason for it: the earliest change within its component.

    These are the claims that changed, came or went, themselves their reason, and all others of their components. Components are
    those of both sides together, so that a claim which moved touches where it was and where it is.
    """
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not changed:
        return {}
    joined = _join_all(benefits, [*before.values(), *after.values()])

    def roots(key: str) -> Iterator[Key]:
        for side in (before, after):
            if key in side:
                yield joined.root(units(benefits, side[key])[0])

    def order(key: str) -> Order:
        return min(side[key].order for side in (before, after) if key in side)

    earliest: dict[Key, str] = {}
    for key in sorted(changed, key=order):
        for root in roots(key):
            earliest.setdefault(root, key)
    found = {key: earliest[root] for key in {**before, **after} for root in roots(key) if root in earliest}
    return found | {key: key for key in changed}


def affected(benefits: Benefits, before: Mapping[str, Claim], after: Mapping[str, Claim]) -> frozenset[str]:
    """Return the keys of all claims whose result may differ: those that changed, came or went, and their components."""
    return frozenset(causes(benefits, before, after))


def first_affected(before: Mapping[str, Claim], after: Mapping[str, Claim]) -> Order | None:
    """Return where in the order of settlement the first change stands; None where nothing changed."""
    orders = [
        side[key].order
        for key in {**before, **after}
        if before.get(key) != after.get(key)
        for side in (before, after)
        if key in side
    ]
    return min(orders, default=None)
