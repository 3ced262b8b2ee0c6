"""The one clock of the doors. It refuses to tell the time once somebody moved it, so that nothing is written under a false day.

The machine's other clock, which counts seconds since it was switched on, says how much time has passed. Small steps, as time
servers make them, are followed; a step of more than a day, or into another year, or back behind what was told already, is
refused until the clock is right again or the program is started anew (`config.start` then compares with the journal).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError

LEEWAY = timedelta(minutes=5)
"""By how much clocks may differ without anybody minding."""
_LONGEST_STEP = timedelta(days=1)


class ClockMovedError(FuqiError):
    """The machine's clock cannot be right."""

    code = "clock_moved"


def _wall() -> datetime:
    return datetime.now(UTC)


def _since_start() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Tells the instant, and whether the clock was moved since it last did."""

    def __init__(self, wall: Callable[[], datetime] = _wall, since_start: Callable[[], float] = _since_start) -> None:
        self._wall, self._since_start = wall, since_start
        self._lock = Lock()
        self._told, self._at = wall(), since_start()

    def now(self) -> datetime:
        """Return the instant, in UTC. Raises ClockMovedError."""
        with self._lock:
            wall, at = self._wall(), self._since_start()
            expected = self._told + timedelta(seconds=at - self._at)
            step = wall - expected
            if wall < self._told - LEEWAY:
                raise ClockMovedError(_moved(expected, wall))
            other_year = wall.astimezone(SHANGHAI).year != expected.astimezone(SHANGHAI).year
            if step > _LONGEST_STEP or (step > LEEWAY and other_year):
                raise ClockMovedError(_moved(expected, wall))
            self._told, self._at = max(wall, self._told), at
            return wall


def _moved(expected: datetime, wall: datetime) -> str:
    should, says = (f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for instant in (expected, wall))
    return (
        f"本机的时钟被拨动了：按走过的时间应是 {should} 左右，时钟却说是 {says}。日期不可信，这一步没有做。"
        "请校准时钟，校准后自动恢复；若现在的时钟才是对的，请重新启动本程序。"
    )


_clock = Clock()


def now() -> datetime:
    """Return the instant, in UTC, for everything that is written or counted. Raises ClockMovedError."""
    return _clock.now()
