"""Reads places.yaml: divisions and institutions."""

from __future__ import annotations

import re

from fuqi.scheme.model import Division, Institution
from fuqi.scheme.names import HOSPITAL_LEVELS
from fuqi.scheme.reading.marks import Table, read_yaml
from fuqi.scheme.reading.reader import Reader, language

_DIVISION_KEYS = ("code", "name", "level", "full_name", "synthetic")
_INSTITUTION_KEYS = ("name", "level", "in_county", "place", "grade", "synthetic")


def read_places(text: str, reader: Reader) -> tuple[tuple[Division, ...], tuple[Institution, ...]]:
    """Return divisions and institutions in the order written."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "places", ("language", "divisions", "institutions"), ("divisions",))
    if table is None:
        return (), ()
    language(reader, table)
    divisions: dict[str, Division] = {}
    for item in reader.rows(table.items.get("divisions"), "divisions"):
        row = reader.table(item, "divisions", _DIVISION_KEYS, ("code", "name", "level"))
        if row is not None:
            division = _division(row, reader)
            if division.code in divisions:
                reader.fault("duplicate_id", f"区划代码“{division.code}”用了两次", row.lines["code"], "code")
            divisions[division.code] = division
    institutions: dict[str, Institution] = {}
    for item in reader.rows(table.items.get("institutions"), "institutions"):
        row = reader.table(item, "institutions", _INSTITUTION_KEYS, ("name", "level", "in_county"))
        if row is not None:
            institution = _institution(row, reader)
            if institution.name in institutions:
                reader.fault("duplicate_id", f"机构“{institution.name}”写了两次", row.lines["name"], "name")
            institutions[institution.name] = institution
    return tuple(divisions.values()), tuple(institutions.values())


def _division(row: Table, reader: Reader) -> Division:
    code = reader.text(row, "code")
    if code and not re.fullmatch(r"[0-9]{6}([0-9]{3}){0,2}", code):
        reader.fault("code", f"“{code}”不是区划代码：应为6、9或12位数字", row.lines["code"], "code")
    return Division(
        code=code,
        name=reader.text(row, "name"),
        level=reader.choice(row, "level", ("county", "township", "village"), "village"),
        full_name=reader.text(row, "full_name"),
        synthetic=reader.flag(row, "synthetic"),
    )


def _institution(row: Table, reader: Reader) -> Institution:
    return Institution(
        name=reader.text(row, "name"),
        level=reader.choice(row, "level", HOSPITAL_LEVELS, "county"),
        in_county=reader.flag(row, "in_county"),
        place=reader.text(row, "place"),
        grade=reader.number(row, "grade"),
        synthetic=reader.flag(row, "synthetic"),
    )
