"""How long the next try must wait: a pure rule of what was tried from where. OWASP: device cookies; ASVS 5.0 6.3.1.

A try is counted in several tallies. From a device that has signed in to the account before there is one, that device's own,
so that nobody else's tries make its owner wait. All others are strangers: counted by account and address, by account from
everywhere, and by address for all accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DEVICE, HERE, STRANGERS, ADDRESS = "device", "here", "strangers", "address"
"""Tallies: of a known device; of an account from an address; of an account from everywhere; of an address for all accounts."""

SHARES = {DEVICE: 1, HERE: 1, STRANGERS: 4, ADDRESS: 10}
"""How many times the profile's `failures_before_pause` a tally takes: a stranger waits himself before he makes others wait."""

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""A tally to which nothing was added for so long begins anew."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Wrong tries in a row of one kind, and when the last one was."""

    count: int
    last_at: datetime


def current(tally: Tally | None, at: datetime) -> Tally:
    """Return the tally as it stands: forgotten after a day; a last try in the future was just now (a clock went back)."""
    if tally is None or at - tally.last_at >= FORGOTTEN_AFTER:
        return Tally(0, at)
    return replace(tally, last_at=min(tally.last_at, at))


def limit(kind: str, failures: int) -> int:
    """Return how many wrong tries of a kind bring no wait yet."""
    return failures * SHARES[kind]


def pause(kind: str, count: int, failures: int) -> timedelta:
    """Return how long to wait after so many wrong tries: nothing, then 30 seconds, doubled each time up to 15 minutes."""
    over = count - limit(kind, failures)
    if over < 0:
        return timedelta(0)
    doubled: int = 1 << min(over, 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


def wait(kind: str, tally: Tally, failures: int, at: datetime) -> timedelta:
    """Return how long the next try must still wait; nothing where it may be made now."""
    return max(timedelta(0), tally.last_at + pause(kind, tally.count, failures) - at)
