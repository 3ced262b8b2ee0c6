"""Reading what was determined, on a day."""

from __future__ import annotations

from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
from fuqi.journal.validity import known
from fuqi.registry.validity import holds


def disease_findings(viewer: Viewer, as_of: AsOf) -> dict[UUID, list[tuple[str, str, UUID]]]:
    """Return, for each person, the lists and diseases found with the source row. For counting; shown through masks only."""
    del viewer
    found: dict[UUID, list[tuple[str, str, UUID]]] = {}
    rows = DiseaseFinding.objects.filter(holds(as_of)).order_by("id")
    for person, list_id, disease_id, source in rows.values_list("person", "list_id", "disease_id", "source"):
        found.setdefault(person, []).append((list_id, disease_id, source))
    return found


def undecided_persons(viewer: Viewer, as_of: AsOf) -> set[UUID]:
    """Return the persons with a condition that the scheme cannot place."""
    del viewer
    return set(UndecidedCondition.objects.filter(holds(as_of)).values_list("person", flat=True))


def restricted_persons(viewer: Viewer) -> set[UUID]:
    """Return everybody of whom any row, on any day, touches a restricted illness."""
    del viewer
    return set(RestrictedMark.objects.filter(known(None)).values_list("person", flat=True))


def file_is_restricted(viewer: Viewer, file: str) -> bool:
    """Return whether any row of a received file of that name touches a restricted illness."""
    del viewer
    return RestrictedMark.objects.filter(known(None), source__file__name=file).exists()
