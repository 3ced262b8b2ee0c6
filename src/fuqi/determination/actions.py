"""Determining illnesses: every recorded condition is held against the scheme's disease lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from fuqi.basics.dates import Span, completed_years
from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
from fuqi.determination.rules import in_free_words, touches_restricted
from fuqi.intake.actions import from_row
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.registry.rules import PersonRow
from fuqi.scheme.illness import edition_spans, find_diseases
from fuqi.scheme.model import Scheme


def findings(
    run: Run, scheme: Scheme, conditions: Sequence[NewRow], births: Mapping[UUID, date | None], *, at: datetime
) -> Iterator[NewRow]:
    """Yield, for each condition, every list it stands on, or why that cannot be said; by edition, where lists have them."""
    find = lru_cache(maxsize=None)(partial(find_diseases, scheme))
    undecided: list[NewRow] = []
    for condition in conditions:
        said: dict[str, Any] = condition.columns
        birth_on, on = births.get(said["person_id"]), said["valid_from"]
        age = completed_years(birth_on, on) if birth_on and on else None
        common = {"run_id": run.id, "condition_id": condition.id, "recorded_at": at}
        common |= {name: said[name] for name in ("person_id", "source_id")}
        for span, day in edition_spans(scheme, Span(on, said["valid_until"])):
            finding = find(said["words"], said["icd10"] or None, age, day)
            days = {"valid_from": span.start, "valid_until": span.until}
            if finding.undecided:
                undecided.append(NewRow(UndecidedCondition, reason=finding.reason, **common, **days))
            for list_id, disease_id, rule in finding.matches:
                yield NewRow(DiseaseFinding, list_id=list_id, disease_id=disease_id, rule=rule, **common, **days)
    yield from undecided


def restricted_marks(run: Run, scheme: Scheme, people: Mapping[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield a mark for every row that touches a restricted illness."""
    touches = lru_cache(maxsize=None)(partial(touches_restricted, scheme))
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            said, codes = str(values.get("illness") or ""), str(values.get("icd10") or "")
            if touches(said, codes) or touches(in_free_words(values), ""):
                yield NewRow(RestrictedMark, person_id=person_id, **from_row(run, item.row, at=at))
