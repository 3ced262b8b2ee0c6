"""Laying out a county's places from its scheme."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow
from fuqi.places.models import LEVEL_BY_LENGTH, Division


class DivisionRow(Protocol):
    """A division as a scheme lists it."""

    @property
    def code(self) -> str:
        """Return the division code."""

    @property
    def name(self) -> str:
        """Return the name without the places above."""


def lay_out(divisions: list[DivisionRow], *, by: str, at: datetime) -> None:
    """Write the divisions that are not there yet."""
    have = set(Division.objects.values_list("code", flat=True))
    names = {row.code: row.name for row in divisions}
    full = {
        code: "".join(names[code[:length]] for length in (6, 9, 12) if code[:length] in names and length <= len(code))
        for code in names
    }
    rows = [
        NewRow(Division, code=row.code, name=row.name, full_name=full[row.code], level=LEVEL_BY_LENGTH[len(row.code)])
        for row in sorted(divisions, key=lambda row: row.code)
        if row.code not in have
    ]
    if rows:
        with recording(by=by, at=at, action="places.lay_out") as record:
            record.add(rows)
