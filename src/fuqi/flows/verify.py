"""Make the register of the matched rows: who people are, where they live, what was found in the field, what the scheme says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from fuqi.basics.viewer import Viewer
from fuqi.care import actions as care
from fuqi.determination import actions as determination
from fuqi.flows.erased import facts_taken_over
from fuqi.flows.match import ReceivedRows
from fuqi.journal import codes
from fuqi.journal.actions import CHUNK, add_in_chunks, make_effective, start_run
from fuqi.journal.models import Run
from fuqi.journal.queries import effective_run
from fuqi.journal.tables import NewRow
from fuqi.matching.queries import linked_rows
from fuqi.places.queries import divisions
from fuqi.places.rules import PlaceFinder
from fuqi.registry import actions as registry
from fuqi.registry.rules import PersonRow, by_person, sex_and_birth
from fuqi.scheme.model import Scheme
from fuqi.settlement import actions as settlement
from fuqi.supervision import actions as supervision
from fuqi.treatment import actions as treatment


@dataclass
class VerifyReport:
    """How many facts of each kind the register now holds."""

    up_to_date: bool = False
    facts: dict[str, int] = field(default_factory=dict)


_MARKS, _INDEXES = "权限", "索引"
_UNTOLD = frozenset({_MARKS, _INDEXES})
"""What marks of restricted illnesses and indexes are called while they are made; how many there are is nobody's business."""


def verify_fingerprint(viewer: Viewer, scheme: Scheme) -> str:
    """Return the digest of what the register depends on: the match run and the scheme."""
    run = effective_run(viewer, codes.MATCH)
    return hashlib.sha256(f"{run.id if run else ''}\n{scheme.hash}".encode()).hexdigest()


def verify_people(
    *,
    viewer: Viewer,
    scheme: Scheme,
    received: ReceivedRows,
    today: date,
    at: Callable[[], datetime],
    progress: Callable[[str], None],
) -> VerifyReport:
    """Make all facts anew from the matched rows, if rows or scheme changed since the last time."""
    fingerprint = verify_fingerprint(viewer, scheme)
    former = effective_run(viewer, codes.VERIFY)
    if former and former.fingerprint == fingerprint:
        return VerifyReport(up_to_date=True)
    people = by_person(linked_rows(viewer, received.all))
    run = start_run(codes.VERIFY, fingerprint=fingerprint, by=viewer.name, at=at())
    report = VerifyReport()
    for label, rows in _facts(run, viewer, scheme, people, today=today, at=at()):
        progress(label)
        for written in add_in_chunks(rows, by=viewer.name, at=at(), action="verify.facts"):
            if label not in _UNTOLD:
                report.facts[label] = written
            if written % (CHUNK * 10) == 0:
                progress(f"{label} {written}")
    numbers = {str(item.row.values.get("household_number")) for rows in people.values() for item in rows}
    kept = facts_taken_over(viewer, run, former, known_again=people, households=numbers, at=at())
    for _ in add_in_chunks(kept, by=viewer.name, at=at(), action="verify.facts"):
        pass
    make_effective(run, by=viewer.name, at=at(), summary={"facts": report.facts})
    return report


def _facts(
    run: Run, viewer: Viewer, scheme: Scheme, people: dict[UUID, list[PersonRow]], *, today: date, at: datetime
) -> Iterator[tuple[str, Iterator[NewRow]]]:
    """Yield every kind of fact with its Chinese name, lower rooms first."""
    finder = PlaceFinder(divisions(viewer))
    registry.record_households([item for rows in people.values() for item in rows], by=viewer.name, at=at)
    households = registry.households_by_number()
    conditions: list[NewRow] = []
    identities: list[NewRow] = []

    def kept(rows: Iterator[NewRow], into: list[NewRow]) -> Iterator[NewRow]:
        for row in rows:
            into.append(row)
            yield row

    def groups_of(item: PersonRow) -> frozenset[str]:
        return scheme.groups_of_row(item.row.kind, item.row.values)

    yield "身份", kept(registry.identities(run, people, today=today, at=at), identities)
    yield _INDEXES, registry.part_indexes(identities)
    yield "住址", registry.residences(run, people, finder, at=at)
    yield "户籍成员", registry.memberships(run, people, households, at=at)
    yield "家庭收入", registry.incomes(run, people, households, at=at)
    yield "身份类别", registry.group_spells(run, people, groups_of, at=at)
    yield "参保", registry.enrolments(run, people, at=at)
    yield "核查", registry.field_checks(run, people, at=at)
    yield "病情", kept(registry.conditions(run, people, at=at), conditions)
    births = {person: sex_and_birth(rows, today=today)[1] for person, rows in people.items()}
    yield "病种认定", determination.findings(run, scheme, conditions, births, at=at)
    yield _MARKS, determination.restricted_marks(run, scheme, people, at=at)
    yield "先诊疗后付费", treatment.agreements(run, people, at=at)
    yield "未救治原因", treatment.untreated_reasons(run, people, at=at)
    yield "签约", care.contracts(run, people, households, at=at)
    yield "体检", care.health_checks(run, people, at=at)
    yield "电话调查", supervision.survey_calls(run, people, at=at)
    yield "费用单", settlement.claims(run, people, {one.name: (one.level, one.in_county) for one in scheme.institutions}, at=at)
