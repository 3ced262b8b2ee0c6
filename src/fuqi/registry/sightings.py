"""Whose sealed words were shown to whom: the rows of sightings, counted by day and looked up by person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fuqi.access.sealed import blind_index
from fuqi.basics.viewer import Viewer
from fuqi.journal.tables import NewRow
from fuqi.registry.models import Identity, Person, Sighting

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class SightingView:
    """Somebody was shown sealed words of a person."""

    at: datetime
    by: str
    why: str
    door: str
    fields: tuple[str, ...]
    """Which fields, as `table.column` without the room."""
    number: int | None
    """The number of the journal's entry; None for half a second."""


def sighting_rows(seen: Mapping[UUID, Collection[str]], *, by: str, day: date, door: str) -> list[NewRow]:
    """Return the rows of a visit: for each person which fields were shown."""
    return [
        NewRow(Sighting, person_id=person, by=by, day=day, door=door, what=",".join(sorted(fields))[:_LONGEST])
        for person, fields in sorted(seen.items())
    ]


def people_read(viewer: Viewer, day: date) -> set[UUID]:
    """Return whose sealed words the viewer was shown on a day, by whatever door."""
    return set(Sighting.objects.filter(by=viewer.name, day=day).values_list("person", flat=True).distinct())


def sightings_of(viewer: Viewer, person_id: UUID) -> Iterator[SightingView]:
    """Yield who was shown sealed words of a person, the latest first."""
    del viewer
    rows: Any = Sighting.objects.filter(person_id=person_id).select_related("entry").order_by("-entry__at", "-id")
    for row in rows:
        entry = row.entry
        yield SightingView(entry.at, row.by, entry.why, row.door, tuple(filter(None, row.what.split(","))), entry.number)


def person_of_serial(viewer: Viewer, serial: int) -> UUID | None:
    """Return the person of a serial number, wherever they live: for the trail, which shows no word of them."""
    del viewer
    found: UUID | None = Person.objects.filter(serial=serial).values_list("id", flat=True).first()
    return found


def persons_of_number(viewer: Viewer, id_number: str) -> list[UUID]:
    """Return who goes or ever went by an identity number, wherever they live; nothing is opened."""
    del viewer
    index = blind_index("id_number", id_number)
    return sorted(set(Identity.objects.filter(id_index=index).values_list("person", flat=True))) if index else []


def sightings_between(
    viewer: Viewer, start: date, until: date, by: str = ""
) -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
    """Yield who was shown whose sealed words on the days `[start, until)`: by whom, the person's serial, door, fields."""
    del viewer
    rows: Any = Sighting.objects.filter(day__gte=start, day__lt=until, **({"by": by} if by else {}))
    for name, serial, door, what in rows.values_list("by", "person__serial", "door", "what").iterator(2000):
        yield name, serial, door, tuple(filter(None, what.split(",")))
