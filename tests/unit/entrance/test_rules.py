"""How long the next try waits: pure arithmetic of tallies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fuqi.entrance import rules
from fuqi.entrance.rules import DEVICE, FORGOTTEN_AFTER, LONGEST_PAUSE, STRANGERS, Tally

AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (500, 900)]
)
def test_a_device_waits_after_five_wrong_tries_longer_each_time_up_to_a_quarter_of_an_hour(wrong: int, seconds: int) -> None:
    assert rules.pause(DEVICE, wrong, 5) == timedelta(seconds=seconds)


def test_a_wait_ends() -> None:
    tally = Tally(5, AT)
    assert rules.wait(DEVICE, tally, 5, AT) == 30 * SECOND
    assert rules.wait(DEVICE, tally, 5, AT + 29 * SECOND) == SECOND
    assert rules.wait(DEVICE, tally, 5, AT + 30 * SECOND) == timedelta(0)
    assert rules.wait(DEVICE, Tally(4, AT), 5, AT) == timedelta(0)


def test_strangers_share_a_tally_that_one_of_them_does_not_fill_before_his_own() -> None:
    assert rules.limit(STRANGERS, 5) > rules.limit(rules.HERE, 5)
    assert rules.limit(rules.ADDRESS, 5) > rules.limit(STRANGERS, 5)


def test_a_tally_is_forgotten_after_a_day() -> None:
    tally = Tally(9, AT)
    assert rules.current(tally, AT + FORGOTTEN_AFTER - SECOND) == tally
    assert rules.current(tally, AT + FORGOTTEN_AFTER).count == 0
    assert rules.current(None, AT) == Tally(0, AT)


def test_a_clock_that_goes_back_a_year_makes_nobody_wait_a_year() -> None:
    tally = rules.current(Tally(30, AT + timedelta(days=365)), AT)
    assert rules.wait(DEVICE, tally, 5, AT) <= LONGEST_PAUSE


def _looked_at_in_a_day(kind: str, failures: int) -> int:
    """Return how many wrong tries somebody gets through who tries again as soon as he may."""
    tally, now, count = Tally(0, AT), AT, 0
    while now < AT + timedelta(days=1):
        now += rules.wait(kind, tally, failures, now)
        tally, count = Tally(tally.count + 1, now), count + 1
        now += timedelta(milliseconds=100)
    return count


def test_guessing_stays_hopeless_for_all_strangers_together() -> None:
    """About 96 a day after the first ones: of 31^16 one-time passwords, of a million codes, of any uncommon password."""
    assert _looked_at_in_a_day(STRANGERS, 5) <= 4 * 5 + 6 + 96
    assert _looked_at_in_a_day(rules.HERE, 5) <= 5 + 6 + 96
