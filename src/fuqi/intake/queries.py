"""Reading received rows: those of effective runs, with what they were read as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fuqi.access.sealed import SealedTextField
from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.models import ReceivedFile, ReceivedRow, RowFault
from fuqi.intake.rows import RowView
from fuqi.journal.rules import unplain
from fuqi.journal.validity import known

READ = "read"


_COLUMNS = ("id", "file__name", "sheet", "row", "kind", "reading")


def _view(columns: tuple[Any, ...]) -> RowView:
    row_id, file, sheet, row, kind, reading = columns
    values = json.loads(_field("reading").open_value(row_id, reading))
    return RowView(row_id, file, sheet, row, kind, unplain(values))


def _field(name: str) -> SealedTextField:
    field = ReceivedRow._meta.get_field(name)
    assert isinstance(field, SealedTextField)
    return field


def rows(viewer: Viewer) -> Iterator[RowView]:
    """Yield the rows of all effective files that were read and not set aside, in no particular order.

    For the program's own steps; pages ask for single rows. The viewer must cover the whole county.
    """
    del viewer
    found = ReceivedRow.objects.filter(known(None, run="file__run"), state=READ)
    yield from map(_view, found.values_list(*_COLUMNS).iterator(2000))


def find_rows(viewer: Viewer, file: str, sheet: str, row: int) -> list[RowView]:
    """Return the rows of effective files at a sheet's row; an empty sheet name stands for every sheet."""
    del viewer
    found = ReceivedRow.objects.filter(known(None, run="file__run"), file__name=file, row=row)
    return [view for view in map(_view, found.order_by("sheet").values_list(*_COLUMNS)) if not sheet or view.sheet == sheet]


def cells_of(viewer: Viewer, row_id: UUID) -> dict[str, str]:
    """Return what was written in a row's cells, by header. Opens sealed words; what is shown of them is the caller's care."""
    del viewer
    cells: dict[str, str] = json.loads(ReceivedRow.objects.get(id=row_id).cells)
    return cells


def source_places(viewer: Viewer, row_ids: set[UUID]) -> dict[UUID, Place]:
    """Return where source rows stand: file, sheet, row."""
    del viewer
    places: dict[UUID, Place] = {}
    ids = sorted(row_ids)
    for start in range(0, len(ids), 500):
        found = ReceivedRow.objects.filter(id__in=ids[start : start + 500])
        for row_id, file, sheet, row in found.values_list("id", "file__name", "sheet", "row"):
            places[row_id] = Place(file=file, sheet=sheet, row=row)
    return places


def faults(viewer: Viewer, file_id: UUID) -> list[Fault]:
    """Return what was wrong with a file, by sheet and row."""
    del viewer
    found = RowFault.objects.filter(file_id=file_id).select_related("file").order_by("sheet", "row", "id")
    return [Fault(row.code, row.message, Place(row.file.name, row.sheet, row.row, row.column)) for row in found]


@dataclass(frozen=True, slots=True)
class FileView:
    """A received file and what became of it."""

    id: UUID
    name: str
    sha256: str
    size: int
    received_at: datetime
    state: str


def files(viewer: Viewer) -> list[FileView]:
    """Return all received files, refused and superseded ones too, the oldest first."""
    del viewer
    found = ReceivedFile.objects.select_related("run").order_by("received_at", "id")
    return [FileView(row.id, row.name, row.sha256, row.size, row.received_at, row.run.state) for row in found]
