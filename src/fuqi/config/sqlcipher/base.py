"""The database wrapper that Django loads for `ENGINE = "fuqi.config.sqlcipher"`."""

from __future__ import annotations

from typing import Any

import sqlcipher3
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base

_OLDEST_SOUND = (3, 51, 3)

if sqlcipher3.sqlite_version_info < _OLDEST_SOUND:
    raise ImproperlyConfigured(
        f"SQLite {sqlcipher3.sqlite_version} 在 WAL 方式下可能损坏数据库,需要 3.51.3 或更新。请重新运行 make setup 安装锁定的 sqlcipher3。"
    )


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with a key. WAL, `synchronous=FULL` (NORMAL loses acknowledged commits on a power cut), no mmap."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return the parameters with the key taken apart, because `connect` does not know it."""
        params: dict[str, Any] = super().get_connection_params()
        self._key: bytes = params.pop("key")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that has unlocked the file."""
        connection = super().get_new_connection(conn_params)
        connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection
