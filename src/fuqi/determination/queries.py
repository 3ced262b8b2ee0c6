"""Reading what was determined, on a day."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
from fuqi.journal.validity import known
from fuqi.registry.validity import holds, told, whose


def disease_findings(
    viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None
) -> dict[UUID, list[tuple[str, str, UUID]]]:
    """Return, for each person, the lists and diseases found with the source row. For counting; shown through masks only."""
    del viewer
    found: dict[UUID, list[tuple[str, str, UUID]]] = {}
    rows = DiseaseFinding.objects.filter(holds(as_of), whose(persons)).order_by("id")
    for person, list_id, disease_id, source in rows.values_list("person", "list_id", "disease_id", "source"):
        found.setdefault(person, []).append((list_id, disease_id, source))
    return found


def undecided_persons(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> set[UUID]:
    """Return the persons with a condition that the scheme cannot place."""
    del viewer
    return set(UndecidedCondition.objects.filter(holds(as_of), whose(persons)).values_list("person", flat=True))


def restricted_persons(viewer: Viewer, persons: Collection[UUID] | None = None) -> set[UUID]:
    """Return everybody of whom any row, on any day, touches a restricted illness."""
    del viewer
    return set(RestrictedMark.objects.filter(known(None), whose(persons)).values_list("person", flat=True))


def ever_restricted_persons(viewer: Viewer) -> set[UUID]:
    """Return everybody of whom any row that was ever in force touches a restricted illness. For masks over former rows."""
    del viewer
    return set(RestrictedMark.objects.values_list("person", flat=True))


def file_is_restricted(viewer: Viewer, file: str) -> bool:
    """Return whether any row of a received file of that name touches a restricted illness."""
    del viewer
    return RestrictedMark.objects.filter(known(None), source__file__name=file).exists()


def findings_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> tuple[list[DiseaseFinding], list[UndecidedCondition]]:
    """Return what the scheme makes of a person's illnesses, and of which it cannot say; shown through masks only."""
    del viewer
    return told(DiseaseFinding, as_of, person_id=person_id), told(UndecidedCondition, as_of, person_id=person_id)
