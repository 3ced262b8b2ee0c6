"""Reading the queue: one's own jobs, or all of them for who receives lists for the whole county."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fuqi.access.codes import IMPORT_LISTS
from fuqi.basics.viewer import Viewer
from fuqi.jobs import codes
from fuqi.jobs.models import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its asker sees it."""

    id: UUID
    kind: str
    asked_by: str
    asked_at: datetime
    state: str
    attempts: int
    ended_at: datetime | None
    step: str
    progress: str
    done: int | None
    total: int | None
    error: str
    payload: dict[str, Any]
    result: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be done."""
        return self.state in codes.OPEN

    @property
    def kind_words(self) -> str:
        """Return what is done, in Chinese."""
        return codes.JOB_KINDS.get(self.kind, self.kind)

    @property
    def state_words(self) -> str:
        """Return how it stands, in Chinese."""
        return codes.JOB_STATES[self.state]


def find_job(viewer: Viewer, job_id: UUID, *, county: str) -> JobView | None:
    """Return a job that the viewer may see; None where there is none or it is somebody else's."""
    found = _of(viewer, county).filter(id=job_id).first()
    return _view(found) if found else None


def open_jobs(viewer: Viewer, *, county: str) -> list[JobView]:
    """Return the viewer's jobs that are still to be done, in the queue's order."""
    return [_view(job) for job in _of(viewer, county).filter(state__in=codes.OPEN).order_by("id")]


def last_jobs(viewer: Viewer, *, county: str, most: int) -> list[JobView]:
    """Return the viewer's last jobs, the newest first."""
    return [_view(job) for job in _of(viewer, county).order_by("-id")[:most]]


def jobs_before(viewer: Viewer, job_id: UUID) -> int:
    """Return how many jobs, whoever asked for them, are done before one that waits."""
    del viewer
    return Job.objects.filter(state__in=codes.OPEN, id__lt=job_id).count()


def _of(viewer: Viewer, county: str) -> Any:
    everything = viewer.may(IMPORT_LISTS) and viewer.covers(county)
    return Job.objects.all() if everything else Job.objects.filter(asked_by=viewer.name)


def _view(job: Job) -> JobView:
    payload, result = json.loads(str(job.payload)), json.loads(str(job.result))
    return JobView(
        id=job.id,
        kind=job.kind,
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        state=job.state,
        attempts=job.attempts,
        ended_at=job.ended_at,
        step=job.step,
        progress=job.progress,
        done=job.done,
        total=job.total,
        error=job.error,
        payload=payload,
        result=result,
    )
