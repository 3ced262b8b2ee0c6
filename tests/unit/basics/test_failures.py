from __future__ import annotations

import errno

import pytest

from fuqi.basics.failures import disk_full


class FromSqlite(Exception):
    sqlite_errorname = "SQLITE_FULL"


class FromPostgresql(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, ""), OSError(errno.EDQUOT, ""), FromSqlite(), FromPostgresql()])
def test_a_full_disk_is_known_however_it_is_said_and_however_deep(error: Exception) -> None:
    assert disk_full(error)
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = error
    assert disk_full(wrapped)


@pytest.mark.parametrize("error", [None, OSError(errno.ENOENT, ""), ValueError("database or disk is full")])
def test_other_failures_are_not_taken_for_a_full_disk(error: Exception | None) -> None:
    assert not disk_full(error)
