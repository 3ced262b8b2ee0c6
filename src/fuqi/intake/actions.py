"""Keeping what was received: the file's bytes sealed, its rows and faults under a run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fuqi.access.envelope import HEAD, key_named_in
from fuqi.access.keys import KeyLostError
from fuqi.access.sealed import SealBrokenError, open_bytes, seal_bytes
from fuqi.basics.errors import Fault
from fuqi.intake.models import ReceivedFile, ReceivedRow, RowFault
from fuqi.intake.reading import ReadRow
from fuqi.intake.rows import RowView
from fuqi.journal.actions import add_in_chunks, recording
from fuqi.journal.models import Run
from fuqi.journal.rules import canonical, in_order, plain
from fuqi.journal.tables import NewRow


def keep_bytes(folder: Path, sha256: str, data: bytes) -> Path:
    """Write the bytes sealed under their SHA-256, synced before the name appears; a damaged copy is written again."""
    path = folder / f"{sha256}.sealed"
    if not is_kept(folder, sha256):
        _write(path, seal_bytes(data, f"received:{sha256}"))
    return path


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)  # a full disk gets back what half a file took
        raise
    draft.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def reseal_kept_files(folder: Path) -> int:
    """Seal the received files anew whose seals name no data key, from before there were any; returns how many."""
    done = 0
    for path in sorted(folder.glob("*.sealed")):
        if key_named_in(path.read_bytes()[:HEAD]):
            continue
        _write(path, seal_bytes(kept_bytes(folder, path.stem), f"received:{path.stem}"))
        done += 1
    return done


def is_kept(folder: Path, sha256: str) -> bool:
    """Return whether the sealed copy is there, opens, and is what came."""
    try:
        return hashlib.sha256(kept_bytes(folder, sha256)).hexdigest() == sha256
    except (OSError, SealBrokenError, KeyLostError):
        return False


def kept_bytes(folder: Path, sha256: str) -> bytes:
    """Return the bytes of a received file as they came. Raises SealBrokenError, FileNotFoundError."""
    return open_bytes((folder / f"{sha256}.sealed").read_bytes(), f"received:{sha256}")


def record_file(run: Run, *, name: str, sha256: str, size: int, by: str, at: datetime) -> NewRow:
    """Record that a file came."""
    row = NewRow(ReceivedFile, run_id=run.id, name=name, sha256=sha256, size=size, received_at=at)
    with recording(by=by, at=at, action="import.file") as record:
        record.add([row])
    return row


def record_rows(file: NewRow, rows: Sequence[ReadRow], *, by: str, at: datetime) -> Iterator[int]:
    """Record every row as it was written and as it was read; yields how many so far."""
    received = (
        NewRow(
            ReceivedRow,
            file_id=file.id,
            sheet=row.sheet,
            row=row.row,
            kind=row.kind,
            state=row.state,
            cells=in_order(row.cells),
            reading=canonical(plain(row.values)),
        )
        for row in rows
    )
    return add_in_chunks(received, by=by, at=at, action="import.rows")


def record_faults(file: NewRow, faults: Sequence[Fault], *, by: str, at: datetime) -> None:
    """Record what was wrong, in the words that the sender gets."""
    rows = (
        NewRow(
            RowFault,
            file_id=file.id,
            sheet=fault.place.sheet,
            row=fault.place.row,
            column=fault.place.column[:100],
            code=fault.code,
            message=fault.message[:300],
        )
        for fault in faults
    )
    for _ in add_in_chunks(rows, by=by, at=at, action="import.faults"):
        pass


def from_row(
    run: Run, row: RowView, *, at: datetime, valid_from: date | None = None, valid_until: date | None = None
) -> dict[str, Any]:
    """Return the columns that every fact taken from a row has."""
    return {"run_id": run.id, "source_id": row.id, "recorded_at": at, "valid_from": valid_from, "valid_until": valid_until}
