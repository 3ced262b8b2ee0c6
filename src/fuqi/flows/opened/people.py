"""Finding people: by number, by name or resident identity number, or by where they live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fuqi.basics import resident_id
from fuqi.determination.queries import restricted_persons
from fuqi.flows.opened.asking import ILLNESS_KINDS, Asking
from fuqi.matching.queries import list_entries
from fuqi.places.queries import divisions, find_division
from fuqi.registry.queries import (
    group_spells,
    names,
    people_at,
    people_named,
    people_with_number,
    person_by_serial,
    places_of,
    serials,
)

MOST = 50
"""How many people one page lists."""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody in a list of people, as the viewer may see them."""

    serial: int
    name: str
    place: str
    groups: str

    @property
    def code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of people: which, and how many there are in all."""

    people: tuple[Found, ...]
    total: int
    number: int = 1

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // MOST))


def find_people(asking: Asking, words: str, *, today: date) -> list[int]:
    """Return the serial numbers of whom the words mean, within the viewer's scope: a number, a name or an identity number.

    A name counts as a whole; for a viewer who says a purpose a part of it will do. A number finds nobody for viewers who may
    not read it.
    """
    said = resident_id.tidy(words)
    viewer, as_of = asking.viewer, asking.as_of
    if said.isdecimal() and len(said) <= 6:
        person = person_by_serial(viewer, int(said))
        found = [person.id] if person else []
    elif said[:6].isdecimal():
        read = resident_id.read(words, today=today)
        found = people_with_number(viewer, as_of, read.number if isinstance(read, resident_id.ResidentId) else said)
        found = [person for person in found if not asking.lacks_level(person)]
    else:
        found = people_named(viewer, as_of, "".join(words.split())) if said else []
    here = set(places_of(viewer, as_of, found)) - _concealed(asking, found)
    if viewer.institutions:
        from fuqi.flows.opened.patients import find_patients

        here |= find_patients(asking, words, today=today)
    return sorted(serials(viewer, here).values())


def people_of_place(asking: Asking, place: str, number: int) -> Page:
    """Return a page of who lives at a place or below it. Raises UnknownPlaceError."""
    division = find_division(asking.viewer, place)
    people = people_at(asking.viewer, asking.as_of, division.code)
    concealed = _concealed(asking, [person for person, _ in people])
    people = [pair for pair in people if pair[0] not in concealed]
    page = Page((), len(people), number)
    number = min(max(1, number), page.pages)
    chosen = dict(people[(number - 1) * MOST : number * MOST])
    return Page(tuple(_listed(asking, chosen)), len(people), number)


def people_of_serials(asking: Asking, found: Iterable[int]) -> Page:
    """Return who goes by some serial numbers, the first of them, as far as they are in sight now."""
    wanted = sorted(set(found))
    people = {person.id: person.serial for serial in wanted[:MOST] if (person := person_by_serial(asking.viewer, serial))}
    here = places_of(asking.viewer, asking.as_of, people)
    concealed = _concealed(asking, people)
    chosen = {person: serial for person, serial in people.items() if person in here and person not in concealed}
    if asking.viewer.institutions:
        from fuqi.flows.opened.patients import patients_in_sight

        mine = serials(asking.viewer, patients_in_sight(asking)).items()
        chosen |= {person: serial for person, serial in mine if serial in wanted[:MOST]}
    return Page(tuple(_listed(asking, chosen)), len(wanted))


def _listed(asking: Asking, people: dict[UUID, int]) -> list[Found]:
    viewer, as_of, scheme = asking.viewer, asking.as_of, asking.scheme
    called = names(viewer, as_of, people)
    places = places_of(viewer, as_of, people)
    full = {item.code: item.full_name for item in divisions(viewer)}
    groups = group_spells(viewer, as_of, people)
    return [
        Found(
            serial,
            called.get(person, ""),
            full.get(places.get(person, ""), ""),
            group_words(asking, scheme.with_implied(frozenset(groups.get(person, ())))),
        )
        for person, serial in sorted(people.items(), key=lambda pair: pair[1])
    ]


def group_words(asking: Asking, groups: Iterable[str]) -> str:
    """Return identity groups in words, in the scheme's order."""
    held = set(groups)
    return "、".join(group.name for group in asking.scheme.groups if group.id in held)


def _concealed(asking: Asking, persons: Iterable[UUID]) -> set[UUID]:
    """Return those of whom nothing but covered rows says that they are there."""
    if asking.sees_restricted:
        return set()
    restricted = restricted_persons(asking.viewer, list(persons))
    kinds = list_entries(asking.viewer, restricted)
    return {person for person in restricted if set(kinds.get(person, ())) <= ILLNESS_KINDS}
