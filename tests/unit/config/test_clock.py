"""The clock of the doors follows small steps and refuses what cannot be, until it is right again (T18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fuqi.config.clock import Clock, ClockMovedError

MORNING = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)


class Machine:
    """A machine whose wall clock somebody may move while its seconds go on."""

    def __init__(self, wall: datetime) -> None:
        self.wall, self.seconds = wall, 1000.0
        self.clock = Clock(lambda: self.wall, lambda: self.seconds)

    def pass_by(self, time: timedelta, moved: timedelta = timedelta()) -> datetime:
        self.seconds += time.total_seconds()
        self.wall += time + moved
        return self.clock.now()


def test_time_that_passes_is_told_however_long_nobody_asked() -> None:
    machine = Machine(MORNING)
    assert machine.pass_by(timedelta(seconds=1)) == MORNING + timedelta(seconds=1)
    assert machine.pass_by(timedelta(days=400)) == MORNING + timedelta(days=400, seconds=1)


@pytest.mark.parametrize("moved", [timedelta(minutes=4), timedelta(minutes=-4), timedelta(hours=20)])
def test_a_step_as_a_time_server_makes_it_is_followed(moved: timedelta) -> None:
    machine = Machine(datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    assert machine.pass_by(timedelta(hours=1), moved) == datetime(2026, 6, 1, 2, 0, tzinfo=UTC) + moved


@pytest.mark.parametrize("moved", [timedelta(days=2), timedelta(days=366), timedelta(days=-1), timedelta(hours=-2)])
def test_a_jump_is_refused_and_forgotten_once_the_clock_is_right_again(moved: timedelta) -> None:
    machine = Machine(datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    machine.wall += moved
    for _ in range(3):
        with pytest.raises(ClockMovedError, match="时钟被拨动了"):
            machine.pass_by(timedelta(minutes=1))
    machine.wall = datetime(2026, 6, 1, 1, 3, tzinfo=UTC)
    assert machine.pass_by(timedelta(minutes=1)) == datetime(2026, 6, 1, 1, 4, tzinfo=UTC)


def test_a_small_step_into_another_year_is_refused_and_time_itself_may_lead_there() -> None:
    machine = Machine(datetime(2026, 12, 31, 15, 0, tzinfo=UTC))  # 23:00 in China
    with pytest.raises(ClockMovedError, match="2027-01-01"):
        machine.pass_by(timedelta(minutes=1), timedelta(hours=2))
    machine.wall -= timedelta(hours=2)
    assert machine.pass_by(timedelta(hours=2)) == datetime(2026, 12, 31, 17, 1, tzinfo=UTC)


def test_many_small_steps_are_no_jump() -> None:
    machine = Machine(datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    for _ in range(200):
        machine.pass_by(timedelta(hours=1), timedelta(seconds=2))
    assert machine.wall == datetime(2026, 6, 1, 1, 0, tzinfo=UTC) + timedelta(hours=200, seconds=400)
