"""Making treatment facts of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from fuqi.intake.actions import from_row
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.registry.rules import PersonRow
from fuqi.treatment.models import TreatFirstAgreement, UntreatedReason


def agreements(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield treat-first agreements."""
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            if item.row.kind == "treat_first" and values.get("signed_on"):
                yield NewRow(
                    TreatFirstAgreement,
                    person_id=person_id,
                    signed_on=values["signed_on"],
                    hospital=str(values.get("hospital") or ""),
                    **from_row(run, item.row, at=at, valid_from=values["signed_on"]),
                )


def untreated_reasons(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield why people are not treated."""
    for person_id, rows in people.items():
        for item in rows:
            if item.row.kind == "untreated_reason" and item.row.values.get("reason"):
                yield NewRow(
                    UntreatedReason,
                    person_id=person_id,
                    reason=str(item.row.values["reason"]),
                    **from_row(run, item.row, at=at),
                )
