"""Reads floors.yaml: what a base scheme demands of the layers of every place that builds on it.

language: 1
floors:
  - id: assistance_rate
    name: 医疗救助的支付比例
    fund: medical_assistance        # the layers that this fund pays
    key: rate                       # rate, deductible or cap
    when: "'subsistence_allowance' in groups or 'extreme_poverty_support' in groups"
    at_least: 70%                   # or at_most, for a deductible
    source: {document: national_frame, clause: 救助比例}
"""

from __future__ import annotations

from fuqi.scheme.model import Floor
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Table, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background
from fuqi.scheme.syntax import Constant

KEYS = {"rate": "rate", "deductible": "money", "cap": "money"}
"""The parameters that a floor can be about, each with its kind."""
_KEYS = ("id", "name", "fund", "key", "when", "at_least", "at_most", "source", "confidence")


def read_floors(text: str, reader: Reader, names: Names) -> tuple[Floor, ...]:
    """Return the demands of a file."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "floors", ("language", "floors"), ("floors",))
    if table is None:
        return ()
    language(reader, table)
    found: dict[str, Floor] = {}
    for item in reader.rows(table.items.get("floors"), "floors"):
        row = reader.table(item, "floors", _KEYS, ("id", "name", "fund", "key", "source"))
        floor = None if row is None else _floor(row, reader, names)
        if row is not None and floor is not None:
            if floor.id in found:
                reader.fault("duplicate_id", f"编号“{floor.id}”用了两次", row.lines.get("id", row.line), "id")
            found[floor.id] = floor
    return tuple(found.values())


def _floor(row: Table, reader: Reader, names: Names) -> Floor | None:
    key = reader.choice(row, "key", KEYS, "rate")
    given = [bound for bound in ("at_least", "at_most") if bound in row.items]
    if len(given) != 1:
        reader.fault("missing_key", "“at_least”（不低于）和“at_most”（不高于）要写一个，只写一个", row.line, "at_least")
        return None
    bound = _bound(row, given[0], key, reader, names)
    background = read_background(reader, row, Background())
    when = reader.condition(row.items.get("when"), "when", names)
    if bound is None or ("when" in row.items and when is None):
        return None
    return Floor(
        id=reader.identifier(row),
        name=reader.text(row, "name"),
        fund=reader.text(row, "fund"),
        key=key,
        at_least=bound if given[0] == "at_least" else None,
        at_most=bound if given[0] == "at_most" else None,
        when=when,
        source=background.source,
        confirmed=background.confirmed,
        line=row.line,
    )


def _bound(row: Table, bound: str, key: str, reader: Reader, names: Names) -> int | None:
    expression = reader.expression(row.items[bound], bound, names, KEYS[key])
    if expression is None:
        return None
    if not isinstance(expression.node, Constant):
        reader.fault("form", f"“{bound}”要写成一个数，如 70% 或 5000元", row.lines[bound], bound)
        return None
    return expression.evaluate({})
