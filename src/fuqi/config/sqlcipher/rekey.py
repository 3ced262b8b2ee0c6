"""Giving an encrypted file another key while others work in it.

SQLCipher writes every page anew in one transaction, which goes to the write-ahead log like any other: a kill leaves the former
key or the new one, who reads goes on reading what was there, who wants to write waits. Whoever begins afterwards finds that the
key that was known no longer opens the file, and takes the new one (`base.Cursor`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlcipher3

from fuqi.basics.errors import FuqiError

_WAIT_MS = 60_000
_PAUSE = 0.2
"""Seconds between two tries to move the log into the file."""


class RekeyError(FuqiError):
    """A database file did not take its new key."""

    code = "rekey"


def opens_with(file: Path, key: bytes) -> bool:
    """Return whether a key opens a file; an empty or missing one opens with every key."""
    return _unlocked(file, (key,)) is not None


def _unlocked(file: Path, keys: Sequence[bytes]) -> tuple[Any, bytes] | None:
    """Return a connection and the first of the keys that opens the file; None if none does."""
    for key in keys:
        connection = sqlcipher3.connect(str(file), isolation_level=None, timeout=_WAIT_MS / 1000)
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher3.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", None) != sqlcipher3.SQLITE_NOTADB:
                raise
        else:
            return connection, key
    return None


def rekey(file: Path, keys: Sequence[bytes], *, patience: float = 60.0) -> bool:
    """Let the first of the keys open a file that opens with any of them; returns whether pages had to be written anew.

    Returns only when no page of the former key is left, in the file or in its log. Raises RekeyError; call it again then.
    """
    found = _unlocked(file, keys)
    if found is None:
        raise RekeyError(f"“{file.name}”用现有的密钥打不开，没有换钥。请恢复密钥文件后再试。")
    connection, key = found
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {setting}")
        if key != keys[0]:
            said = connection.execute(f"PRAGMA rekey = \"x'{keys[0].hex()}'\"").fetchall()
            if said != [("ok",)] or not opens_with(file, keys[0]):
                raise RekeyError(f"“{file.name}”没有换成新密钥，仍可用原来的打开。请稍后再运行一次 fuqi key rotate。")
        _empty_the_log(connection, file, patience)
    finally:
        connection.close()
    return key != keys[0]


def _empty_the_log(connection: Any, file: Path, patience: float) -> None:
    ends = time.monotonic() + patience
    connection.execute("PRAGMA busy_timeout = 1000")
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > ends:
            raise RekeyError(f"“{file.name}”一直有人在读，旧密钥的内容还没有清完。请稍后再运行一次 fuqi key rotate。")
        time.sleep(_PAUSE)
