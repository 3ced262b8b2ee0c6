"""Requests to read more people on a day than one may alone, and what was decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from fuqi.access.codes import APPROVE_READING, PEOPLE_A_DAY
from fuqi.access.models import ReadingRequest
from fuqi.basics.viewer import Viewer

WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
STATES = {WAITING: "待批准", APPROVED: "已批准", REFUSED: "未批准"}
"""What became of a request, in Chinese."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request and what was decided of it."""

    id: UUID
    asked_by: str
    asked_at: datetime
    day: date
    """The day in China on which so many people are wanted."""
    people: int
    reason: str
    own: bool
    """Whether it is the viewer's own, which somebody else must decide."""
    state: str = WAITING
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""

    @property
    def state_words(self) -> str:
        """Return what became of it, in Chinese."""
        return STATES[self.state]


def requests(viewer: Viewer, *, since: date | None = None) -> list[RequestView]:
    """Return requests for days from `since` on, the newest first: all for who may approve, else one's own."""
    found = ReadingRequest.objects.select_related("decision")
    if not viewer.may(APPROVE_READING):
        found = found.filter(asked_by=viewer.name)
    if since is not None:
        found = found.filter(day__gte=since)
    return [_view(viewer, row) for row in found.order_by("-asked_at", "id")]


def find_request(viewer: Viewer, request_id: UUID) -> RequestView | None:
    """Return a request that the viewer may see, None where there is none."""
    row = ReadingRequest.objects.select_related("decision").filter(id=request_id).first()
    if row is None or not (viewer.may(APPROVE_READING) or row.asked_by == viewer.name):
        return None
    return _view(viewer, row)


def approved_people(viewer: Viewer, *, day: date) -> int:
    """Return how many people the viewer may read on a day: what everybody may, or more where another person approved it."""
    approved = ReadingRequest.objects.filter(asked_by=viewer.name, day=day, decision__approved=True)
    most = approved.exclude(decision__by=viewer.name).aggregate(most=Max("people"))["most"]
    return max(PEOPLE_A_DAY, most or 0)


def _view(viewer: Viewer, row: ReadingRequest) -> RequestView:
    own = row.asked_by == viewer.name
    head = (row.id, row.asked_by, row.asked_at, row.day, row.people, row.reason, own)
    decision = getattr(row, "decision", None)
    if decision is None:
        return RequestView(*head)
    return RequestView(*head, APPROVED if decision.approved else REFUSED, decision.by, decision.decided_at, decision.why)
