"""What the door for programs takes at most: of content, of lines at a time, of requests in a minute."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from fuqi.flows.credentials import DEVICE, SERVICE

LITTLE = 16 * 1024
"""Bytes that the content of a request may have, where it is no file."""
A_PAGE, LONGEST_PAGE = 50, 200
"""Lines on a page of a list, as a rule and at most."""
LAST_PAGE = 100_000
A_MINUTE = {DEVICE: 120, SERVICE: 1200}
"""Requests in a minute, by kind of credential."""
_MOST_KNOWN = 10_000


@dataclass
class Buckets:
    """How much of its minute each credential has left; fills up evenly. One for each process that answers."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, name: str, a_minute: int) -> int:
        """Take one request; return 0, or how many seconds to wait where none is left."""
        now = self.clock()
        with self._lock:
            if len(self._left) >= _MOST_KNOWN and name not in self._left:
                self._left.clear()
            left, at = self._left.get(name, (float(a_minute), now))
            left = min(float(a_minute), left + (now - at) * a_minute / 60)
            if left < 1:
                self._left[name] = (left, now)
                return max(1, math.ceil((1 - left) * 60 / a_minute))
            self._left[name] = (left - 1, now)
        return 0
