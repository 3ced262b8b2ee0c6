"""Reading treatment facts on a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.registry.validity import holds
from fuqi.treatment.models import TreatFirstAgreement, UntreatedReason


def agreements(viewer: Viewer, as_of: AsOf) -> list[tuple[UUID, date, UUID]]:
    """Return the treat-first agreements signed by the day: person, day, source row."""
    del viewer
    rows = TreatFirstAgreement.objects.filter(holds(as_of), signed_on__lte=as_of.on).order_by("signed_on", "id")
    return list(rows.values_list("person", "signed_on", "source"))


def untreated_reasons(viewer: Viewer, as_of: AsOf) -> dict[UUID, tuple[str, UUID]]:
    """Return why people are not treated, with the source row. Opens sealed words."""
    del viewer
    return {row.person_id: (row.reason, row.source_id) for row in UntreatedReason.objects.filter(holds(as_of)).order_by("id")}
