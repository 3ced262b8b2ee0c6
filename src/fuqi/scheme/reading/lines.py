"""Reads lines.yaml: the poverty lines, each with the day from which it holds and its source."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.scheme.lines import PovertyLine
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Marked, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background

_KEYS = ("from", "per_head_and_year", "source", "confidence")


def read_lines(text: str, reader: Reader) -> tuple[PovertyLine, ...]:
    """Return the poverty lines by the day from which they hold."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "lines", ("language", "poverty_line"), ("poverty_line",))
    if table is None:
        return ()
    language(reader, table)
    found = sorted(_rows(reader, table.items.get("poverty_line")), key=lambda line: line.since)
    days = [line.since for line in found]
    if len(set(days)) < len(days):
        reader.fault("same_row", "贫困线有两行从同一天起", table.lines["poverty_line"], "poverty_line")
    return tuple(found)


def _rows(reader: Reader, node: Marked | None) -> Iterator[PovertyLine]:
    for item in reader.rows(node, "poverty_line"):
        row = reader.table(item, "poverty_line", _KEYS, ("from", "per_head_and_year", "source"))
        if row is None or "per_head_and_year" not in row.items or "from" not in row.items:
            continue
        since = reader.day(row, "from")
        sum_node = row.items["per_head_and_year"]
        amount = reader.expression(sum_node, "per_head_and_year", Names("贫困线", {}), "money")
        background = read_background(reader, row, Background())
        if since is None or amount is None:
            continue
        fen = amount.evaluate({})
        if not fen or fen < 0:
            reader.fault("value", "贫困线要写大于0的金额，如 2952元", row.line, "per_head_and_year")
            continue
        yield PovertyLine(since, fen, background.source, background.confirmed)
