"""Reading received rows: those of effective runs, with what they were read as."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fuqi.access.keys import in_bulk
from fuqi.access.reading import covered
from fuqi.access.sealed import ERASED, SealedTextField
from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.models import ReceivedFile, ReceivedRow, RowFault
from fuqi.intake.rows import RowView
from fuqi.journal import codes
from fuqi.journal.rules import unplain
from fuqi.journal.validity import known

READ = "read"


_COLUMNS = ("id", "file__name", "sheet", "row", "kind", "reading")


def _view(columns: tuple[Any, ...]) -> RowView:
    row_id, file, sheet, row, kind, reading = columns
    words = _field("reading").open_value(row_id, reading)
    return RowView(row_id, file, sheet, row, kind, {} if words == ERASED else unplain(json.loads(words)))


def _written(row_id: UUID, kept: Any) -> str:
    """Return the cells as they were kept; of an erased row, that it was erased."""
    words = _field("cells").open_value(row_id, kept)
    return json.dumps({"本行": ERASED}, ensure_ascii=False) if words == ERASED else words


def _field(name: str) -> SealedTextField:
    field = ReceivedRow._meta.get_field(name)
    assert isinstance(field, SealedTextField)
    return field


def rows(viewer: Viewer) -> Iterator[RowView]:
    """Yield the rows of all effective files that were read, not set aside and not erased, in no particular order.

    For the program's own steps; pages ask for single rows. The viewer must cover the whole county.
    """
    del viewer
    found = ReceivedRow.objects.filter(known(None, run="file__run"), state=READ)
    yield from (view for view in map(_view, in_bulk(found.values_list(*_COLUMNS).iterator(2000))) if view.values)


def find_rows(viewer: Viewer, file: str, sheet: str, row: int) -> list[RowView]:
    """Return the rows of effective files at a sheet's row, to be asked for; an empty sheet name stands for every sheet."""
    del viewer
    found = ReceivedRow.objects.filter(known(None, run="file__run"), file__name=file, row=row)
    with covered():
        views = list(map(_view, in_bulk(found.order_by("sheet").values_list(*_COLUMNS))))
    return [view for view in views if not sheet or view.sheet == sheet]


def readings(viewer: Viewer, row_ids: Collection[UUID]) -> dict[UUID, RowView]:
    """Return what rows were read as. Opens sealed words; what is shown of them is the caller's care."""
    del viewer
    found = ReceivedRow.objects.filter(id__in=list(row_ids)).values_list(*_COLUMNS)
    return {view.id: view for view in map(_view, in_bulk(found))}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A received row whatever became of its file: read, and when, by whom and in what state the file is."""

    view: RowView
    file_id: UUID
    file_state: str
    received_at: datetime
    by: str


_SEEN = (codes.EFFECTIVE, codes.SUPERSEDED, codes.WITHDRAWN)
"""States of a file whose rows readers see or once saw."""


def kept_row(viewer: Viewer, row_id: UUID) -> KeptRow | None:
    """Return a received row, of a file that is no longer in force too; None where readers never saw such a row.

    Opened to decide whether it may be shown; what is shown of it, `cells_of` opens.
    """
    del viewer
    about = ("file_id", "file__run__state", "file__received_at", "file__run__by")
    found = ReceivedRow.objects.filter(id=row_id, file__run__state__in=_SEEN).values_list(*_COLUMNS, *about).first()
    if found is None:
        return None
    with covered():
        return KeptRow(_view(found[: len(_COLUMNS)]), *found[len(_COLUMNS) :])


def written_rows(viewer: Viewer, file_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Return the rows of one file that were read, by sheet and row: id -> (kind, cells as they were kept, opened)."""
    del viewer
    found = ReceivedRow.objects.filter(file_id=file_id, state=READ).order_by("sheet", "row", "id")
    with covered():
        kept = in_bulk(found.values_list("id", "kind", "cells"))
        return {row_id: (kind, _written(row_id, cells)) for row_id, kind, cells in kept}


def ids_of_file_rows(viewer: Viewer, file_id: UUID) -> list[UUID]:
    """Return the rows of a received file by id; nothing is opened."""
    del viewer
    return list(ReceivedRow.objects.filter(file_id=file_id).values_list("id", flat=True))


def views_of(viewer: Viewer, row_ids: Collection[UUID]) -> dict[UUID, tuple[RowView, dict[str, str]]]:
    """Return received rows with their cells by id, whatever became of their files. Opens sealed words."""
    del viewer
    found: dict[UUID, tuple[RowView, dict[str, str]]] = {}
    ids = list(row_ids)
    for start in range(0, len(ids), 500):
        some = ReceivedRow.objects.filter(id__in=ids[start : start + 500]).values_list(*_COLUMNS, "cells")
        for *columns, kept in in_bulk(some):
            view = _view(tuple(columns))
            found[view.id] = (view, json.loads(_written(view.id, kept)))
    return {row_id: found[row_id] for row_id in ids if row_id in found}


def cells_of(viewer: Viewer, row_id: UUID) -> dict[str, str]:
    """Return what was written in a row's cells, by header. Opens sealed words; what is shown of them is the caller's care."""
    del viewer
    cells: dict[str, str] = json.loads(_written(row_id, ReceivedRow.objects.values_list("cells", flat=True).get(id=row_id)))
    return cells


def row_heads(viewer: Viewer, row_ids: set[UUID]) -> dict[UUID, tuple[Place, str]]:
    """Return where rows stand and on which kind of list."""
    del viewer
    found = ReceivedRow.objects.filter(id__in=sorted(row_ids)).values_list("id", "file__name", "sheet", "row", "kind")
    return {row_id: (Place(file=file, sheet=sheet, row=row), kind) for row_id, file, sheet, row, kind in found}


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
    run_id: UUID
    by: str
    rows: int
    set_aside: int
    kinds: tuple[tuple[str, int], ...]
    """How many rows of which kind of list were read, by kind."""


def files(viewer: Viewer) -> list[FileView]:
    """Return all received files, refused and superseded ones too, the oldest first."""
    del viewer
    return [_file(row) for row in ReceivedFile.objects.select_related("run").order_by("received_at", "id")]


def find_file(viewer: Viewer, file_id: UUID) -> FileView | None:
    """Return a received file, whatever became of it."""
    del viewer
    found = ReceivedFile.objects.select_related("run").filter(id=file_id).first()
    return _file(found) if found else None


def file_of_run(viewer: Viewer, run_id: UUID) -> FileView | None:
    """Return the file that an import run received."""
    del viewer
    found = ReceivedFile.objects.select_related("run").filter(run_id=run_id).first()
    return _file(found) if found else None


def _file(row: ReceivedFile) -> FileView:
    said = json.loads(row.run.summary or "{}")
    return FileView(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        received_at=row.received_at,
        state=row.run.state,
        run_id=row.run_id,
        by=row.run.by,
        rows=said.get("rows", 0),
        set_aside=said.get("set_aside", 0),
        kinds=tuple(sorted(said.get("kinds", {}).items())),
    )
