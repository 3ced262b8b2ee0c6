"""Whose a received row is, as the effective match run says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from fuqi.access.keys import in_bulk
from fuqi.access.reading import covered
from fuqi.basics.errors import Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.rows import RowView
from fuqi.journal.validity import known
from fuqi.matching.models import Doubt, Link
from fuqi.registry.rules import PersonRow
from fuqi.registry.validity import whose


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A row of which the machine is in doubt, and the row it may be the same person as."""

    place: Place
    other: Place | None
    rule: str
    reasons: str
    row_id: UUID
    other_id: UUID | None


def linked_rows(viewer: Viewer, received: Iterable[RowView]) -> Iterator[PersonRow]:
    """Yield those of the received rows that belong to a person."""
    del viewer
    links = {row_id: (person, serial) for row_id, person, serial in _links().values_list("source", "person", "person__serial")}
    for row in received:
        if row.id in links:
            yield PersonRow(*links[row.id], row)


def person_of_row(viewer: Viewer, row_id: UUID) -> UUID | None:
    """Return the person whom a received row belongs to."""
    del viewer
    found: UUID | None = _links().filter(source_id=row_id).values_list("person", flat=True).first()
    return found


def last_link_of_row(viewer: Viewer, row_id: UUID) -> tuple[UUID, str] | None:
    """Return whose a received row is or, where its file is no longer in force, was last, and by which rule."""
    del viewer
    links = Link.objects.filter(source_id=row_id)
    found = links.filter(known(None), retracted_at__isnull=True).first() or links.order_by("-recorded_at", "-id").first()
    return (found.person_id, found.rule) if found else None


def persons_of_rows(viewer: Viewer, row_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return whose received rows are or ever were: row id -> persons. For masks, which must not forget."""
    del viewer
    found: dict[UUID, set[UUID]] = {}
    ids = list(row_ids)
    for start in range(0, len(ids), 500):
        for row_id, person in Link.objects.filter(source_id__in=ids[start : start + 500]).values_list("source", "person"):
            found.setdefault(row_id, set()).add(person)
    return found


def rows_ever_of(viewer: Viewer, person_id: UUID) -> set[UUID]:
    """Return the received rows that are or ever were a person's; for the trail, which must not forget."""
    del viewer
    return set(Link.objects.filter(person_id=person_id).values_list("source", flat=True))


def rows_of_person(viewer: Viewer, person_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Return the received rows of a person: row id -> (kind, rule)."""
    del viewer
    found = _links().filter(person_id=person_id)
    return {row_id: (kind, rule) for row_id, kind, rule in found.values_list("source", "kind", "rule")}


def list_entries(
    viewer: Viewer, persons: Collection[UUID] | None = None, kinds: Collection[str] | None = None
) -> dict[UUID, dict[str, UUID]]:
    """Return, for every person, the kinds of list that name the person, each with the row that does."""
    del viewer
    found: dict[UUID, dict[str, UUID]] = {}
    chosen = _links().filter(whose(persons), Q() if kinds is None else Q(kind__in=list(kinds)))
    for person, kind, row in chosen.order_by("id").values_list("person", "kind", "source"):
        found.setdefault(person, {}).setdefault(kind, row)
    return found


def doubts(viewer: Viewer) -> list[DoubtView]:
    """Return what is left to a person's eye, by file, sheet and row; why is said in words of rules, of nobody."""
    del viewer
    found: list[DoubtView] = []
    query: Any = Doubt.objects.filter(known(None)).select_related("source__file", "other__file")
    for item in in_bulk(query):
        other = item.other
        with covered():
            reasons = item.reasons
        found.append(
            DoubtView(
                Place(item.source.file.name, item.source.sheet, item.source.row),
                Place(other.file.name, other.sheet, other.row) if other else None,
                item.rule,
                reasons,
                item.source_id,
                item.other_id,
            )
        )
    return sorted(found, key=lambda item: (item.place, item.rule))


def _links() -> Any:
    return Link.objects.filter(known(None), retracted_at__isnull=True)
