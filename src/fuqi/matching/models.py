"""Verdicts on received rows: whose row this is, by which rule, and what is left to a person's eye."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.intake.models import Fact, ReceivedRow
from fuqi.registry.models import Person


class Link(Fact):
    """A received row belongs to a person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    score = models.IntegerField()


class Doubt(Fact):
    """Two rows that may be of one person; until somebody decides, they are two."""

    other = models.ForeignKey(ReceivedRow, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="doubts")
    rule = models.CharField(max_length=60)
    reasons = SealedTextField()
