"""Determining illnesses: every recorded condition is held against the scheme's disease lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from fuqi.basics.dates import completed_years
from fuqi.determination.models import DiseaseFinding, UndecidedCondition
from fuqi.journal.models import Recorded, Run
from fuqi.registry.models import Condition
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.model import Scheme


def findings(
    run: Run, scheme: Scheme, conditions: Sequence[Condition], births: Mapping[UUID, date | None], *, at: datetime
) -> Iterator[Recorded]:
    """Yield, for each condition, every list it stands on, or why that cannot be said."""
    undecided: list[Recorded] = []
    for condition in conditions:
        birth_on = births.get(condition.person_id)
        age = completed_years(birth_on, condition.valid_from) if birth_on and condition.valid_from else None
        finding = find_diseases(scheme, condition.words, condition.icd10 or None, age)
        common = {
            "run": run,
            "person_id": condition.person_id,
            "condition_id": condition.id,
            "source_id": condition.source_id,
            "recorded_at": at,
            "valid_from": condition.valid_from,
            "valid_until": condition.valid_until,
        }
        if finding.undecided:
            undecided.append(UndecidedCondition(reason=finding.reason[:200], **common))
        for list_id, disease_id, rule in finding.matches:
            yield DiseaseFinding(list_id=list_id, disease_id=disease_id, rule=rule[:200], **common)
    yield from undecided
