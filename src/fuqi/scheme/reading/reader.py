"""A reader of marked YAML: takes keys from tables and collects faults with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.conditions import Condition, Expression, parse, parse_expression
from fuqi.scheme.errors import ConditionError
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Marked, Rows, Table, Text
from fuqi.scheme.syntax import Node

IDENTIFIER = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Library:
    """What sources may cite: documents (id to name), and the clauses of those whose text the scheme holds (anchor to title)."""

    documents: Mapping[str, str] = field(default_factory=dict)
    with_text: frozenset[str] = frozenset()
    clauses: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """One file being read. Methods return what was asked for, or None (an empty list) after collecting a fault."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    strict: bool = False
    """Whether a public scheme is read, in which every layer must name fund and clause, and dead rows are faults."""
    library: Library | None = None
    """What sources may cite; None where they are free texts."""

    def fault(self, code: str, message: str, line: int, key: str = "") -> None:
        """Collect a fault."""
        self.faults.append(Fault(code, message, Place(file=self.file, line=line, key=key)))

    def table(self, node: Marked | None, key: str, allowed: Collection[str], required: Collection[str] = ()) -> Table | None:
        """Return the node as a table; unknown keys and absent required keys are faults."""
        if node is None:
            return None
        if not isinstance(node, Table):
            self.fault("form", f"“{key}”要写成带键的一组内容（{'、'.join(allowed)}）", node.line, key)
            return None
        for name in node.items:
            if name not in allowed:
                self.fault("unknown_key", f"不认识的键“{name}”，这里只能有：{'、'.join(allowed)}", node.lines[name], name)
        for name in required:
            if name not in node.items:
                self.fault("missing_key", f"缺少“{name}”", node.line, name)
        return node

    def rows(self, node: Marked | None, key: str) -> tuple[Marked, ...]:
        """Return the items of a list."""
        if node is None:
            return ()
        if not isinstance(node, Rows):
            self.fault("form", f"“{key}”要写成列表", node.line, key)
            return ()
        return node.items

    def text(self, table: Table, key: str, default: str = "") -> str:
        """Return a written text; the default where the key is absent."""
        node = table.items.get(key)
        if node is None:
            return default
        if not isinstance(node, Text):
            self.fault("form", f"“{key}”要写成一段文字", node.line, key)
            return default
        if not node.value.strip():
            self.fault("empty", f"“{key}”没有写内容", node.line, key)
            return default
        return node.value.strip()

    def texts(self, table: Table, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is absent."""
        found = []
        for item in self.rows(table.items.get(key), key):
            if isinstance(item, Text) and item.value.strip():
                found.append(item.value.strip())
            else:
                self.fault("form", f"“{key}”的每一项要写成文字", item.line, key)
        return tuple(found)

    def choice(self, table: Table, key: str, choices: Iterable[str], default: str) -> str:
        """Return one of a few words."""
        value = self.text(table, key, default)
        allowed = tuple(choices)
        if value not in allowed:
            self.fault("value", f"“{key}”只能是{'、'.join(allowed)}，写的却是“{value}”", table.lines.get(key, table.line), key)
            return default
        return value

    def identifier(self, table: Table, key: str = "id") -> str:
        """Return an identifier: letters, digits and underscores, not beginning with a digit."""
        value = self.text(table, key)
        if value and not IDENTIFIER.fullmatch(value):
            self.fault("identifier", f"“{value}”不能作编号：只能用字母、数字和下划线，不以数字开头", table.lines[key], key)
        return value

    def day(self, table: Table, key: str) -> date | None:
        """Return a date written as 2017-01-31."""
        value = self.text(table, key)
        return self._day(value, table.lines[key], key) if value else None

    def days(self, table: Table, key: str) -> list[tuple[date, int]]:
        """Return a list of dates, each with its line."""
        found = []
        for item in self.rows(table.items.get(key), key):
            day = self._day(item.value.strip() if isinstance(item, Text) else "", item.line, key)
            if day is not None:
                found.append((day, item.line))
        return found

    def _day(self, value: str, line: int, key: str) -> date | None:
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            self.fault("date", f"“{value}”不是日期，要写成 2017-01-31", line, key)
            return None

    def number(self, table: Table, key: str, default: int | None = None) -> int | None:
        """Return a whole number."""
        value = self.text(table, key)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value):
            self.fault("number", f"“{key}”要写整数，写的却是“{value}”", table.lines[key], key)
            return default
        return int(value)

    def flag(self, table: Table, key: str) -> bool:
        """Return whether the key says true; absent is false."""
        return self.choice(table, key, ("true", "false"), "false") == "true"

    def condition(
        self, node: Marked | None, key: str, names: Names, definitions: dict[str, Node] | None = None
    ) -> Condition | None:
        """Return a checked condition."""
        if node is None:
            return None
        if not isinstance(node, Text):
            self.fault("form", f"“{key}”要写成条件", node.line, key)
            return None
        try:
            return parse(node.value, names, definitions)
        except ConditionError as problem:
            self.text_faults(problem, node, key)
            return None

    def expression(self, node: Marked, key: str, names: Names, kind: str) -> Expression | None:
        """Return a checked expression of a kind."""
        if not isinstance(node, Text):
            self.fault("form", f"“{key}”要写成算式", node.line, key)
            return None
        try:
            return parse_expression(node.value, names, kind)
        except ConditionError as problem:
            self.text_faults(problem, node, key)
            return None

    def text_faults(self, problem: ConditionError, node: Text, key: str) -> None:
        """Collect what is wrong within a text, each with its line."""
        for found in problem.text_faults:
            line = node.line + node.value[: found.at].count("\n")
            self.fault(found.code, f"“{node.value.strip()}”第{found.at + 1}个字符起：{found.message}", line, key)


def language(reader: Reader, table: Table) -> None:
    """Collect a fault if the file is written in a version of the language that this program does not know."""
    if reader.text(table, "language", "1") != "1":
        reader.fault("language", "只认识 language: 1", table.lines["language"], "language")
