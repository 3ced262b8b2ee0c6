"""What the readers of benefits.yaml ask of each key: recorded while they read the book's examples and the schemes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fuqi.scheme.names import Names
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.marks import Marked, Rows, Table
from fuqi.scheme.reading.reader import Reader

VALUE_KEYS = {"value", "points", "factor"}
"""A table with one of these is a value or a row of one, whatever its key."""


@dataclass
class Key:
    """What is known of a key: what it holds, among which words, which of them where it is absent."""

    holds: set[str] = field(default_factory=set)
    choices: tuple[str, ...] = ()
    default: str = ""
    written: set[str] = field(default_factory=set)
    """Plain texts that were seen."""


@dataclass
class Record:
    """Every table that was read, with the keys that it may and must have."""

    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    required: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keys: dict[tuple[str, str], Key] = field(default_factory=dict)

    def key(self, table: str, key: str) -> Key:
        return self.keys.setdefault((table, key), Key())


def recorded(texts: Iterable[str]) -> Record:
    """Return what the readers asked while they read files of benefits; faults do not matter."""
    record = Record()
    for text in texts:
        read_benefits(text, _RecordingReader("benefits.yaml", record), with_workspace=True)
    return record


class _RecordingReader(Reader):
    """A reader that writes down what it is asked."""

    def __init__(self, file: str, record: Record) -> None:
        super().__init__(file)
        self.record = record
        self.tables: dict[int, str] = {}
        self.owners: dict[int, tuple[str, str]] = {}

    def table(self, node: Marked | None, key: str, allowed: Collection[str], required: Collection[str] = ()) -> Table | None:
        found = super().table(node, key, allowed, required)
        if found is not None and key == "funds":  # its keys are the file's own
            self.record.key("benefits", key).holds.add("named")
        if found is None or key == "funds":
            return found
        name = "rows" if VALUE_KEYS & set(allowed) else key
        known = self.record.allowed.get(name, ())
        self.record.allowed[name] = tuple(dict.fromkeys((*known, *allowed)))
        self.record.required[name] = tuple(required)
        if name != "rows":
            self.tables[id(found)] = name
            for inner, content in found.items.items():
                for one in _within(content):
                    self.owners[id(one)] = (name, inner)
                if isinstance(content, Rows | Table):
                    self.record.key(name, inner)
        return found

    def expression(self, node: Marked, key: str, names: Names, kind: str) -> Any:
        if id(node) in self.owners:
            self.record.key(*self.owners[id(node)]).holds.add(kind)
        return super().expression(node, key, names, kind)

    def condition(self, node: Marked | None, key: str, names: Names, definitions: Any = None) -> Any:
        if node is not None and self.owners.get(id(node), ("", ""))[1] == key:
            self._note(self.owners[id(node)][0], key, "condition")
        return super().condition(node, key, names, definitions)

    def choice(self, table: Table, key: str, choices: Iterable[str], default: str) -> str:
        words = tuple(choices)
        found = self._of(table, key, "choice")
        if found is not None:
            found.choices, found.default = words, default
        return super().choice(table, key, words, default)

    def text(self, table: Table, key: str, default: str = "") -> str:
        value = super().text(table, key, default)
        found = self._of(table, key, "text") if key in table.items else None
        if found is not None:
            found.written.add(value)
        return value

    def identifier(self, table: Table, key: str = "id") -> str:
        self._of(table, key, "identifier")
        return super().identifier(table, key)

    def day(self, table: Table, key: str) -> date | None:
        self._of(table, key, "date")
        return super().day(table, key)

    def number(self, table: Table, key: str, default: int | None = None) -> int | None:
        self._of(table, key, "number")
        return super().number(table, key, default)

    def rows(self, node: Marked | None, key: str) -> tuple[Marked, ...]:
        owner = self.owners.get(id(node), ("", ""))
        if owner[1] == key:
            self._note(owner[0], key, "list")
        return super().rows(node, key)

    def _of(self, table: Table, key: str, holds: str) -> Key | None:
        name = self.tables.get(id(table))
        return None if name is None else self._note(name, key, holds)

    def _note(self, table: str, key: str, holds: str) -> Key:
        found = self.record.key(table, key)
        found.holds.add(holds)
        return found


def _within(node: Marked) -> Iterator[Marked]:
    """Yield a node and all that it holds."""
    yield node
    for inner in node.items.values() if isinstance(node, Table) else node.items if isinstance(node, Rows) else ():
        yield from _within(inner)


def is_plain_sum(key: Key) -> bool:
    """Return whether every text that was written is a plain sum."""
    return bool(key.written) and all(re.fullmatch(r"0|[0-9.]+[元分]", text) for text in key.written)
