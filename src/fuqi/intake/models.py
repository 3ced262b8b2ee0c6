"""What was received: files, their rows, what was wrong with them; and the base of every fact taken from a row."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.journal.models import Recorded, Run


class ReceivedFile(Recorded):
    """A file as it came. Its bytes lie sealed in the workspace under their SHA-256; its run says whether readers see it."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="received_file")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received_at = models.DateTimeField()


class ReceivedRow(Recorded):
    """A data row of a received sheet: what was written in its cells, and what it was read as."""

    has_own_key: ClassVar[bool] = True
    """Its words are sealed with a key of their own: before it is matched, nobody knows whose they are."""

    file = models.ForeignKey(ReceivedFile, on_delete=models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=100)
    row = models.IntegerField()
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    cells = SealedTextField()
    """What was written: canonical JSON `{header: text}`."""
    reading = SealedTextField()
    """What it was read as: canonical JSON `{field: value}`."""


class RowFault(Recorded):
    """Something wrong with a file, a sheet, a row or a cell, in words for the sender; never repeats a personal number."""

    file = models.ForeignKey(ReceivedFile, on_delete=models.PROTECT, related_name="faults")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.IntegerField(default=0)
    column = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=300)


class Fact(Recorded):
    """Something that is true within `[valid_from, valid_until)` and known from `recorded_at` until retracted, by a source row.

    A fact whose run is not effective is known to nobody.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(ReceivedRow, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    digest_leaves_out: ClassVar[frozenset[str]] = frozenset({"retracted_at"})

    class Meta:
        abstract = True
