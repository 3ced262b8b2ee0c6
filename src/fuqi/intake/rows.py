"""A received row as the rooms above take it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RowView:
    """A received row with what it was read as opened."""

    id: UUID
    file: str
    sheet: str
    row: int
    kind: str
    values: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what a row is ordered by."""
        return (self.file, self.sheet, self.row)
