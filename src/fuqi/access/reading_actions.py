"""Asking to read more people on a day than one may alone, and a second person's word on it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError

from fuqi.access.models import ReadingDecision, ReadingRequest
from fuqi.basics.errors import FuqiError
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow


class DecidedError(FuqiError):
    """Somebody has decided the request already."""

    code = "reading_decided"


def add_request(people: int, reason: str, *, day: date, by: str, at: datetime) -> UUID:
    """Keep that somebody asks to read so many people on a day; return the request's id."""
    with recording(by=by, at=at, action="access.ask_to_read", why=reason) as record:
        row = NewRow(ReadingRequest, asked_by=by, asked_at=at, day=day, people=people, reason=reason)
        record.add([row])
    return row.id


def add_decision(request_id: UUID, approved: bool, why: str, *, by: str, at: datetime) -> None:
    """Keep what a second person decided. Raises DecidedError where there is a decision already."""
    action = "access.allow_to_read" if approved else "access.refuse_to_read"
    try:
        with recording(by=by, at=at, action=action, why=why) as record:
            row = NewRow(ReadingDecision, request_id=request_id, approved=approved, by=by, decided_at=at, why=why)
            record.add([row])
    except IntegrityError:
        raise DecidedError("这份申请已经有人批过了。请刷新页面看结果。") from None
