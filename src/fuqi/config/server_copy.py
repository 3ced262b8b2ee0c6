"""Copies of a PostgreSQL database: every table as of one instant while others write, sealed, and back into an empty one.

Nothing but the driver is needed: no program of the server's, whose version would have to fit.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from fuqi.basics.errors import FuqiError
from fuqi.config.container import ContainerReader, ContainerWriter, Openers

_LENGTH = 4
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"
"""
_COLUMNS = """
SELECT a.attname, a.attidentity <> '' OR pg_get_serial_sequence(quote_ident(%(name)s), a.attname) IS NOT NULL,
       coalesce(a.attnum = ANY (i.indkey::int2[]), false)
FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = quote_ident(%(name)s)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


class OwnerWantedError(FuqiError):
    """The application's own role sees only a part of the tables."""

    code = "owner_wanted"


class DatabaseTakenError(FuqiError):
    """A database into which a backup goes must be empty."""

    code = "database_taken"


def dump(url: str, target: Path, key: bytes) -> dict[str, Any]:
    """Write every table into a sealed file and return what the manifest says of them. Raises OwnerWantedError."""
    with psycopg.connect(url) as connection, _sealed(target, key) as out:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL row_security = off")  # an error instead of a part of the rows
        try:
            tables = {name: _dump_table(connection, name, out) for name in _names(connection)}
        except psycopg.errors.InsufficientPrivilege:
            raise OwnerWantedError(
                "应用自己的账号只看得到一部分数据，不能用它备份。请用 --owner 写明数据表主人的地址，例如夜间备份专用的账号。"
            ) from None
        last = connection.execute(
            "SELECT number, hash FROM journal_entry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1"
        ).fetchone()
        migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    number, hash_ = last or (0, "")
    told = {"database": "postgresql", "last_number": number, "last_hash": hash_, "tables": tables}
    return {**told, "migrations": [list(row) for row in migrations]}


class _sealed:  # noqa: N801 - used like a function
    """A container in a file of our own, finished when the body is."""

    def __init__(self, target: Path, key: bytes) -> None:
        self._file = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._container = ContainerWriter(self._file, Openers(key), {})

    def __enter__(self) -> ContainerWriter:
        return self._container

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._container.finish()
        self._file.close()


def _names(connection: psycopg.Connection[Any]) -> list[str]:
    return [str(name) for (name,) in connection.execute(_TABLES)]


def _ordered(connection: psycopg.Connection[Any], name: str) -> tuple[list[str], list[str], sql.Composed]:
    """Return a table's columns, those with a sequence, and the query for all rows in the order of the key."""
    found = connection.execute(_COLUMNS, {"name": name}).fetchall()
    columns, keys = [row[0] for row in found], [row[0] for row in found if row[2]]
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    order = sql.SQL(", ").join(map(sql.Identifier, keys or columns))
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(listed, sql.Identifier(name), order)
    return columns, [row[0] for row in found if row[1]], query


def _copied(connection: psycopg.Connection[Any], name: str) -> Iterator[bytes]:
    """Yield a table's rows in PostgreSQL's own text form."""
    _, _, query = _ordered(connection, name)
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as rows:
        for data in rows:
            yield bytes(data)


def _dump_table(connection: psycopg.Connection[Any], name: str, out: ContainerWriter | None) -> dict[str, Any]:
    columns, _, _ = _ordered(connection, name)
    sha, rows = hashlib.sha256(repr(columns).encode()), 0
    _frame(out, json.dumps({"table": name, "columns": columns}).encode())
    for data in _copied(connection, name):
        sha.update(data)
        rows += data.count(b"\n")  # one in a value is spelled otherwise
        _frame(out, data)
    _frame(out, b"")
    sums = {column: _sum(connection, name, column) for column in columns if column.endswith("_fen")}
    return {"rows": rows, "sha256": sha.hexdigest(), "sums": sums}


def _frame(out: ContainerWriter | None, data: bytes) -> None:
    if out is not None:
        out.write(len(data).to_bytes(_LENGTH) + data)


def _sum(connection: psycopg.Connection[Any], name: str, column: str) -> int:
    query = sql.SQL("SELECT coalesce(sum({}), 0) FROM {}").format(sql.Identifier(column), sql.Identifier(name))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def refuse_taken(url: str) -> None:
    """Raise DatabaseTakenError unless the database has no table."""
    with psycopg.connect(url) as connection:
        if _names(connection):
            raise DatabaseTakenError("这个数据库里已经有表，没有恢复。请另建一个空的数据库，用 --database 写它的地址。")


def load(url: str, source: Path, key: bytes) -> dict[str, dict[str, Any]]:
    """Fill the tables, which are there and may hold what migrations write, and return what is in them now."""
    with psycopg.connect(url) as connection:
        names = sql.SQL(", ").join(map(sql.Identifier, _names(connection)))
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        with source.open("rb") as file:
            held = ContainerReader(file, Openers(key))
            while head := _next(held):
                _load_table(connection, json.loads(head), held)
        for name in _names(connection):
            _set_sequences(connection, name)
        return {name: _dump_table(connection, name, None) for name in _names(connection)}


def _next(held: ContainerReader) -> bytes:
    length = held.read(_LENGTH)
    return held.read(int.from_bytes(length)) if length else b""


def _load_table(connection: psycopg.Connection[Any], head: dict[str, Any], held: ContainerReader) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, head["columns"]))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(head["table"]), columns)
    with connection.cursor() as cursor, cursor.copy(into) as rows:
        while data := _next(held):
            rows.write(data)


def _set_sequences(connection: psycopg.Connection[Any], name: str) -> None:
    _, counted, _ = _ordered(connection, name)
    for column in counted:
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 1), max({}) IS NOT NULL) FROM {}").format(
                sql.Literal(f'"{name}"'),
                sql.Literal(column),
                sql.Identifier(column),
                sql.Identifier(column),
                sql.Identifier(name),
            )
        )
