"""The database wrapper that Django loads for `ENGINE = "fuqi.config.sqlcipher"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
        self.execute("PRAGMA cipher_log_level = NONE")
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


_PATIENCE = 6
"""How often who wants to write waits for the file (30 s each time), while it is given another key."""


def is_busy(error: Exception) -> bool:
    """Return whether an error says that somebody else is writing."""
    return bool(getattr(error, "sqlite_errorcode", None) == sqlcipher3.SQLITE_BUSY)


def is_locked_to(error: Exception) -> bool:
    """Return whether an error says that a file does not open with the key that was tried."""
    return bool(getattr(error, "sqlite_errorcode", None) == sqlcipher3.SQLITE_NOTADB)


class Cursor:
    """A cursor of a connection that opens its file anew, once, when another process has given the file another key.

    That can be seen only at a transaction's start: within one, the file stays as it was.
    """

    __slots__ = ("_inner", "_owner")

    def __init__(self, owner: DatabaseWrapper) -> None:
        self._owner = owner
        self._inner = owner.raw_cursor()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inner)

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement."""
        return self._run("execute", query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run a statement with each of the parameters."""
        return self._run("executemany", query, param_list)

    def _run(self, name: str, query: str, params: Any) -> Any:
        for tries in range(_PATIENCE):
            try:
                return getattr(self._inner, name)(query, params)
            except sqlcipher3.DatabaseError as error:
                if tries < _PATIENCE - 1 and is_busy(error) and self._owner.is_given_another_key():
                    continue
                if not is_locked_to(error) or not self._owner.open_anew():
                    raise
                self._inner = self._owner.raw_cursor()
        return getattr(self._inner, name)(query, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with a key: the option `key` is 32 bytes, or a function that returns those that may open it, the newest first."""

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Return the parameters of `connect`, the keys among them."""
        params: dict[str, Any] = super().get_connection_params()
        key: bytes | Callable[[], Sequence[bytes]] = params.pop("key")
        params["keys"] = key() if callable(key) else (key,)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that the first of the keys which opens the file has unlocked."""
        params = dict(conn_params)
        keys = params.pop("keys")
        for key in keys:
            try:
                return super().get_new_connection({**params, "factory": partial(KeyedConnection, key=key)})
            except sqlcipher3.DatabaseError as error:
                if not is_locked_to(error) or key is keys[-1]:
                    raise
        raise AssertionError("no key")

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor that outlives a change of the file's key."""
        return Cursor(self)

    def raw_cursor(self) -> Any:
        """Return a cursor of the connection as it is."""
        return super().create_cursor()

    def is_given_another_key(self) -> bool:
        """Return whether a rotation is under way, so that a long wait will end; False within a transaction."""
        inside = self.in_atomic_block or (self.connection is not None and self.connection.in_transaction)
        return not inside and len(self.get_connection_params()["keys"]) > 1

    def open_anew(self) -> bool:
        """Open the file again with the keys as they are now; False within a transaction, which cannot be gone on with."""
        if self.in_atomic_block or (self.connection is not None and self.connection.in_transaction):
            return False
        self.close()
        self.connect()
        return True
