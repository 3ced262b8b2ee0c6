"""Copies of an encrypted database: as of one instant while others write, under a key of the copy's own, and what is in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import sqlcipher3


def _opened(file: Path, key: bytes) -> Any:
    connection = sqlcipher3.connect(str(file), timeout=30)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def copy_database(file: Path, key: bytes, target: Path, target_key: bytes) -> None:
    """Write the database as it is at one instant into a new file under another key; writers need not wait meanwhile."""
    target.touch(mode=0o600)
    source, copy = _opened(file, key), _opened(target, target_key)
    try:
        source.execute("PRAGMA synchronous = FULL")
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
        source.close()


def table_digests(file: Path, key: bytes) -> dict[str, dict[str, Any]]:
    """Return for each table how many rows it has, the SHA-256 over them, and the sum of each column of money (`…_fen`)."""
    connection = _opened(file, key)
    try:
        names = [
            str(name)
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        return {name: _digest(connection, name) for name in names}
    finally:
        connection.close()


def _digest(connection: Any, name: str) -> dict[str, Any]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
    keys = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")') if row[5]] or columns
    order = ", ".join(f'"{column}"' for column in keys)
    plain = ", ".join(f'+"{column}"' for column in columns)  # an expression: the driver converts declared columns only
    sha, rows = hashlib.sha256(repr(columns).encode()), 0
    for row in connection.execute(f'SELECT {plain} FROM "{name}" ORDER BY {order}'):
        sha.update(repr(row).encode())
        rows += 1
    sums = {
        column: int(connection.execute(f'SELECT coalesce(sum("{column}"), 0) FROM "{name}"').fetchone()[0])
        for column in columns
        if column.endswith("_fen")
    }
    return {"rows": rows, "sha256": sha.hexdigest(), "sums": sums}


def last_link(file: Path, key: bytes) -> tuple[int, str]:
    """Return number and hash of the last numbered entry of the journal, (0, '') where there is none."""
    connection = _opened(file, key)
    try:
        found = connection.execute(
            "SELECT number, hash FROM journal_entry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1"
        ).fetchone()
    finally:
        connection.close()
    return (int(found[0]), str(found[1])) if found else (0, "")
