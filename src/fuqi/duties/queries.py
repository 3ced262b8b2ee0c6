"""Reading requests within a viewer's scope."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fuqi.basics.viewer import Viewer
from fuqi.duties import codes
from fuqi.duties.models import RequestDecision, RequestOutcome, RequestVersion, SubjectRequest
from fuqi.duties.rules import state_of


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request in a list: nothing of its words."""

    number: str
    kind: str
    person_id: UUID
    serial: int
    received_on: date
    due_on: date
    by: str
    state: str

    @property
    def kind_words(self) -> str:
        """Return what is asked for."""
        return codes.KINDS[self.kind]

    @property
    def state_words(self) -> str:
        """Return where it stands."""
        return codes.STATES[self.state]

    @property
    def person_code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"

    @property
    def is_open(self) -> bool:
        """Return whether something is still to be done."""
        return self.state in (codes.WAITING, codes.GRANTED)

    def days_left(self, today: date) -> int:
        """Return how many days are left; below 0 it is overdue."""
        return (self.due_on - today).days


@dataclass(frozen=True, slots=True)
class VersionView:
    """What a request said after an edit."""

    position: int
    by: str
    written_at: datetime
    content: dict[str, str]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A second person's word."""

    position: int
    granted: bool
    by: str
    decided_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What was done."""

    by: str
    done_at: datetime
    words: str
    digest: str
    keys: int


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request, opened."""

    head: RequestHead
    versions: tuple[VersionView, ...]
    decision: DecisionView | None
    outcome: OutcomeView | None

    @property
    def last(self) -> VersionView:
        """Return what it says now."""
        return self.versions[-1]


def _head(row: SubjectRequest) -> RequestHead:
    decision: RequestDecision | None = getattr(row, "decision", None)
    state = state_of(
        decided=decision is not None,
        granted=decision is not None and decision.granted,
        done=getattr(row, "outcome", None) is not None,
    )
    about = (row.number, row.kind, row.person_id, row.person.serial, row.received_on, row.due_on, row.by)
    return RequestHead(*about, state)


def requests(viewer: Viewer, *, person_id: UUID | None = None) -> list[RequestHead]:
    """Return requests, the one due first before the others; which of them the viewer may see is the caller's care."""
    del viewer
    found = SubjectRequest.objects.select_related("person", "decision", "outcome")
    chosen = found if person_id is None else found.filter(person_id=person_id)
    return [_head(row) for row in chosen.order_by("due_on", "number")]


def find_request(viewer: Viewer, number: str) -> RequestHead | None:
    """Return a request's head; the caller has to ask whether the viewer may see it."""
    del viewer
    row = SubjectRequest.objects.select_related("person", "decision", "outcome").filter(number=number).first()
    return None if row is None else _head(row)


def open_request(viewer: Viewer, number: str) -> RequestView | None:
    """Return a request with its words. Opens sealed fields; the caller has asked whether the viewer may see it."""
    head = find_request(viewer, number)
    if head is None:
        return None
    versions = RequestVersion.objects.filter(request__number=number).order_by("position")
    decision = RequestDecision.objects.filter(request__number=number).first()
    outcome = RequestOutcome.objects.filter(request__number=number).first()
    return RequestView(
        head,
        tuple(VersionView(row.position, row.by, row.written_at, json.loads(row.content)) for row in versions),
        DecisionView(decision.position, decision.granted, decision.by, decision.decided_at, decision.why) if decision else None,
        OutcomeView(outcome.by, outcome.done_at, outcome.words, outcome.digest, outcome.keys) if outcome else None,
    )
