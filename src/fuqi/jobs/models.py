"""What a page asked for and the worker does. Working data in the doors' own file: the journal keeps what was done."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.basics.ids import new_id
from fuqi.jobs import codes


class Job(models.Model):
    """A piece of work in the queue, under a lease while a worker is at it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=codes.WAITING)
    attempts = models.IntegerField(default=0)
    """How often it was begun; the number of the attempt that may still write."""
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=40, blank=True)
    """The step that is being done; '' before the first."""
    progress = models.CharField(max_length=200, blank=True)
    done = models.IntegerField(null=True)
    total = models.IntegerField(null=True)
    payload = SealedTextField()
    """Canonical JSON: what is to be done."""
    result = SealedTextField()
    """Canonical JSON: what was done so far."""
    error = models.CharField(max_length=500, blank=True)
    """Why it was not done, as a sentence."""

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="jobs_by_state")]
