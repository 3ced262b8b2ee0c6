"""The queue: ask, take under a lease, show that one is alive, finish or fail. Only the attempt that holds the lease writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from fuqi.jobs import codes
from fuqi.jobs.models import Job
from fuqi.journal.rules import canonical

_DATABASE = "desk"
_GIVEN_UP = (
    "做这件事的程序接连三次中途停下，不再重试。已经生效的部分都在，没有做完的不生效。请再提交一次；仍不行，请报给维护人员。"
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that was taken: who asked, what is to be done, and which attempt may write."""

    id: UUID
    attempt: int
    kind: str
    asked_by: str
    asked_at: datetime
    payload: dict[str, Any]
    result: dict[str, Any]


def ask(kind: str, payload: dict[str, Any], *, by: str, at: datetime) -> UUID:
    """Put a job at the end of the queue and return its id."""
    job = Job(kind=kind, asked_by=by, asked_at=at, payload=canonical(payload), result=canonical({}))
    job.save(force_insert=True)
    return job.id


def take(*, at: datetime) -> Lease | None:
    """Return the oldest job that waits or whose worker fell silent, now under a lease; None if there is none or one is at work.

    One job at a time: the record has one writer. A job that was begun too often is failed instead.
    """
    with transaction.atomic(using=_DATABASE):
        if Job.objects.filter(state=codes.WORKING, lease_until__gt=at).exists():
            return None
        for job in Job.objects.filter(state__in=codes.OPEN).order_by("id"):
            if job.attempts >= codes.MOST_ATTEMPTS:
                _close(job.id, codes.FAILED, at=at, error=_GIVEN_UP)
                continue
            job.state, job.attempts = codes.WORKING, job.attempts + 1
            job.heartbeat_at, job.lease_until = at, at + codes.LEASE
            job.save(update_fields=["state", "attempts", "heartbeat_at", "lease_until"])
            return Lease(job.id, job.attempts, job.kind, job.asked_by, job.asked_at, _opened(job.payload), _opened(job.result))
    return None


def beat(lease: Lease, *, at: datetime, step: str, progress: str, done: int | None = None, total: int | None = None) -> bool:
    """Show that the worker is alive and where it is; returns False if the lease was lost."""
    return bool(
        _mine(lease).update(
            heartbeat_at=at, lease_until=at + codes.LEASE, step=step, progress=progress[:200], done=done, total=total
        )
    )


def keep_result(lease: Lease, result: dict[str, Any]) -> bool:
    """Keep what was done so far; returns False if the lease was lost."""
    return bool(_mine(lease).update(result=_sealed(lease.id, result)))


def finish(lease: Lease, result: dict[str, Any], *, at: datetime) -> bool:
    """Close the job as done; returns False if the lease was lost."""
    return _end(lease, codes.DONE, at=at, result=_sealed(lease.id, result))


def fail(lease: Lease, error: str, *, at: datetime) -> bool:
    """Close the job with the sentence that says why; returns False if the lease was lost."""
    return _end(lease, codes.FAILED, at=at, error=error[:500])


def give_back(lease: Lease) -> None:
    """Put the job back because its worker was told to stop: that is no failed attempt."""
    _mine(lease).update(state=codes.WAITING, attempts=lease.attempt - 1, lease_until=None)


def try_again(lease: Lease) -> None:
    """Put the job back because an attempt failed in a way that nobody foresaw."""
    _mine(lease).update(state=codes.WAITING, lease_until=None)


def _mine(lease: Lease) -> Any:
    return Job.objects.filter(Q(id=lease.id, state=codes.WORKING, attempts=lease.attempt))


def _end(lease: Lease, state: str, *, at: datetime, **columns: object) -> bool:
    return bool(_mine(lease).update(state=state, ended_at=at, lease_until=None, **columns))


def _close(job_id: UUID, state: str, *, at: datetime, error: str) -> None:
    Job.objects.filter(id=job_id).update(state=state, ended_at=at, lease_until=None, error=error)


def _sealed(job_id: UUID, words: dict[str, Any]) -> bytes:
    field: Any = Job._meta.get_field("result")
    sealed: bytes = field.seal_value(job_id, canonical(words))
    return sealed


def _opened(words: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(words)
    return found
