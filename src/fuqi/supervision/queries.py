"""Reading survey calls."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.registry.validity import holds, told
from fuqi.supervision.models import SurveyCall


@dataclass(frozen=True, slots=True)
class SurveyCallView:
    """A call; None where nothing was said."""

    person_id: UUID
    answered: bool
    satisfied: bool | None
    aware: bool | None
    source: UUID


def survey_calls(viewer: Viewer, as_of: AsOf) -> list[SurveyCallView]:
    """Return the calls made by the day."""
    del viewer
    return [
        SurveyCallView(row.person_id, row.answered, row.satisfied, row.aware, row.source_id)
        for row in SurveyCall.objects.filter(holds(as_of)).order_by("id")
    ]


def calls_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> list[SurveyCall]:
    """Return the calls made to a person by the day."""
    del viewer
    return told(SurveyCall, as_of, person_id=person_id)
