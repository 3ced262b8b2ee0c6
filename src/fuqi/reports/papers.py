"""A paper that was given out, as others see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fuqi.reports.models import IssuedPaper


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper with its number and what may be compared with it."""

    number: str
    kind: str
    subject: str
    place: str
    day: date
    digest: str
    issued_at: datetime
    by: str
    summary: dict[str, Any]


def paper_view(row: IssuedPaper) -> PaperView:
    """Return a stored paper as others see it."""
    return PaperView(
        row.number,
        row.kind,
        row.subject,
        row.place,
        row.day,
        row.digest,
        row.issued_at,
        row.by,
        json.loads(row.summary),
    )
