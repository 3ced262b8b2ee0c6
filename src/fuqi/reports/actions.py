"""Giving papers out: each gets a number once, and the journal keeps who took which for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fuqi.access.reading import beyond_scope
from fuqi.journal.actions import one_at_a_time, recording
from fuqi.journal.rules import canonical
from fuqi.journal.tables import NewRow
from fuqi.reports.models import IssuedPaper
from fuqi.reports.papers import PaperView, paper_view
from fuqi.reports.rules import content_digest, paper_number, sequence_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before it has a number: about whom, where, what it says, and what may be compared with it later."""

    kind: str
    subject: str
    place: str
    content: dict[str, object]
    summary: dict[str, object]


@dataclass(frozen=True, slots=True)
class Basis:
    """What papers rest on: the scheme's year and version, the count."""

    year: int
    scheme_hash: str
    day: date
    count_run: UUID


def issue(drafts: Sequence[Draft], basis: Basis, *, by: str, at: datetime, why: str) -> list[PaperView]:
    """Return the papers of the drafts, in their order; one whose content was given out before keeps its number and day."""
    digests = [content_digest(draft.content) for draft in drafts]
    with recording(by=by, at=at, action="papers.issue", why=why[:200]) as record:
        one_at_a_time()
        with beyond_scope("a paper's number is the next of the whole county's"):
            known = _known(digests)
            sequence = _last_sequence(basis.year)
        rows: list[NewRow] = []
        for draft, digest in zip(drafts, digests, strict=True):
            key = (draft.kind, draft.subject, digest)
            if key not in known:
                sequence += 1
                row = _row(draft, digest, basis, paper_number(basis.year, sequence), by=by, at=at)
                rows.append(row)
                known[key] = IssuedPaper(id=row.id, **row.columns)
        record.add(rows)
        papers = [known[draft.kind, draft.subject, digest] for draft, digest in zip(drafts, digests, strict=True)]
        record.note("papers", numbers=[paper.number for paper in papers])
    return [paper_view(paper) for paper in papers]


def _known(digests: Sequence[str]) -> dict[tuple[str, str, str], Any]:
    found: dict[tuple[str, str, str], Any] = {}
    for start in range(0, len(digests), 500):
        for paper in IssuedPaper.objects.filter(digest__in=digests[start : start + 500]):
            found[paper.kind, paper.subject, paper.digest] = paper
    return found


def _last_sequence(year: int) -> int:
    numbers = IssuedPaper.objects.filter(number__startswith=f"{year}-").values_list("number", flat=True)
    return max(map(sequence_of, numbers), default=0)


def _row(draft: Draft, digest: str, basis: Basis, number: str, *, by: str, at: datetime) -> NewRow:
    return NewRow(
        IssuedPaper,
        number=number,
        kind=draft.kind,
        subject=draft.subject,
        place=draft.place,
        day=basis.day,
        count_run=str(basis.count_run),
        scheme_hash=basis.scheme_hash,
        digest=digest,
        issued_at=at,
        by=by,
        summary=canonical(draft.summary),
    )
