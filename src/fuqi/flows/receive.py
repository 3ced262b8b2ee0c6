"""Receive lists: every file kept, every row accounted for, nothing effective before all of a file is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.actions import keep_bytes, record_faults, record_file, record_rows
from fuqi.intake.layouts import Layouts
from fuqi.intake.reading import FileReading, ReadRow, read_file
from fuqi.intake.workbooks import WorkbookReader
from fuqi.journal import codes
from fuqi.journal.actions import make_effective, refuse, start_run
from fuqi.journal.queries import effective_run, runs_with_fingerprint
from fuqi.places.queries import divisions
from fuqi.places.rules import PlaceFinder


@dataclass
class FileReceipt:
    """What became of one received file."""

    name: str
    state: str
    """received, unchanged, older, refused."""
    rows: int = 0
    set_aside: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    """What the sender should know that is no failure: a hidden sheet, a column that nobody knows."""


def list_files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield every file with the name it is received under: its path below the folder that was given."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts):
                    yield file.relative_to(path).as_posix(), file
        else:
            yield path.name, path


def receive(
    paths: Sequence[Path],
    *,
    viewer: Viewer,
    folder: Path,
    layouts: Layouts,
    today: date,
    again: bool,
    at: Callable[[], datetime],
    progress: Callable[[str], None],
) -> Iterator[FileReceipt]:
    """Receive files one by one; yields what became of each. A file that is broken does not stop the others."""
    finder = PlaceFinder(divisions(viewer))
    version = hashlib.sha256(repr([(row.code, row.name) for row in divisions(viewer)] + [layouts.by_kind]).encode()).hexdigest()
    with WorkbookReader() as reader:
        read = partial(read_file, layouts=layouts, today=today, reader=reader)
        for name, path in list_files(paths):
            progress(name)
            yield _receive_file(
                name, path, viewer=viewer, folder=folder, read=read, finder=finder, version=version, again=again, at=at
            )


def _receive_file(
    name: str,
    path: Path,
    *,
    viewer: Viewer,
    folder: Path,
    read: Callable[[Path], FileReading],
    finder: PlaceFinder,
    version: str,
    again: bool,
    at: Callable[[], datetime],
) -> FileReceipt:
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = Fault("file_unreadable", f"文件打不开（{error.strerror}）。请检查路径和权限后重试。", Place(file=name))
        return FileReceipt(name, "refused", faults=(fault,))
    sha256 = hashlib.sha256(data).hexdigest()
    fingerprint = hashlib.sha256(f"{sha256}\n{version}".encode()).hexdigest()
    same = runs_with_fingerprint(viewer, codes.IMPORT, fingerprint)
    earlier = {run.state for run in same if run.subject == name}
    if codes.EFFECTIVE in earlier:
        keep_bytes(folder, sha256, data)
        return FileReceipt(name, "unchanged")
    twin = next((run.subject for run in same if run.state == codes.EFFECTIVE), None)
    if twin is not None:
        fault = Fault("same_content", f"内容与已收到的“{twin}”完全相同，没有再导入一次。", Place(file=name))
        return FileReceipt(name, "unchanged", notices=(fault,))
    if codes.SUPERSEDED in earlier and not again:
        fault = Fault(
            "older_file",
            "这份文件以前收到过，后来已被同名的新文件取代，没有再次导入。确实要退回这一份，请加 --again。",
            Place(file=name),
        )
        return FileReceipt(name, "older", faults=(fault,))
    reading = _place_checked(replace(read(path), file=name), finder)
    faults = reading.all_faults
    faults = tuple(replace(fault, place=replace(fault.place, file=name)) for fault in faults)
    receipt = FileReceipt(name, "received", len(reading.rows), sum(row.state != "read" for row in reading.rows), faults=faults)
    receipt.notices = tuple(replace(fault, place=replace(fault.place, file=name)) for fault in reading.notices)
    for row in reading.rows:
        if row.state != "read":
            continue
        receipt.kinds[row.kind] = receipt.kinds.get(row.kind, 0) + 1
    if receipt.set_aside == receipt.rows:
        receipt.state = "refused"
        if codes.REFUSED in earlier:
            return receipt
    _record(receipt, reading, data, sha256, fingerprint, viewer=viewer, at=at, folder=folder)
    return receipt


def _record(
    receipt: FileReceipt,
    reading: FileReading,
    data: bytes,
    sha256: str,
    fingerprint: str,
    *,
    viewer: Viewer,
    at: Callable[[], datetime],
    folder: Path,
) -> None:
    by = viewer.name
    keep_bytes(folder, sha256, data)
    former = effective_run(viewer, codes.IMPORT, receipt.name)
    if former and receipt.state == "received":
        message = f"取代以前收到的同名文件：原有 {json.loads(former.summary)['rows']} 行，这一份 {receipt.rows} 行。"
        receipt.notices += (Fault("replaces", message, Place(file=receipt.name)),)
    run = start_run(codes.IMPORT, subject=receipt.name, fingerprint=fingerprint, by=by, at=at())
    file = record_file(run, name=receipt.name, sha256=sha256, size=len(data), by=by, at=at())
    for _ in record_rows(file, reading.rows, by=by, at=at()):
        pass
    record_faults(file, receipt.faults, by=by, at=at())
    summary: dict[str, object] = {"rows": receipt.rows, "set_aside": receipt.set_aside, "faults": len(receipt.faults)}
    if receipt.state == "refused":
        refuse(run, by=by, at=at(), summary=summary)
    else:
        make_effective(run, by=by, at=at(), summary=summary | {"kinds": receipt.kinds})


def _place_checked(reading: FileReading, finder: PlaceFinder) -> FileReading:
    """Return the reading with rows set aside whose township or village is not one of the county's."""
    return replace(reading, rows=tuple(_place_checked_row(row, finder) for row in reading.rows))


def _place_checked_row(row: ReadRow, finder: PlaceFinder) -> ReadRow:
    for lead in ("", "to_"):
        township, village = (str(row.values.get(f"{lead}{part}") or "") for part in ("township", "village"))
        if row.state == "read" and (township or (lead and village)) and finder.find(township, village) is None:
            return _unknown_place(row, finder, township, village)
    return row


def _unknown_place(row: ReadRow, finder: PlaceFinder, township: str, village: str) -> ReadRow:
    place = Place(file=row.file, sheet=row.sheet, row=row.row, column="村" if finder.find(township, "") else "乡镇")
    words = f"{township}{village}"
    message = (
        f"本县区划中没有“{words}”，这一行已搁置。请按区划名称更正后重新报送，或先在方案的区划表（places.yaml）里增加这个地方。"
    )
    return replace(row, state="set_aside", faults=(*row.faults, Fault("unknown_village", message, place)))
