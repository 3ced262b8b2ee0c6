"""What a digest, a link of the chain and a seal are made of. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

FIRST_HASH = "0" * 64
"""What stands before the first entry."""


def canonical(value: object) -> str:
    """Return one spelling of plain data as JSON: sorted keys, no blanks, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def in_order(value: Mapping[str, str]) -> str:
    """Return texts by name as JSON in their own order, that of the received sheet."""
    return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"))


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values as JSON holds them: days as `{"day": ISO}`, sets as `{"set": sorted}`, everything else as it is."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"set": sorted(value)} if isinstance(value, frozenset) else value


def unplain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `plain` was given."""
    return {name: _unplain(value) if isinstance(value, dict) else value for name, value in values.items()}


def _unplain(value: Mapping[str, Any]) -> object:
    return date.fromisoformat(value["day"]) if "day" in value else frozenset(value["set"])


@lru_cache(maxsize=1000)
def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_SPELLERS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "~",
    bool: lambda value: "1" if value else "0",
    int: str,
    float: repr,
    str: lambda value: f"{len(value)}:{value}",
    UUID: lambda value: f"{value.hex}",
    datetime: _instant,
    date: lambda value: f"{value}",
    bytes: bytes.hex,
    memoryview: memoryview.hex,
}


def spell(value: object) -> str:
    """Return one spelling of a column's value that is the same before it is stored and after it is read, on every database."""
    return _SPELLERS[type(value)](value)


def digest(rows: Iterable[Iterable[object]]) -> str:
    """Return SHA-256 over rows of column values, in the order given."""
    sha = hashlib.sha256()
    for row in rows:
        sha.update("\x1f".join(map(spell, row)).encode())
        sha.update(b"\x1e")
    return sha.hexdigest()


def link_hash(previous_hash: str, number: int, fields: Mapping[str, object]) -> str:
    """Return the hash that chains an entry to the one before it."""
    sha = hashlib.sha256(f"{previous_hash}\x1e{number}".encode())
    for name in sorted(fields):
        sha.update(f"\x1e{name}\x1f{spell(fields[name])}".encode())
    return sha.hexdigest()


def seal(key: bytes, hash_: str) -> str:
    """Return the seal of a link: HMAC-SHA256 with the journal's key, which the database does not hold."""
    return hmac.new(key, hash_.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two marks are the same, in the same time whatever they are; a tampered one may hold any signs."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
