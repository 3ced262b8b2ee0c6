"""What is looked at when a workspace is opened: settings that keep what was acknowledged, a possible clock, room."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fuqi.access.database_role import is_throwaway
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import Fault, FuqiError, Place
from fuqi.basics.failures import DISK_FULL
from fuqi.config.clock import LEEWAY, ClockMovedError

TO_OPEN, TO_WRITE = 1 << 20, 64 << 20
"""Bytes that must be free: to open a workspace at all, and to begin a command that writes."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""No clock that is right shows less: the program is younger."""
LONGEST_SILENCE = timedelta(days=92)
"""After so long without an entry the clock is believed only when somebody says that it is right."""


class UnsafeDatabaseError(FuqiError):
    """The database is set up in a way that loses acknowledged writes."""

    code = "unsafe_database"


class NoRoomError(FuqiError):
    """The disk is full, or nearly."""

    code = "no_room"


def check_databases() -> None:
    """Look at the settings of every database. Raises UnsafeDatabaseError with all that is wrong."""
    from django.db import connections

    faults: list[Fault] = []
    for alias in connections:
        connection = connections[alias]
        faults += _server(connection) if connection.vendor == "postgresql" else _file(connection)
    if faults:
        raise UnsafeDatabaseError(
            "数据库的设置会丢失已经答应保存的内容，不能使用。请按下面逐条改好，再启动。", faults=tuple(faults)
        )


def _value(connection: Any, sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return str(row[0]).lower() if row else ""


def _file(connection: Any) -> list[Fault]:
    """Return what is wrong with an embedded database. The library's version is looked at when it is loaded."""
    in_memory = connection.is_in_memory_db()
    wanted: dict[str, Callable[[str], bool]] = {
        "journal_mode": lambda value: value == "wal" or in_memory,
        "synchronous": lambda value: value in ("2", "3"),
        "mmap_size": lambda value: value in ("", "0"),
        "cipher_version": bool,
    }
    name = Path(str(connection.settings_dict["NAME"])).name
    faults = [
        _fault(name, f"PRAGMA {setting} 现在是“{value}”。请用随程序安装的 sqlcipher3，不要改它的设置。")
        for setting, sound in wanted.items()
        if not sound(value := _value(connection, f"PRAGMA {setting}"))
    ]
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        faults.append(_fault(name, "写事务没有一开始就排队（transaction_mode 不是 IMMEDIATE）。请恢复程序自带的设置。"))
    return faults


def _server(connection: Any) -> list[Fault]:
    """Return what is wrong with a server: settings under which a power cut takes acknowledged commits, or pages, with it."""
    if is_throwaway(connection):
        return []
    return [
        _fault("PostgreSQL", f"{setting} 现在是 off，断电会丢数据。请在服务器上设为 on 并重新加载：{how}。")
        for setting, how in (
            ("fsync", "ALTER SYSTEM SET fsync = on"),
            ("synchronous_commit", "ALTER SYSTEM SET synchronous_commit = on，并查看有没有给本库或本账号另设"),
            ("full_page_writes", "ALTER SYSTEM SET full_page_writes = on"),
        )
        if _value(connection, f"SHOW {setting}") == "off"
    ]


def _fault(name: str, message: str) -> Fault:
    return Fault("unsafe_database", message, Place(file=name))


def check_clock(at: datetime) -> None:
    """Compare the clock with the journal's last entry. Raises ClockMovedError."""
    last = last_entry_at()
    if at < EARLIEST:
        raise ClockMovedError(f"本机的时钟说现在是 {_said(at)}，不可能：本程序那时还没有。请校准时钟后再试。")
    if last is None:
        return
    if at < last - LEEWAY:
        raise ClockMovedError(
            f"本机的时钟说现在是 {_said(at)}，而日志的最后一条写于 {_said(last)}：时钟慢了，或者以前快过。"
            "请校准时钟后再试；若现在的时钟是对的，请用 fuqi -w 工作区 clock --right 说明原因，确认一次。"
        )
    if at > last + LONGEST_SILENCE:
        raise ClockMovedError(
            f"日志的最后一条写于 {_said(last)}，本机的时钟说现在是 {_said(at)}，相隔 {(at - last).days} 天。"
            "请核对时钟；若确实停用了这么久，请用 fuqi -w 工作区 clock --right 说明原因，确认一次。"
        )


def last_entry_at() -> datetime | None:
    """Return when the journal was last written: by its numbers, and by what has no number yet."""
    from fuqi.journal.models import Entry

    numbered = Entry.objects.filter(number__isnull=False).order_by("-number").values_list("at", flat=True).first()
    unsealed = Entry.objects.filter(number__isnull=True).order_by("-at").values_list("at", flat=True).first()
    return max((at for at in (numbered, unsealed) if at is not None), default=None)


def _said(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def check_room(folder: Path, least: int) -> None:
    """Look whether so many bytes are free where the workspace lies. Raises NoRoomError."""
    free = shutil.disk_usage(folder).free
    if free < least:
        raise NoRoomError(f"{DISK_FULL}“{folder}”所在的磁盘还剩 {free >> 20} MB，至少要有 {least >> 20} MB。")
