"""Making survey facts of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from fuqi.intake.actions import from_row
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.registry.rules import PersonRow
from fuqi.supervision.models import SurveyCall


def survey_calls(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield telephone calls."""
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            if item.row.kind == "survey":
                day = values.get("called_on")
                yield NewRow(
                    SurveyCall,
                    person_id=person_id,
                    called_on=day,
                    answered=bool(values.get("answered")),
                    satisfied=values.get("satisfied"),
                    aware=values.get("aware"),
                    **from_row(run, item.row, at=at, valid_from=day),
                )
