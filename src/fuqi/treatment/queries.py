"""Reading treatment facts on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from fuqi.access.keys import in_bulk
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.registry.validity import holds, told, whose
from fuqi.treatment.models import TreatFirstAgreement, UntreatedReason


def agreements(viewer: Viewer, as_of: AsOf) -> list[tuple[UUID, date, UUID]]:
    """Return the treat-first agreements signed by the day: person, day, source row."""
    del viewer
    rows = TreatFirstAgreement.objects.filter(holds(as_of), signed_on__lte=as_of.on).order_by("signed_on", "id")
    return list(rows.values_list("person", "signed_on", "source"))


def untreated_reasons(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> dict[UUID, tuple[str, UUID]]:
    """Return why people are not treated, with the source row. Opens sealed words."""
    del viewer
    rows = UntreatedReason.objects.filter(holds(as_of), whose(persons)).order_by("id")
    return {row.person_id: (row.reason, row.source_id) for row in in_bulk(rows)}


def treatment_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> tuple[list[TreatFirstAgreement], list[UntreatedReason]]:
    """Return a person's treat-first agreements, and why the person is not treated; shown through masks only."""
    del viewer
    return told(TreatFirstAgreement, as_of, person_id=person_id), told(UntreatedReason, as_of, person_id=person_id)
