"""Reads diseases.yaml: disease lists, and the order in which they decide a person's class."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fuqi.scheme.diseases import CLASSES, TREATED_BY, Disease, DiseaseList
from fuqi.scheme.reading.marks import Marked, Table, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background

_LIST_KEYS = ("id", "name", "class", "treated_by", "diseases", "unknown_members", "source", "confidence")
_DISEASE_KEYS = ("id", "name", "icd10", "words", "not_words", "age", "restricted", "source", "confidence")
_CODE = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Za-z]{1,4})?")


@dataclass(frozen=True, slots=True)
class ListsRead:
    """The lists of one file, and the order that it states (empty: none)."""

    lists: tuple[DiseaseList, ...] = ()
    order: tuple[str, ...] = ()
    order_line: int = 0


def read_diseases(text: str, reader: Reader) -> ListsRead:
    """Return the disease lists that a file says."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "diseases", ("language", "order", "lists"))
    if table is None:
        return ListsRead()
    language(reader, table)
    found: dict[str, DiseaseList] = {}
    for item in reader.rows(table.items.get("lists"), "lists"):
        row = reader.table(item, "lists", _LIST_KEYS, ("id", "name", "class", "diseases"))
        if row is not None:
            one = _list(row, reader)
            if one.id in found:
                reader.fault("duplicate_id", f"编号“{one.id}”用了两次", row.lines["id"], "id")
            found[one.id] = one
    return ListsRead(tuple(found.values()), reader.texts(table, "order"), table.lines.get("order", 0))


def _list(row: Table, reader: Reader) -> DiseaseList:
    background = read_background(reader, row, Background())
    treated_by = reader.texts(row, "treated_by")
    for way in treated_by:
        if way not in TREATED_BY:
            reader.fault(
                "value", f"treated_by 只能是{'、'.join(TREATED_BY)}，写的却是“{way}”", row.lines["treated_by"], "treated_by"
            )
    diseases: dict[str, Disease] = {}
    for item in reader.rows(row.items.get("diseases"), "diseases"):
        disease = _disease(item, reader, background)
        if disease is not None:
            if disease.id in diseases:
                reader.fault("duplicate_id", f"编号“{disease.id}”用了两次", disease.line, "id")
            diseases[disease.id] = disease
    return DiseaseList(
        id=reader.identifier(row),
        name=reader.text(row, "name"),
        disease_class=reader.choice(row, "class", CLASSES, "chronic"),
        treated_by=treated_by,
        diseases=tuple(diseases.values()),
        unknown_members=reader.number(row, "unknown_members", 0) or 0,
        source=background.source,
        confirmed=background.confirmed,
        line=row.line,
    )


def _disease(item: Marked, reader: Reader, above: Background) -> Disease | None:
    row = reader.table(item, "diseases", _DISEASE_KEYS, ("id", "name"))
    if row is None:
        return None
    background = read_background(reader, row, above)
    codes = reader.texts(row, "icd10")
    for code in codes:
        if not _CODE.fullmatch(code):
            reader.fault("icd10", f"“{code}”不是 ICD-10 编码的开头，要写成 C15 或 C91.0", row.lines["icd10"], "icd10")
    ages = reader.table(row.items.get("age"), "age", ("from", "below"))
    words = tuple(dict.fromkeys((reader.text(row, "name"), *reader.texts(row, "words"))))
    return Disease(
        id=reader.identifier(row),
        name=reader.text(row, "name"),
        icd10=codes,
        words=words,
        not_words=reader.texts(row, "not_words"),
        age_from=reader.number(ages, "from") if ages else None,
        age_below=reader.number(ages, "below") if ages else None,
        restricted=reader.flag(row, "restricted"),
        source=background.source,
        confirmed=background.confirmed,
        line=row.line,
    )
