"""The list of destroyed keys, kept beside the receipts: whoever restores an old backup must destroy them again.

A line is an entry's number, the keys that it destroyed and a seal. Keys go by ids of chance: the list is about nobody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from fuqi.access.erasure import NOTE
from fuqi.journal import rules
from fuqi.journal.models import Entry

ERASURES = "erasures.csv"


def list_beside(receipts: Path) -> Path:
    """Return where the list lies whose receipts lie there."""
    return receipts.with_name(ERASURES)


def keep_list(path: Path, *, key: bytes) -> int:
    """Append what the list does not have yet; a line torn by a kill is written again. Returns how many lines."""
    known = max((number for number, _ in _lines(path, key)), default=0)
    entries = Entry.objects.filter(action="keys.destroy", number__gt=known).order_by("number")
    new = [_line(entry.number or 0, names, key) for entry in entries if (names := _names_in(entry))]
    if new:
        torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
            file.write(("\n" if torn else "") + "".join(new))
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def _names_in(entry: Entry) -> list[str]:
    changes = json.loads(entry.content)["changes"]
    return [name for change in changes if change.get("what") == NOTE for name in change.get("keys", ())]


def _line(number: int, names: list[str], key: bytes) -> str:
    words = f"{number},{' '.join(names)}"
    return f"{words},{rules.seal(key, words)}\n"


def erased_after(path: Path, number: int, *, key: bytes) -> set[str] | None:
    """Return the keys that were destroyed after an entry; None where there is no list. Lines with a false seal do not count."""
    if not path.exists():
        return None
    return {name for line, names in _lines(path, key) if line > number for name in names}


def _lines(path: Path, key: bytes) -> Iterator[tuple[int, list[str]]]:
    if not path.exists():
        return
    for line in path.read_text("ascii", errors="replace").splitlines():
        words, _, seal = line.rpartition(",")
        number, _, names = words.partition(",")
        if number.isdecimal() and rules.same(seal, rules.seal(key, words)):
            yield int(number), names.split()
