"""Reads groups.yaml: the identity groups of a scheme."""

from __future__ import annotations

from fuqi.scheme.model import Group
from fuqi.scheme.reading.marks import read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background

_KEYS = ("id", "name", "comes_from", "words", "implies", "source", "confidence")


def read_groups(text: str, reader: Reader) -> tuple[Group, ...]:
    """Return the groups in order; the first that a person has leads."""
    table = reader.table(read_yaml(text, reader.file, reader.faults), "groups", ("language", "groups"), ("groups",))
    if table is None:
        return ()
    language(reader, table)
    found: dict[str, Group] = {}
    for item in reader.rows(table.items.get("groups"), "groups"):
        row = reader.table(item, "groups", _KEYS, ("id", "name"))
        if row is None:
            continue
        background = read_background(reader, row, Background())
        group = Group(
            id=reader.identifier(row),
            name=reader.text(row, "name"),
            comes_from=reader.text(row, "comes_from"),
            words=reader.texts(row, "words"),
            implies=reader.texts(row, "implies"),
            source=background.source,
            confirmed=background.confirmed,
            line=row.line,
        )
        if group.id in found:
            reader.fault("duplicate_id", f"编号“{group.id}”用了两次", row.lines["id"], "id")
        found[group.id] = group
    return tuple(found.values())


def check_implied(groups: tuple[Group, ...], reader: Reader) -> None:
    """Collect a fault for a group that implies one that does not exist."""
    known = {group.id for group in groups}
    for group in groups:
        for other in group.implies:
            if other not in known:
                reader.fault("unknown_group", f"“{group.id}”的 implies 里没有“{other}”这个身份类别", group.line, "implies")
