"""What is left in the doors' own file when nobody needs it any more: ended jobs, expired sessions. None of it is a record."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from fuqi.basics.viewer import Viewer
from fuqi.jobs.models import Job


def ended_jobs(viewer: Viewer, before: datetime) -> int:
    """Return how many jobs ended before an instant."""
    del viewer
    return Job.objects.filter(ended_at__lt=before).count()


def remove_ended(before: datetime) -> int:
    """Remove the jobs that ended before an instant; returns how many."""
    gone, _ = Job.objects.filter(ended_at__lt=before).delete()
    return gone


def expired_sessions(viewer: Viewer, before: datetime) -> int:
    """Return how many sessions expired before an instant."""
    del viewer
    return Session.objects.filter(expire_date__lt=before).count()


def remove_expired_sessions(before: datetime) -> int:
    """Remove the sessions that expired before an instant; returns how many."""
    gone, _ = Session.objects.filter(expire_date__lt=before).delete()
    return gone
