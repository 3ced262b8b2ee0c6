"""Reading care facts on a day."""

from __future__ import annotations

from uuid import UUID

from fuqi.basics.dates import AsOf, Span
from fuqi.basics.viewer import Viewer
from fuqi.care.models import FamilyDoctorContract, HealthCheck
from fuqi.registry.validity import holds


def contracts(viewer: Viewer, as_of: AsOf) -> dict[UUID, UUID]:
    """Return the households with a contract in force on the day, with the source row."""
    del viewer
    return dict(FamilyDoctorContract.objects.filter(holds(as_of)).order_by("id").values_list("household", "source"))


def health_checks(viewer: Viewer, as_of: AsOf, period: Span) -> dict[UUID, list[UUID]]:
    """Return the source rows of every person's health checks within the period, up to the day."""
    del viewer
    found: dict[UUID, list[UUID]] = {}
    rows = HealthCheck.objects.filter(holds(as_of), checked_on__lte=as_of.on).order_by("checked_on", "id")
    for person, day, source in rows.values_list("person", "checked_on", "source"):
        if period.holds(day):
            found.setdefault(person, []).append(source)
    return found
