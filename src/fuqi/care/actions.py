"""Making care facts of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from fuqi.care.models import FamilyDoctorContract, HealthCheck
from fuqi.intake.actions import from_row
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.registry.rules import PersonRow


def contracts(run: Run, people: dict[UUID, list[PersonRow]], households: dict[str, UUID], *, at: datetime) -> Iterator[NewRow]:
    """Yield the contracts of households; the row belongs to the head."""
    for rows in people.values():
        for item in rows:
            values = item.row.values
            household = households.get(str(values.get("household_number") or ""))
            if item.row.kind == "contract" and household:
                yield NewRow(
                    FamilyDoctorContract,
                    household_id=household,
                    team=str(values.get("team") or "")[:100],
                    **from_row(run, item.row, at=at, valid_from=values.get("signed_on"), valid_until=values.get("until")),
                )


def health_checks(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield the health checks that were done."""
    for person_id, rows in people.items():
        for item in rows:
            day = item.row.values.get("checked_on")
            if item.row.kind == "health_check" and day:
                yield NewRow(HealthCheck, person_id=person_id, checked_on=day, **from_row(run, item.row, at=at, valid_from=day))
