"""What is looked at when a workspace is opened: settings that keep what was acknowledged, a clock that can be right, room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import connection

from fuqi.config import start
from fuqi.config.clock import LEEWAY, ClockMovedError
from fuqi.journal.actions import recording, seal_entries

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def write(at: datetime) -> None:
    with recording(by="张三", at=at, action="test.write"):
        pass


@pytest.mark.django_db(transaction=True)
def test_the_clock_may_not_be_before_the_last_entry_nor_far_after_it() -> None:
    start.check_clock(NOW)
    write(NOW)
    start.check_clock(NOW - LEEWAY)
    start.check_clock(NOW + start.LONGEST_SILENCE)
    with pytest.raises(ClockMovedError, match="时钟慢了"):
        start.check_clock(NOW - LEEWAY - timedelta(seconds=1))
    with pytest.raises(ClockMovedError, match="相隔 93 天"):
        start.check_clock(NOW + start.LONGEST_SILENCE + timedelta(days=1))
    with pytest.raises(ClockMovedError, match="不可能"):
        start.check_clock(datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.django_db(transaction=True)
def test_what_counts_is_the_newest_number_so_that_a_false_clock_of_the_past_can_be_put_right() -> None:
    write(NOW + timedelta(days=3000))  # under a clock that was wrong
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    with pytest.raises(ClockMovedError):
        start.check_clock(NOW)
    write(NOW)  # somebody says that it is right now
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    start.check_clock(NOW)


@contextmanager
def pragma(name: str, value: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA {name} = {before}")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True, databases=["default", "desk"])
def test_settings_that_lose_acknowledged_writes_are_refused_by_name() -> None:
    start.check_databases()
    for value in ("NORMAL", "OFF"):
        with pragma("synchronous", value), pytest.raises(start.UnsafeDatabaseError) as refused:
            start.check_databases()
        assert ["synchronous" in str(fault) for fault in refused.value.faults] == [True]
    with pragma("journal_mode", "DELETE"), pytest.raises(start.UnsafeDatabaseError) as refused:
        start.check_databases()
    assert "journal_mode" in str(refused.value.faults[0])


@pytest.mark.django_db(transaction=True, databases=["default", "desk"])
def test_a_server_that_would_lose_commits_is_refused_unless_it_says_that_it_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start.check_databases()  # a test run's own server carries the mark
    if connection.vendor != "postgresql":
        return
    monkeypatch.setattr(start, "is_throwaway", lambda connection: False)
    with pytest.raises(start.UnsafeDatabaseError) as refused:
        start.check_databases()
    said = " ".join(map(str, refused.value.faults))
    assert all(name in said for name in ("fsync", "synchronous_commit", "full_page_writes"))


def test_a_disk_without_room_is_refused_with_how_much_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start.check_room(tmp_path, start.TO_OPEN)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, 5 << 20))
    start.check_room(tmp_path, start.TO_OPEN)
    with pytest.raises(start.NoRoomError, match="还剩 5 MB，至少要有 64 MB"):
        start.check_room(tmp_path, start.TO_WRITE)
