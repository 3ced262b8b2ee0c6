"""Rows for counting, each with the received rows that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class FactRow:
    """One row of a counting table.

    `values` has the table's columns; what is unknown is None. `evidence` names, per column, the received rows that say so.
    `restricted` marks rows that would show an illness which only named roles may see.
    """

    order: tuple[int, str]
    person_id: UUID | None
    place: str
    values: dict[str, object]
    evidence: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    restricted: bool = False
    label: str = ""


@dataclass(slots=True)
class CountingTables:
    """All tables on one day."""

    tables: dict[str, list[FactRow]]
