"""What was given out: every paper with its number, what it rests on, and the digest of its content."""

from __future__ import annotations

from django.db import models

from fuqi.journal.models import Recorded


class IssuedPaper(Recorded):
    """A paper that was printed for somebody. The same content for the same subject is the same paper and keeps its number."""

    number = models.CharField(max_length=20, unique=True)
    """Year of the scheme and a running number, `2017-000123`."""
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    """A household's number, or the id of the scheme's report."""
    place = models.CharField(max_length=12)
    """The division that the paper is about: whoever covers it sees that the paper was given out."""
    day = models.DateField()
    """The day up to which was counted."""
    count_run = models.CharField(max_length=36)
    scheme_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """SHA-256 of the content, without number and instant."""
    issued_at = models.DateTimeField()
    by = models.CharField(max_length=100)
    summary = models.TextField()
    """Canonical JSON of what may be compared with the paper later; no name, no illness."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject", "digest"], name="one_paper_a_content")]
