"""Days and half-open spans `[start, until)`; today is always an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset without summer time since 1992; what is shown and printed uses it."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` up to, not including, `until`; None is open on that side."""

    start: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether the span holds the day."""
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A question's two clocks: what was true `on` a day, as it was known at an instant (None: as known now)."""

    on: date
    known_at: datetime | None = None


def completed_years(birth_on: date, on: date) -> int:
    """Return the age on a day, the birthday counting; who was born on 29 February counts as 1 March in other years."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
