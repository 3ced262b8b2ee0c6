"""Reading care facts on a day."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fuqi.basics.dates import AsOf, Span
from fuqi.basics.viewer import Viewer
from fuqi.care.models import FamilyDoctorContract, HealthCheck
from fuqi.registry.validity import holds, told, whose


def contracts(viewer: Viewer, as_of: AsOf) -> dict[UUID, UUID]:
    """Return the households with a contract in force on the day, with the source row."""
    del viewer
    return dict(FamilyDoctorContract.objects.filter(holds(as_of)).order_by("id").values_list("household", "source"))


def teams(viewer: Viewer, as_of: AsOf, households: Collection[UUID]) -> dict[UUID, tuple[str, UUID]]:
    """Return the family-doctor team of each of the households with a contract in force on the day, with the source row."""
    del viewer
    rows = FamilyDoctorContract.objects.filter(holds(as_of), household_id__in=list(households)).order_by("valid_from", "id")
    return {household: (team, source) for household, team, source in rows.values_list("household", "team", "source")}


def health_checks(viewer: Viewer, as_of: AsOf, period: Span, persons: Collection[UUID] | None = None) -> dict[UUID, list[UUID]]:
    """Return the source rows of every person's health checks within the period, up to the day."""
    del viewer
    found: dict[UUID, list[UUID]] = {}
    rows = HealthCheck.objects.filter(holds(as_of), whose(persons), checked_on__lte=as_of.on).order_by("checked_on", "id")
    for person, day, source in rows.values_list("person", "checked_on", "source"):
        if period.holds(day):
            found.setdefault(person, []).append(source)
    return found


def care_of(
    viewer: Viewer, as_of: AsOf, person_id: UUID, household_id: UUID | None
) -> tuple[list[FamilyDoctorContract], list[HealthCheck]]:
    """Return the contracts of a person's household, and the person's health checks."""
    del viewer
    signed = told(FamilyDoctorContract, as_of, household_id=household_id) if household_id else []
    return signed, told(HealthCheck, as_of, person_id=person_id)
