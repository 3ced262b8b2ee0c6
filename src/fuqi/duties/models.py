"""Requests of the people in the files: received, worded, decided by a second person, done."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.journal.models import Recorded
from fuqi.registry.models import Person


class SubjectRequest(Recorded):
    """Somebody in the files, or who stands for them, asks to see, correct or delete what is kept （个人信息保护法第四十五至四十七条）."""

    number = models.CharField(max_length=20, unique=True)
    """Year and a running number, `2026-000012`."""
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subject_requests")
    kind = models.CharField(max_length=20)
    received_on = models.DateField()
    due_on = models.DateField()
    """The last day on which it may be answered."""
    by = models.CharField(max_length=100)


class RequestVersion(Recorded):
    """What the request says, in whole; an edit is a further version."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.PROTECT, related_name="versions")
    position = models.IntegerField()
    by = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    content = SealedTextField()
    """Canonical JSON `{field: text}`."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "position"], name="one_version_a_position")]


class RequestDecision(Recorded):
    """A second person's word on one version of a request."""

    request = models.OneToOneField(SubjectRequest, on_delete=models.PROTECT, related_name="decision")
    position = models.IntegerField()
    granted = models.BooleanField()
    by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    why = SealedTextField()


class RequestOutcome(Recorded):
    """What was done about a granted request: the file handed over, the register mended, the key destroyed."""

    request = models.OneToOneField(SubjectRequest, on_delete=models.PROTECT, related_name="outcome")
    by = models.CharField(max_length=100)
    done_at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the file that was handed over; '' where none was."""
    keys = models.IntegerField(default=0)
    """How many data keys were destroyed."""
    words = SealedTextField()
