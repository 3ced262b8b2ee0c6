"""Reads a value of a layer: a constant or expression, rows, dated rows, points, brackets and lumps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from fuqi.basics.money import parse_yuan
from fuqi.scheme.conditions import Expression
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Marked, Rows, Table, Text
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.syntax import Constant, Minus
from fuqi.scheme.values import Content, Row, Source, Value

CONFIDENCE = ("confirmed", "unconfirmed")
_BACKGROUND = ("source", "confidence")


@dataclass(frozen=True, slots=True)
class Background:
    """What a number inherits where it says nothing itself: source and whether it was read in an official text."""

    source: Source = Source()
    confirmed: bool = True


def read_background(reader: Reader, table: Table, above: Background) -> Background:
    """Return source and confidence of a table, those above where it has none."""
    confirmed = above.confirmed
    if "confidence" in table.items:
        confirmed = reader.choice(table, "confidence", CONFIDENCE, "confirmed") == "confirmed"
    node = table.items.get("source")
    if node is None:
        return Background(above.source, confirmed)
    if isinstance(node, Text):
        return Background(Source(document=node.value.strip()), confirmed)
    inner = reader.table(node, "source", ("document", "clause"))
    if inner is None:
        return Background(above.source, confirmed)
    return Background(_source(reader, inner), confirmed)


def _source(reader: Reader, table: Table) -> Source:
    """Return a source as shown; a document or clause that the scheme does not have is a fault."""
    document, clause = reader.text(table, "document"), reader.text(table, "clause")
    library = reader.library
    if library is None:
        return Source(document, clause)
    if document not in library.documents:
        reader.fault("unknown_document", f"scheme.yaml 的 documents 里没有“{document}”", table.line, "source")
        return Source()
    if document not in library.with_text:
        return Source(library.documents[document], clause)
    if clause not in library.clauses:
        reader.fault("unknown_clause", f"text.md 里没有条款“{clause}”", table.line, "source")
        return Source()
    return Source(library.documents[document], library.clauses[clause], clause)


@dataclass(slots=True)
class ValueReader:
    """Reads the values of one layer."""

    reader: Reader
    names: Names
    background: Background

    def value(self, node: Marked | None, key: str, kind: str, absent: int | None = 0) -> Value | None:
        """Return the value of a key, None where the key is absent or faulty."""
        return None if node is None else self._value(node, key, kind, absent, "")

    def schedule(self, node: Marked | None, key: str) -> Value | None:
        """Return brackets or lumps: plain rows, or a value whose rows give them."""
        if node is None:
            return None
        kind = "rate" if key == "brackets" else "money"
        return self._value(node, key, kind, 0, key)

    def times(self, node: Marked | None) -> Value | None:
        """Return the rows of `times`, whose `factor` is the value."""
        if node is None:
            return None
        if not isinstance(node, Rows):
            self.reader.fault("form", "“times”要写成列表：[{when: …, factor: 80%}]", node.line, "times")
            return None
        rows = self._rows(node.items, "times", "rate", "", "factor", self.background)
        return Value("times", "rate", rows, absent=10_000)

    def _value(self, node: Marked, key: str, kind: str, absent: int | None, schedule: str) -> Value | None:
        background = self.background
        add: tuple[Row, ...] = ()
        if isinstance(node, Table):
            keys = ("value", *_BACKGROUND) if schedule == "lump" else ("value", "add", *_BACKGROUND)
            table = self.reader.table(node, key, keys, ("value",))
            if table is None or "value" not in table.items:
                return None
            background = read_background(self.reader, table, background)
            add = self._add(table, kind, background)
            node = table.items["value"]
            if isinstance(node, Table):
                self.reader.fault("form", "“value”要写成一个值或列表", node.line, key)
                return None
        if isinstance(node, Rows) and not (schedule and _is_schedule(node)):
            rows = self._rows(node.items, key, kind, schedule, "value", background)
        else:
            content = self._content(node, key, kind, schedule)
            if content is None:
                return None
            rows = (Row(content, source=background.source, confirmed=background.confirmed, line=node.line),)
        return Value(key, kind, rows, add, absent) if rows else None

    def _content(self, node: Marked, key: str, kind: str, schedule: str) -> Content | None:
        if isinstance(node, Text) and node.value.strip() == "none":
            return Content("none", schedule=() if schedule else None)
        if schedule:
            return self._schedule_content(node, schedule)
        expression = self.reader.expression(node, key, self.names, kind)
        if expression is None:
            return None
        self._rate_range(expression, key, node.line)
        return Content(expression.text.strip(), expression)

    def _rate_range(self, expression: Expression, key: str, line: int) -> None:
        node = expression.node
        negative = isinstance(node, Minus) and isinstance(node.item, Constant) and node.item.value > 0
        if expression.kind == "rate" and negative:
            self.reader.fault("rate", f"比例{expression.text.strip()}超出0–100%", line, key)

    def _rows(
        self, items: Sequence[Marked], key: str, kind: str, schedule: str, content_key: str, above: Background
    ) -> tuple[Row, ...]:
        """Return the rows of a list, their versions and conditions checked against each other."""
        if not items:
            self.reader.fault("empty", f"“{key}”的列表是空的", 0, key)
        allowed = ["from", "when", content_key, *_BACKGROUND]
        if content_key == "value" and schedule != "lump":
            allowed.insert(3, "add")
        rows = []
        for item in items:
            table = self.reader.table(item, key, allowed, (content_key,))
            if table is not None:
                row = self._row(table, key, kind, schedule, content_key, above)
                if row is not None:
                    rows.append(row)
        self._check_rows(rows, key)
        return tuple(rows)

    def _row(self, table: Table, key: str, kind: str, schedule: str, content_key: str, above: Background) -> Row | None:
        background = read_background(self.reader, table, above)
        when = self.reader.condition(table.items.get("when"), "when", self.names)
        since = self.reader.day(table, "from")
        add = self._add(table, kind, background)
        if content_key not in table.items:
            return None
        content = self._content(table.items[content_key], key, kind, schedule)
        if content is None or ("when" in table.items and when is None) or ("from" in table.items and since is None):
            return None
        return Row(content, when, since, add, background.source, background.confirmed, table.line)

    def _check_rows(self, rows: Sequence[Row], key: str) -> None:
        dated = [row for row in rows if row.since is not None]
        if dated and len(dated) < len(rows):
            line = next(row.line for row in rows if row.since is None)
            self.reader.fault("dates", f"“{key}”的各行要么都写 from，要么都不写", line, key)
        seen: dict[tuple[date | None, object], int] = {}
        closed: dict[date | None, int] = {}
        for row in rows:
            same = (row.since, row.when.node if row.when else None)
            if same in seen:
                message = f"“{key}”有两行的 from 和 when 相同（另一行在第{seen[same]}行）"
                self.reader.fault("same_row", message, row.line, key)
            elif row.since in closed and self.reader.strict:
                message = f"“{key}”的这一行永远用不上：第{closed[row.since]}行没有条件，排在它前面"
                self.reader.fault("unreachable", message, row.line, key)
            seen.setdefault(same, row.line)
            if row.when is None:
                closed.setdefault(row.since, row.line)

    def _add(self, table: Table, kind: str, above: Background) -> tuple[Row, ...]:
        """Return the points of a table."""
        rows = []
        for item in self.reader.rows(table.items.get("add"), "add"):
            inner = self.reader.table(item, "add", ("from", "when", "points", *_BACKGROUND), ("points",))
            if inner is None or "points" not in inner.items:
                continue
            background = read_background(self.reader, inner, above)
            when = self.reader.condition(inner.items.get("when"), "when", self.names)
            since = self.reader.day(inner, "from")
            expression = self.reader.expression(inner.items["points"], "points", self.names, kind)
            if expression is not None and not ("when" in inner.items and when is None):
                content = Content(expression.text.strip(), expression)
                rows.append(Row(content, when, since, (), background.source, background.confirmed, inner.line))
        dated = [row for row in rows if row.since is not None]
        if dated and len(dated) < len(rows):
            self.reader.fault("dates", "“add”的各行要么都写 from，要么都不写", rows[0].line, "add")
        self._same_day_twice(dated)
        return tuple(rows)

    def _same_day_twice(self, dated: Sequence[Row]) -> None:
        """Collect a fault for points that stand twice under one day and condition: both would count."""
        seen: dict[tuple[date | None, object], int] = {}
        for row in dated:
            same = (row.since, row.when.node if row.when else None)
            if same in seen:
                message = f"“add”有两行的 from 和 when 相同（另一行在第{seen[same]}行），两行都会加上；请并成一行"
                self.reader.fault("same_row", message, row.line, "add")
            seen.setdefault(same, row.line)

    def _schedule_content(self, node: Marked, key: str) -> Content | None:
        bound_key, value_key = ("to", "rate") if key == "brackets" else ("above", "pay")
        if not isinstance(node, Rows) or not node.items:
            self.reader.fault("form", f"“{key}”要写成列表：[{{{bound_key}: …, {value_key}: …}}, …]", node.line, key)
            return None
        found: list[tuple[int | None, Value]] = []
        for place, item in enumerate(node.items):
            last = key == "brackets" and place == len(node.items) - 1
            one = self._schedule_row(item, key, bound_key, value_key, last)
            if one is not None:
                found.append(one)
        self._increasing([bound for bound, _ in found], node, key, bound_key)
        return Content(f"{len(found)}段" if key == "brackets" else f"{len(found)}档", schedule=tuple(found))

    def _schedule_row(
        self, item: Marked, key: str, bound_key: str, value_key: str, last: bool
    ) -> tuple[int | None, Value] | None:
        table = self.reader.table(item, key, (bound_key, value_key, *_BACKGROUND), (value_key,))
        if table is None or value_key not in table.items:
            return None
        background = read_background(self.reader, table, self.background)
        inner = replace(self, background=background)
        value = inner.value(table.items[value_key], value_key, "rate" if key == "brackets" else "money")
        if last and bound_key in table.items:
            self.reader.fault(
                "brackets", "最后一段不写 to（其上都归它）；其上不付的，再加一段 {rate: 0}", table.line, bound_key
            )
        if not last and bound_key not in table.items:
            self.reader.fault("missing_key", f"缺少“{bound_key}”", table.line, bound_key)
            return None
        bound = None if bound_key not in table.items else self._plain_sum(table, bound_key)
        return None if value is None or (bound is None and bound_key in table.items) else (bound, value)

    def _plain_sum(self, table: Table, key: str) -> int | None:
        text = self.reader.text(table, key)
        if text == "0":
            return 0
        try:
            if text.endswith("分") and re.fullmatch(r"[0-9]{1,17}", text[:-1]):
                return int(text[:-1])
            if not text.endswith("元"):
                raise ValueError(text)
            return parse_yuan(text[:-1])
        except ValueError:
            self.reader.fault("unit", f"“{key}”要写成一个金额，如 30000元，写的却是“{text}”", table.lines[key], key)
            return None

    def _increasing(self, bounds: Sequence[int | None], node: Marked, key: str, bound_key: str) -> None:
        known = [bound for bound in bounds if bound is not None]
        if any(later <= earlier for earlier, later in pairwise(known)):
            self.reader.fault("order", f"“{key}”的 {bound_key} 要从小到大，不能相等", node.line, key)


def _is_schedule(node: Rows) -> bool:
    """Return whether a list holds brackets or lumps themselves, not rows that give them."""
    keys = {key for item in node.items if isinstance(item, Table) for key in item.items}
    return bool(keys & {"to", "rate", "above", "pay"})
