"""What a person's rows say together: which source leads for which fact. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fuqi.access.envelope import ERASED
from fuqi.basics import resident_id
from fuqi.intake.rows import RowView

LEADING_KINDS = (
    "household",
    "field_check",
    "insurance",
    "provincial_system",
    "national_platform",
    "poverty_office",
)
"""Whose word on name, id and village comes first: the register of households, then what was seen in the field."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A received row that belongs to a person."""

    person_id: UUID
    serial: int
    row: RowView


def by_person(rows: Iterable[PersonRow]) -> dict[UUID, list[PersonRow]]:
    """Return every person's rows, persons by serial, rows by leading kind, file, sheet and row."""
    found: dict[UUID, list[PersonRow]] = {}
    for item in sorted(rows, key=lambda item: (item.serial, _rank(item.row.kind), item.row.key)):
        found.setdefault(item.person_id, []).append(item)
    return found


def _rank(kind: str) -> int:
    return LEADING_KINDS.index(kind) if kind in LEADING_KINDS else len(LEADING_KINDS)


def leading(rows: Sequence[PersonRow], field: str) -> PersonRow | None:
    """Return the first row that says something about a field."""
    return next((item for item in rows if item.row.values.get(field) not in (None, "")), None)


def said(rows: Sequence[PersonRow], field: str) -> Any:
    """Return what the leading row says about a field, or None."""
    item = leading(rows, field)
    return item.row.values[field] if item else None


_BETWEEN_WORDS = re.compile("[、;；,\uff0c/\n]")
_BETWEEN_CODES = re.compile(r"[、;；,\uff0c/\s]+")


def illnesses(words: str, codes: str) -> list[tuple[str, str]]:
    """Return the illnesses that a cell of words and a cell of ICD-10 codes name, each with its code or ''.

    Words and codes are paired where there are as many of both; otherwise nobody can say which belongs to which, and each
    stands for itself.
    """
    named = [word.strip() for word in _BETWEEN_WORDS.split(words) if word.strip()]
    coded = [code for code in _BETWEEN_CODES.split(codes) if code]
    if len(named) == len(coded):
        return list(zip(named, coded, strict=True))
    return [*((word, "") for word in named), *(("", code) for code in coded)]


def sex_and_birth(rows: Sequence[PersonRow], *, today: date) -> tuple[str, date | None]:
    """Return sex and birth date: from a sound id number first, then as written."""
    number = said(rows, "id_number")
    if isinstance(number, str):
        read = resident_id.read(number, today=today)
        if isinstance(read, resident_id.ResidentId):
            return read.sex, read.birth_on
    sex = said(rows, "sex")
    return str(sex or ""), said(rows, "birth_on")


def masked(name: str) -> str:
    """Return a name with all but its first character covered; of an erased one, that it was erased."""
    return name if name == ERASED else name[:1] + "*" * (len(name) - 1)
