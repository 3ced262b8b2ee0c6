"""Whose a received row is, as the effective match run says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fuqi.basics.errors import Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.rows import RowView
from fuqi.journal.validity import known
from fuqi.matching.models import Doubt, Link
from fuqi.registry.rules import PersonRow


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A row of which the machine is in doubt, and the row it may be the same person as."""

    place: Place
    other: Place | None
    rule: str
    reasons: str


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


def rows_of_person(viewer: Viewer, person_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Return the received rows of a person: row id -> (kind, rule)."""
    del viewer
    found = _links().filter(person_id=person_id)
    return {row_id: (kind, rule) for row_id, kind, rule in found.values_list("source", "kind", "rule")}


def list_entries(viewer: Viewer) -> dict[UUID, dict[str, UUID]]:
    """Return, for every person, the kinds of list that name the person, each with the row that does."""
    del viewer
    found: dict[UUID, dict[str, UUID]] = {}
    for person, kind, row in _links().order_by("id").values_list("person", "kind", "source"):
        found.setdefault(person, {}).setdefault(kind, row)
    return found


def doubts(viewer: Viewer) -> list[DoubtView]:
    """Return what is left to a person's eye, by file, sheet and row."""
    del viewer
    found: list[DoubtView] = []
    query: Any = Doubt.objects.filter(known(None)).select_related("source__file", "other__file")
    for item in query:
        other = item.other
        found.append(
            DoubtView(
                Place(item.source.file.name, item.source.sheet, item.source.row),
                Place(other.file.name, other.sheet, other.row) if other else None,
                item.rule,
                item.reasons,
            )
        )
    return sorted(found, key=lambda item: (item.place, item.rule))


def _links() -> Any:
    return Link.objects.filter(known(None), retracted_at__isnull=True)
