"""What kind of failure it was, where libraries say it in many ways."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
_POSTGRESQL_NO_ROOM = "53100"

DISK_FULL = "磁盘满了，这一步没有做，已经存下的都在。请腾出空间（或扩大磁盘），再做一次；程序不用重装，也不用修复。"
"""What is said to whoever wanted something written that found no room."""


def disk_full(error: BaseException | None) -> bool:
    """Return whether a failure, or one that led to it, was that a disk had no room."""
    return any(_says_full(each) for each in _causes(error))


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return True
    if getattr(error, "sqlite_errorname", "") in _SQLITE_NO_ROOM:
        return True
    return getattr(error, "sqlstate", None) == _POSTGRESQL_NO_ROOM


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
