"""Match received rows to people: the same people as in earlier runs, new ones where nobody fits, doubt where two might."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import count
from uuid import UUID

from fuqi.access.sealed import blind_index
from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.flows.erased import links_taken_over
from fuqi.intake.actions import from_row
from fuqi.intake.queries import rows
from fuqi.intake.rows import RowView
from fuqi.journal import codes
from fuqi.journal.actions import CHUNK, add_in_chunks, make_effective, start_run
from fuqi.journal.models import Run
from fuqi.journal.queries import effective_run, effective_runs
from fuqi.journal.tables import NewRow
from fuqi.matching.linking import Verdict, link
from fuqi.matching.models import Doubt, Link
from fuqi.matching.rules import Candidate
from fuqi.places.queries import divisions
from fuqi.places.rules import PlaceFinder
from fuqi.registry.actions import persons_by_key
from fuqi.registry.models import Person
from fuqi.registry.rules import LEADING_KINDS

ORDER = (*LEADING_KINDS, "move", "contract", "settlement", "treat_first", "health_check", "untreated_reason", "survey")
"""The order in which rows are matched: who makes people known comes first."""

REGISTERS = frozenset(LEADING_KINDS)
"""Kinds whose rows make a person known. A row of another kind that fits nobody is set aside: a bill for nobody is not paid."""

VILLAGE_CODE = 12
"""Digits of a village's division code."""


@dataclass
class MatchReport:
    """What matching did."""

    up_to_date: bool = False
    rows: int = 0
    persons: int = 0
    new_persons: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0
    nobody: tuple[Fault, ...] = ()


def imports_fingerprint(viewer: Viewer) -> str:
    """Return the digest of all effective imports.

    It names runs, not contents: the same content brought back by an undo is other rows, to which no link points yet.
    """
    runs = effective_runs(viewer, codes.IMPORT)
    return hashlib.sha256("\n".join(f"{run.subject}\t{run.id}" for run in runs).encode()).hexdigest()


def candidate(row: RowView, finder: PlaceFinder) -> Candidate:
    """Return what matching looks at in a row; a village is compared by its division code."""
    values = row.values
    number, broken = values.get("id_number"), values.get("broken_id")
    place = finder.find(str(values.get("township") or ""), str(values.get("village") or ""))
    name = values.get("name") or (values.get("head_name") if row.kind == "contract" else "")
    return Candidate(
        row=row.key,
        name=str(name or ""),
        id_number=str(number) if number else None,
        broken_id=str(broken) if broken else None,
        broken_code=str(values.get("broken_id_code") or ""),
        birth_on=values.get("birth_on"),
        sex=values.get("sex"),
        village=place.code if place and len(place.code) == VILLAGE_CODE else None,
        household_number=values.get("household_number"),
        head_name=values.get("head_name"),
    )


