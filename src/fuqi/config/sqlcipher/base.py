"""The database wrapper that Django loads for `ENGINE = "fuqi.config.sqlcipher"`."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import sqlcipher3
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base, features, operations

_OLDEST_SOUND = (3, 51, 3)

if sqlcipher3.sqlite_version_info < _OLDEST_SOUND:
    raise ImproperlyConfigured(
        f"SQLite {sqlcipher3.sqlite_version} 在 WAL 方式下可能损坏数据库，需要 3.51.3 或更新。请重新运行 make setup 安装锁定的 sqlcipher3。"
    )


_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY")
"""NORMAL instead of FULL loses acknowledged commits on a power cut; mmap stays off."""


class KeyedConnection(sqlcipher3.Connection):  # type: ignore[misc]
    """A connection that has unlocked its file before anybody can ask anything of it."""

    def __init__(self, *args: Any, key: bytes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            self.execute(f"PRAGMA {setting}")


class DatabaseFeatures(features.DatabaseFeatures):
    """What SQLite can do since 3.32: many more values in one statement than Django assumes of older ones."""

    max_query_params = 32_766


_uuid = lru_cache(1 << 16)(UUID)
"""Ids repeat from row to row and from table to table, and making one takes as long as reading it."""


class DatabaseOperations(operations.DatabaseOperations):
    """SQLite's own, with ids read once."""

    def convert_uuidfield_value(self, value: str | None, expression: object, connection: object) -> UUID | None:
        """Return the id that a column's text spells."""
        return None if value is None else _uuid(value)


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with a key, given as the option `key` (32 bytes)."""

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Return the parameters of `connect`; the key goes to the connection that it makes."""
        params: dict[str, Any] = super().get_connection_params()
        params["factory"] = partial(KeyedConnection, key=params.pop("key"))
        return params
