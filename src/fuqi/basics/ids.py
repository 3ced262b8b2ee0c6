"""Time-ordered ids (UUIDv7, RFC 9562), made by whoever makes the record."""

from __future__ import annotations

import os
import threading
import time
from random import Random
from uuid import UUID

_lock = threading.Lock()
_last = 0
_chance = Random(os.urandom(32))
os.register_at_fork(after_in_child=lambda: _chance.seed(os.urandom(32)))


def new_id() -> UUID:
    """Return a new UUIDv7; ids made by one process are strictly increasing.

    48 bits of Unix milliseconds and 12 bits of counter are kept as one number that never runs backwards, so that a clock that
    is set back cannot make an older id.
    """
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << 12)
        stamp = _last
        random = _chance.getrandbits(62)
    return UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random)
