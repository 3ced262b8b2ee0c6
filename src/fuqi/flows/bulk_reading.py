"""Reading many people on a day: asked for with a reason, allowed by a second person."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from fuqi.access.codes import APPROVE_READING, PEOPLE_A_DAY
from fuqi.access.reading_actions import DecidedError, add_decision, add_request
from fuqi.access.reading_queries import WAITING, RequestView, approved_people, find_request, requests
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer

__all__ = [
    "DecidedError",
    "NotYoursToDecideError",
    "RequestView",
    "WrongRequestError",
    "allowed_people",
    "ask",
    "decide",
    "open_requests",
    "own_requests",
]

SHORTEST_REASON, LONGEST = 4, 200
"""Characters that a reason must have to say anything, and may have to be kept."""
MOST_PEOPLE = 1_000_000


class WrongRequestError(FuqiError):
    """The request asks for nothing that can be allowed."""

    code = "wrong_reading_request"


class NotYoursToDecideError(FuqiError):
    """There is no such request, or this person must not decide it."""

    code = "not_yours_to_decide"


def ask(viewer: Viewer, people: int, reason: str, *, day: date, at: datetime) -> UUID:
    """Ask to read up to so many people on a day (the day in China); return the request's id. Raises WrongRequestError."""
    reason = reason.strip()
    if not PEOPLE_A_DAY < people <= MOST_PEOPLE:
        raise WrongRequestError(f"一天看{PEOPLE_A_DAY}人以内不用申请。要看更多，请写明一共要看多少人。")
    if not SHORTEST_REASON <= len(reason) <= LONGEST:
        raise WrongRequestError(f"请用{SHORTEST_REASON}到{LONGEST}个字写明为什么要看这么多人，批准的人要据此判断。")
    if day < day_of(at):
        raise WrongRequestError(f"{day:%Y-%m-%d}已经过去了，请选今天或以后的日子。")
    return add_request(people, reason, day=day, by=viewer.name, at=at)


def open_requests(viewer: Viewer, *, since: date | None = None) -> list[RequestView]:
    """Return the requests that wait for a decision, the newest first: everybody's for who may approve, else one's own."""
    return [item for item in requests(viewer, since=since) if item.state == WAITING]


def own_requests(viewer: Viewer, *, since: date | None = None) -> list[RequestView]:
    """Return the viewer's own requests with what became of them, the newest first."""
    return [item for item in requests(viewer, since=since) if item.own]


def decide(viewer: Viewer, request_id: UUID, approved: bool, why: str, *, at: datetime) -> None:
    """Allow or refuse another person's request. Raises NotYoursToDecideError, WrongRequestError, DecidedError."""
    found = find_request(viewer, request_id)
    if found is None or not viewer.may(APPROVE_READING):
        raise NotYoursToDecideError("没有这份申请，或者您不能批它。请由有“批准大批查看”权限的人来批。")
    if found.own:
        raise NotYoursToDecideError("自己的申请不能自己批，请另一个有权限的人来批。")
    if found.state != WAITING:
        raise DecidedError("这份申请已经有人批过了。请刷新页面看结果。")
    if found.day < day_of(at):
        raise WrongRequestError(f"这份申请只管{found.day:%Y-%m-%d}那一天，已经过去了。需要的话，请重新申请。")
    if not approved and not why.strip():
        raise WrongRequestError("不批准要写明理由，申请的人会看到。")
    add_decision(request_id, approved, why.strip()[:LONGEST], by=viewer.name, at=at)


def allowed_people(viewer: Viewer, *, day: date) -> int:
    """Return how many people the viewer may read on a day, by whatever door."""
    return approved_people(viewer, day=day)


def day_of(at: datetime) -> date:
    """Return the day in China."""
    return at.astimezone(SHANGHAI).date()
