"""Reads diseases.yaml: disease lists, by edition where they have some, and the order in which they decide a person's class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from fuqi.scheme.diseases import CLASSES, ROUTES, TREATED_BY, Disease, DiseaseList, Edition
from fuqi.scheme.reading.marks import Marked, Table, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background

_LIST_KEYS = (
    "id",
    "name",
    "class",
    "treated_by",
    "route",
    "diseases",
    "editions",
    "unknown_members",
    "source",
    "confidence",
)
_EDITION_KEYS = ("from", "diseases", "add", "drop", "unknown_members", "source", "confidence")
_DISEASE_KEYS = (
    "id",
    "name",
    "icd10",
    "icd10_unsure",
    "words",
    "not_words",
    "age",
    "restricted",
    "route",
    "source",
    "confidence",
)
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
        row = reader.table(item, "lists", _LIST_KEYS, ("id", "name", "class"))
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
    _check_forms(row, reader)
    editions = _editions(row, reader, background)
    diseases = _diseases(row, "diseases", reader, background)
    for edition in editions:
        diseases |= {disease.id: disease for disease in edition.diseases}
    unknown = reader.number(row, "unknown_members", 0) or 0
    return DiseaseList(
        id=reader.identifier(row),
        name=reader.text(row, "name"),
        disease_class=reader.choice(row, "class", CLASSES, "chronic"),
        treated_by=treated_by,
        diseases=tuple(diseases.values()),
        unknown_members=editions[-1].unknown_members if editions else unknown,
        route=_route(row, reader),
        editions=editions,
        source=background.source,
        confirmed=background.confirmed,
        line=row.line,
    )


def _check_forms(row: Table, reader: Reader) -> None:
    """Collect a fault for a list with neither diseases nor editions, or with both."""
    if "diseases" not in row.items and "editions" not in row.items:
        reader.fault("missing_key", "缺少“diseases”（病种），名录分期的写“editions”", row.line, "diseases")
    for key in ("diseases", "unknown_members"):
        if key in row.items and "editions" in row.items:
            reader.fault("mechanism", f"写了 editions，“{key}”就写到各期里面去", row.lines[key], key)


def _editions(row: Table, reader: Reader, above: Background) -> tuple[Edition, ...]:
    """Return the editions of a list: each complete, or what it adds to the one before and drops from it."""
    found: list[Edition] = []
    items = reader.rows(row.items.get("editions"), "editions")
    if not items and "editions" in row.items:
        reader.fault("empty", "“editions”里一期也没有", row.lines["editions"], "editions")
    for item in items:
        table = reader.table(item, "editions", _EDITION_KEYS, ("from",))
        since = None if table is None else reader.day(table, "from")
        if table is None or since is None:
            continue
        background = read_background(reader, table, above)
        before = found[-1].diseases if found else ()
        found.append(
            Edition(
                since=since,
                diseases=_members(table, reader, background, before),
                unknown_members=reader.number(table, "unknown_members", 0) or 0,
                source=background.source,
                confirmed=background.confirmed,
                line=table.line,
            )
        )
    for earlier, later in pairwise(found):
        if later.since <= earlier.since:
            reader.fault("order", "editions 的 from 要从早到晚，不能相同", later.line, "from")
    return tuple(found)


def _members(table: Table, reader: Reader, background: Background, before: tuple[Disease, ...]) -> tuple[Disease, ...]:
    """Return the diseases of an edition."""
    changes = [key for key in ("add", "drop") if key in table.items]
    if "diseases" in table.items:
        for key in changes:
            reader.fault("mechanism", f"写了完整的 diseases，就不写“{key}”", table.lines[key], key)
        return tuple(_diseases(table, "diseases", reader, background).values())
    if not changes or not before:
        message = (
            "第一期要写完整的“diseases”" if not before else "缺少“diseases”（完整的病种），或“add”“drop”（比上一期增减的）"
        )
        reader.fault("missing_key", message, table.line, "diseases")
    known = {disease.id: disease for disease in before}
    for disease_id in reader.texts(table, "drop"):
        if known.pop(disease_id, None) is None:
            reader.fault("unknown_disease", f"上一期没有“{disease_id}”，不能去掉", table.lines["drop"], "drop")
    for disease_id, disease in _diseases(table, "add", reader, background).items():
        if disease_id in known:
            reader.fault("duplicate_id", f"上一期已有“{disease_id}”；要改写它，先在 drop 里去掉", disease.line, "id")
        known[disease_id] = disease
    return tuple(known.values())


def _diseases(row: Table, key: str, reader: Reader, above: Background) -> dict[str, Disease]:
    found: dict[str, Disease] = {}
    for item in reader.rows(row.items.get(key), key):
        disease = _disease(item, reader, above)
        if disease is not None:
            if disease.id in found:
                reader.fault("duplicate_id", f"编号“{disease.id}”用了两次", disease.line, "id")
            found[disease.id] = disease
    return found


def _disease(item: Marked, reader: Reader, above: Background) -> Disease | None:
    row = reader.table(item, "diseases", _DISEASE_KEYS, ("id", "name"))
    if row is None:
        return None
    background = read_background(reader, row, above)
    ages = reader.table(row.items.get("age"), "age", ("from", "below"))
    words = tuple(dict.fromkeys((reader.text(row, "name"), *reader.texts(row, "words"))))
    return Disease(
        id=reader.identifier(row),
        name=reader.text(row, "name"),
        icd10=_codes(row, "icd10", reader),
        icd10_unsure=_codes(row, "icd10_unsure", reader),
        words=words,
        not_words=reader.texts(row, "not_words"),
        age_from=reader.number(ages, "from") if ages else None,
        age_below=reader.number(ages, "below") if ages else None,
        restricted=reader.flag(row, "restricted"),
        route=_route(row, reader),
        source=background.source,
        confirmed=background.confirmed,
        line=row.line,
    )


def _codes(row: Table, key: str, reader: Reader) -> tuple[str, ...]:
    codes = reader.texts(row, key)
    for code in codes:
        if not _CODE.fullmatch(code):
            reader.fault("icd10", f"“{code}”不是 ICD-10 编码的开头，要写成 C15 或 C91.0", row.lines[key], key)
    return codes


def _route(row: Table, reader: Reader) -> str:
    return reader.choice(row, "route", tuple(ROUTES), "cure_once") if "route" in row.items else ""
