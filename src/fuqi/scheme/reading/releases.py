"""Reads releases.yaml: the versions of a scheme that were made official; `fuqi scheme release` appends to it."""

from __future__ import annotations

import re

from fuqi.scheme.model import Release
from fuqi.scheme.reading.marks import read_yaml
from fuqi.scheme.reading.reader import Reader, language

_KEYS = ("hash", "from", "by", "on", "cases", "note")
_HASH = re.compile(r"[0-9a-f]{64}")


def read_releases(text: str, reader: Reader) -> tuple[Release, ...]:
    """Return the official versions in the order of their release."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "releases", ("language", "releases"), ("releases",))
    if table is None:
        return ()
    language(reader, table)
    found: list[Release] = []
    for item in reader.rows(table.items.get("releases"), "releases"):
        row = reader.table(item, "releases", _KEYS, _KEYS[:5])
        if row is None:
            continue
        digest, starts_on, released_on = reader.text(row, "hash"), reader.day(row, "from"), reader.day(row, "on")
        if digest and not _HASH.fullmatch(digest):
            reader.fault(
                "value", "“hash”要是64位的版本号；这个文件由 fuqi scheme release 写，不要手改", row.lines["hash"], "hash"
            )
        elif any(digest == other.hash for other in found):
            reader.fault("duplicate_id", "同一个版本发布了两次，请删去一次", row.line, "hash")
        if starts_on is not None and released_on is not None:
            found.append(
                Release(
                    hash=digest,
                    starts_on=starts_on,
                    by=reader.text(row, "by"),
                    released_on=released_on,
                    cases=reader.number(row, "cases", 0) or 0,
                    note=reader.text(row, "note"),
                    line=row.line,
                )
            )
    return tuple(found)
