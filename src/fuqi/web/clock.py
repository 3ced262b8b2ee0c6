"""What time it is at the edge: the only clock of the pages."""

from __future__ import annotations

from datetime import date, datetime

from fuqi.basics.dates import SHANGHAI
from fuqi.config import clock


def today() -> date:
    """Return the day in China."""
    return clock.now().astimezone(SHANGHAI).date()


def now() -> datetime:
    """Return the instant, in UTC."""
    return clock.now()