class ReceivedRows:
    """All rows of effective files, opened once for the steps that need them."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    @cached_property
    def all(self) -> list[RowView]:
        """Return the rows in the order in which they make people known."""
        return sorted(rows(self._viewer), key=lambda row: (ORDER.index(row.kind) if row.kind in ORDER else len(ORDER), row.key))


def match(
    *, viewer: Viewer, received: ReceivedRows, at: Callable[[], datetime], progress: Callable[[str], None]
) -> MatchReport:
    """Match all received rows, if anything was received since the last time."""
    fingerprint = imports_fingerprint(viewer)
    former = effective_run(viewer, codes.MATCH)
    if former and former.fingerprint == fingerprint:
        return MatchReport(up_to_date=True)
    progress("打开收到的行")
    progress(f"比对 {len(received.all)} 行")
    finder = PlaceFinder(divisions(viewer))
    verdicts = link([candidate(row, finder) for row in received.all])
    run = start_run(codes.MATCH, fingerprint=fingerprint, by=viewer.name, at=at())
    work = _Work(run, viewer.name, at())
    report = work.record(received.all, verdicts, progress)
    for _ in add_in_chunks(links_taken_over(viewer, run, former, at=at()), by=viewer.name, at=at(), action="match.links"):
        pass
    summary: dict[str, object] = {
        "rows": report.rows,
        "linked": sum(report.rules.values()),
        "persons": report.persons,
        "doubtful": report.doubtful,
    }
    make_effective(run, by=viewer.name, at=at(), summary=summary | {"rules": report.rules, "nobody": len(report.nobody)})
    return report


class _Work:
    """One run's persons, links and doubts."""

    def __init__(self, run: Run, by: str, at: datetime) -> None:
        self.run, self.by, self.at = run, by, at
        known = persons_by_key()
        self.known = {index: person for index, (person, _) in known.items()}
        self.persons: dict[str, UUID] = {}
        self.next_serial = max((serial for _, serial in known.values()), default=0) + 1

    def record(self, received: Sequence[RowView], verdicts: Sequence[Verdict], progress: Callable[[str], None]) -> MatchReport:
        """Write persons first, then links, then doubts, in chunks that readers ignore until the run is effective."""
        by_key = {row.key: row for row in received}
        person_of = {verdict.row: verdict.person for verdict in verdicts if verdict.person}
        groups: dict[str, list[RowView]] = {}
        for row in received:
            if row.key in person_of:
                groups.setdefault(person_of[row.key], []).append(row)
        registered = {key: items for key, items in groups.items() if any(item.kind in REGISTERS for item in items)}
        new = list(self._persons(registered))
        self._write(new, "match.persons", progress)
        report = MatchReport(rows=len(received), persons=len(registered), new_persons=len(new))
        linked = [verdict for verdict in verdicts if verdict.person in registered]
        for verdict in linked:
            report.rules[verdict.rule] = report.rules.get(verdict.rule, 0) + 1
        self._write(self._links(linked, by_key), "match.links", progress)
        self._write(self._doubts(verdicts, by_key, registered), "match.doubts", progress)
        report.doubtful = sum(verdict.verdict == "review" for verdict in linked)
        report.nobody = tuple(_nobody(by_key[verdict.row]) for verdict in verdicts if verdict.person not in registered)
        return report

    def _write(self, items: Sequence[NewRow] | Iterator[NewRow], action: str, progress: Callable[[str], None]) -> None:
        for written in add_in_chunks(items, by=self.by, at=self.at, action=action):
            if written % (CHUNK * 10) == 0:
                progress(f"已写入 {written} 行")

    def _persons(self, groups: dict[str, list[RowView]]) -> Iterator[NewRow]:
        """Yield the persons that are not known yet; each group keeps the person it had in earlier runs.

        Two groups never get one person, even if their words are the same: that is for somebody to decide.
        """
        taken: set[UUID] = set()
        for key, items in groups.items():
            indexes = list(self._indexes(items))
            candidates = (self.known[index] for index in indexes if index in self.known)
            found = next((person for person in candidates if person not in taken), None)
            if found is None:
                index = next(index for index in indexes if index not in self.known)
                new = NewRow(Person, serial=self.next_serial, key_index=index)
                self.known[index] = found = new.id
                self.next_serial += 1
                yield new
            taken.add(found)
            self.persons[key] = found

    def _indexes(self, items: Sequence[RowView]) -> Iterator[str]:
        """Yield the keyed indexes that the group may be known by, the last one the first that nobody has yet."""
        certain, fallback = _key_words(items)
        for words in certain:
            yield blind_index("person_key", words)
        for number in count(1):
            index = blind_index("person_key", f"{fallback}|{number}")
            yield index
            if index not in self.known:
                return

    def _links(self, verdicts: Sequence[Verdict], by_key: dict[tuple[str, str, int], RowView]) -> Iterator[NewRow]:
        for verdict in verdicts:
            row = by_key[verdict.row]
            yield NewRow(
                Link,
                person_id=self.persons[verdict.person],
                kind=row.kind,
                rule=verdict.rule,
                score=verdict.score,
                **from_row(self.run, row, at=self.at),
            )

    def _doubts(
        self, verdicts: Sequence[Verdict], by_key: dict[tuple[str, str, int], RowView], registered: dict[str, list[RowView]]
    ) -> Iterator[NewRow]:
        for verdict in verdicts:
            row = by_key[verdict.row]
            if verdict.verdict == "review":
                other = by_key.get(verdict.other_row) if verdict.other_row else None
                yield NewRow(
                    Doubt,
                    other_id=other.id if other else None,
                    person_id=self.persons.get(verdict.person),
                    rule=verdict.rule,
                    reasons=";".join(verdict.reasons),
                    **from_row(self.run, row, at=self.at),
                )
            elif verdict.person not in registered:
                yield NewRow(Doubt, rule="nobody", reasons=_nobody(row).message, **from_row(self.run, row, at=self.at))


def _key_words(items: Sequence[RowView]) -> tuple[list[str], str]:
    """Return what a person may be known by in another run: sound numbers, then name, birth and village; and what else was said.

    The last is counted: who people of one name, place and household without number or birth are, nobody can say.
    """
    numbers = sorted({str(item.values["id_number"]) for item in items if item.values.get("id_number")})
    said: set[tuple[str, date, str]] = set()
    for item in items:
        values = item.values
        if values.get("name") and values.get("birth_on") and values.get("village"):
            said.add((str(values["name"]), values["birth_on"], f"{values.get('township') or ''}{values['village']}"))
    words = [f"{name}|{birth_on}|{village}" for name, birth_on, village in sorted(said)]
    first = min(items, key=lambda item: item.key).values
    said_first = [str(first.get(field) or "") for field in ("name", "township", "village", "head_name", "household_number")]
    return [*numbers, *words], "|".join(said_first)


def _nobody(row: RowView) -> Fault:
    place = Place(file=row.file, sheet=row.sheet, row=row.row)
    message = "名册和名单里都没有这个人，这一行已搁置，不计入任何数字。请核对姓名和证件号码，或先把此人的名册报来。"
    return Fault("nobody", message, place)
