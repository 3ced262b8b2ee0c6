"""The register of personal data as values: what every column of every table is, on what ground, from where, for how long.

The register is the test: `tests/repo/test_personal_data.py` walks every model and every layout. The impact assessment
（个人信息保护法第五十五、五十六条）is made of it. Pure of Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("personal_data.yaml")
SEALED = "sealed"

RESIDENT, STAFF, NOBODY = "resident", "staff", "none"
SUBJECTS = {RESIDENT: "群众", STAFF: "工作人员", NOBODY: "不涉及个人"}
"""Whose data a table holds."""


@dataclass(frozen=True, slots=True)
class Law:
    """An article, what it says in short, and whether that was checked against its text."""

    title: str
    clause: str
    says: str
    confirmed: bool

    def __str__(self) -> str:
        return f"{self.title}{self.clause}{'' if self.confirmed else '（尚未核实）'}"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data are for, and the laws that it rests on."""

    words: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of content: its level (`access.codes.LEVELS`), whether it must be sealed, whether the law calls it sensitive."""

    name: str
    level: int
    always_sealed: bool = False
    special: bool = False


@dataclass(frozen=True, slots=True)
class OpenReason:
    """Why a column is not sealed, and up to which level that will do."""

    words: str
    up_to: int


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A column: its category, and `sealed` or the reason why not."""

    category: str
    kept: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A table."""

    name: str
    subject: str
    purposes: tuple[str, ...]
    source: str
    retention: str
    fields: Mapping[str, FieldEntry]
    """The table's own columns; those that all tables share are in `Register.common`."""


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register."""

    laws: Mapping[str, Law]
    purposes: Mapping[str, Purpose]
    categories: Mapping[str, Category]
    open_reasons: Mapping[str, OpenReason]
    sources: Mapping[str, str]
    common: Mapping[str, FieldEntry]
    models: Mapping[str, ModelEntry]
    received: Mapping[str, str]
    """Fields of received lists -> category."""

    def field(self, model: str, name: str) -> FieldEntry | None:
        """Return what the register says of a column, None where it says nothing."""
        entry = self.models.get(model)
        return None if entry is None else entry.fields.get(name) or self.common.get(name)

    def level(self, entry: FieldEntry) -> int:
        """Return the level of a column."""
        return self.categories[entry.category].level

    def highest_level(self, model: str) -> int:
        """Return the highest level of a table's own columns."""
        return max((self.level(entry) for entry in self.models[model].fields.values()), default=1)


def _fields(row: Mapping[str, list[str]]) -> dict[str, FieldEntry]:
    return {name: FieldEntry(*said) for name, said in row.items()}


def _model(row: Mapping[str, Any]) -> ModelEntry:
    about = (row["name"], row["subject"], tuple(row["purpose"]), row["source"], row["retention"])
    return ModelEntry(*about, _fields(row["fields"]))


@cache
def register() -> Register:
    """Return the register. Raises KeyError or TypeError where its file is not in form: the repository's tests read it."""
    read = YAML(typ="safe").load(FILE.read_text("utf-8"))
    laws = {
        key: Law(row["title"], row["clause"], row["says"], row["confidence"] == "confirmed")
        for key, row in read["laws"].items()
    }
    return Register(
        laws=laws,
        purposes={key: Purpose(row["words"], tuple(row["basis"])) for key, row in read["purposes"].items()},
        categories={key: Category(**row) for key, row in read["categories"].items()},
        open_reasons={key: OpenReason(**row) for key, row in read["open_reasons"].items()},
        sources=read["sources"],
        common=_fields(read["common"]),
        models={key: _model(row) for key, row in read["models"].items()},
        received=read["received"],
    )
