"""Receive lists: every file kept, every row accounted for, nothing effective before all of a file is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from uuid import UUID

from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.intake.actions import keep_bytes, record_faults, record_file, record_rows
from fuqi.intake.layouts import Layouts
from fuqi.intake.reading import FileReading, ReadRow, read_opened
from fuqi.intake.workbooks import WorkbookReader
from fuqi.journal import codes
from fuqi.journal.actions import make_effective, refuse, start_run
from fuqi.journal.models import Run
from fuqi.journal.queries import effective_run, runs_with_fingerprint
from fuqi.places.queries import divisions
from fuqi.places.rules import PlaceFinder, spelled_like_a_place


@dataclass
class FileReceipt:
    """What became of one received file."""

    name: str
    state: str
    """received, unchanged, older, withdrawn, refused."""
    rows: int = 0
    set_aside: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    """What the sender should know that is no failure: a hidden sheet, a column that nobody knows."""
    run_id: UUID | None = None
    """The import run that holds what was received: this one, or the one that holds the same already."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that comes in: the name it is received under, and its bytes when they are asked for."""

    name: str
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Came:
    """A file's bytes with the name they came under and what its reading depends on: layouts and places."""

    name: str
    data: bytes = field(repr=False)
    version: str

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Return the digest of all that the import depends on."""
        return hashlib.sha256(f"{self.sha256}\n{self.version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Instead:
    """The import that is withdrawn when this one becomes effective, why, and what the new run's summary says of it."""

    run: Run
    why: str
    summary: dict[str, object]


def list_files(paths: Sequence[Path]) -> Iterator[Arrival]:
    """Yield every file with the name it is received under: its path below the folder that was given."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts):
                    yield Arrival(file.relative_to(path).as_posix(), file.read_bytes)
        else:
            yield Arrival(path.name, path.read_bytes)


def receive(
    arrivals: Iterable[Arrival],
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
    with Receiver(viewer=viewer, folder=folder, layouts=layouts, today=today, at=at) as receiver:
        for arrival in arrivals:
            progress(arrival.name)
            yield receiver.receive(arrival, again=again)


class Receiver:
    """Receives files one after the other; a context manager, so that the process that opens workbooks ends with it."""

    def __init__(self, *, viewer: Viewer, folder: Path, layouts: Layouts, today: date, at: Callable[[], datetime]) -> None:
        self.viewer, self.folder, self.layouts, self.today, self.at = viewer, folder, layouts, today, at
        places = divisions(viewer)
        self.finder = PlaceFinder(places)
        words = repr([(row.code, row.name) for row in places] + [layouts.by_kind])
        self.version = hashlib.sha256(words.encode()).hexdigest()
        self.reader = WorkbookReader()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.reader.__exit__(kind, error, trace)

    def receive(self, arrival: Arrival, *, again: bool) -> FileReceipt:
        """Receive one file, unless it is there already or was put away; return what became of it."""
        try:
            data = arrival.read()
        except OSError as error:
            message = f"文件打不开（{error.strerror}）。请检查路径和权限后重试。"
            return FileReceipt(arrival.name, "refused", faults=(Fault("file_unreadable", message, Place(file=arrival.name)),))
        came = Came(arrival.name, data, self.version)
        known = self._known(came, again=again)
        return known or self._read_and_record(came)

    def take_back(self, arrival: Arrival, withdrawn: Run, *, why: str, summary: dict[str, object]) -> FileReceipt:
        """Receive a former file in the place of the one that is withdrawn, in one step for all readers."""
        came = Came(arrival.name, arrival.read(), self.version)
        return self._read_and_record(came, Instead(withdrawn, why, summary))

    def _known(self, came: Came, *, again: bool) -> FileReceipt | None:
        """Return what is to be said of a file that came before, None if it is to be received."""
        same = runs_with_fingerprint(self.viewer, codes.IMPORT, came.fingerprint)
        effective = next((run for run in same if run.state == codes.EFFECTIVE and run.subject == came.name), None)
        if effective is not None:
            keep_bytes(self.folder, came.sha256, came.data)
            return FileReceipt(came.name, "unchanged", run_id=effective.id)
        twin = next((run for run in same if run.state == codes.EFFECTIVE), None)
        if twin is not None:
            message = f"内容与已收到的“{twin.subject}”完全相同，没有再接收一次。"
            return FileReceipt(
                came.name, "unchanged", notices=(Fault("same_content", message, Place(file=came.name)),), run_id=twin.id
            )
        closed = [
            run for run in same if run.state == codes.WITHDRAWN or (run.state, run.subject) == (codes.SUPERSEDED, came.name)
        ]
        if closed and not again:
            state, code, message = _PUT_AWAY[closed[-1].state]
            return FileReceipt(came.name, state, faults=(Fault(code, message, Place(file=came.name)),))
        return None

    def _read_and_record(self, came: Came, instead: Instead | None = None) -> FileReceipt:
        name = came.name
        opened = self.reader.read_bytes(came.data, name)
        reading = _place_checked(read_opened(opened, name, self.layouts, today=self.today), self.finder)
        receipt = FileReceipt(name, "received", len(reading.rows), sum(row.state != "read" for row in reading.rows))
        receipt.faults = tuple(replace(fault, place=replace(fault.place, file=name)) for fault in reading.all_faults)
        receipt.notices = tuple(replace(fault, place=replace(fault.place, file=name)) for fault in reading.notices)
        receipt.kinds = dict(Counter(row.kind for row in reading.rows if row.state == "read"))
        if receipt.set_aside == receipt.rows:
            receipt.state = "refused"
            same = runs_with_fingerprint(self.viewer, codes.IMPORT, came.fingerprint)
            refused = next((run for run in same if (run.state, run.subject) == (codes.REFUSED, name)), None)
            if refused is not None:
                receipt.run_id = refused.id
                return receipt
        self._record(receipt, reading, came, instead)
        return receipt

    def _record(self, receipt: FileReceipt, reading: FileReading, came: Came, instead: Instead | None) -> None:
        by, at = self.viewer.name, self.at
        keep_bytes(self.folder, came.sha256, came.data)
        former = effective_run(self.viewer, codes.IMPORT, receipt.name)
        if former and receipt.state == "received":
            message = f"取代以前收到的同名文件：原有 {json.loads(former.summary)['rows']} 行，这一份 {receipt.rows} 行。"
            receipt.notices += (Fault("replaces", message, Place(file=receipt.name)),)
        run = start_run(codes.IMPORT, subject=receipt.name, fingerprint=came.fingerprint, by=by, at=at())
        receipt.run_id = run.id
        file = record_file(run, name=receipt.name, sha256=came.sha256, size=len(came.data), by=by, at=at())
        for _ in record_rows(file, reading.rows, by=by, at=at()):
            pass
        record_faults(file, receipt.faults, by=by, at=at())
        summary: dict[str, object] = {"rows": receipt.rows, "set_aside": receipt.set_aside, "faults": len(receipt.faults)}
        if receipt.state == "refused":
            refuse(run, by=by, at=at(), summary=summary)
        elif instead is not None:
            whole = summary | {"kinds": receipt.kinds} | instead.summary
            make_effective(run, by=by, at=at(), summary=whole, withdrawn=instead.run, why=instead.why)
        else:
            make_effective(run, by=by, at=at(), summary=summary | {"kinds": receipt.kinds})


_PUT_AWAY = {
    codes.SUPERSEDED: (
        "older",
        "older_file",
        "这份文件以前收到过，后来已被同名的新文件取代，没有再次接收。确实要退回这一份，请说明“仍然采用”。",
    ),
    codes.WITHDRAWN: (
        "withdrawn",
        "withdrawn_file",
        "这份文件曾被撤销，没有再次接收。确实要重新采用，请说明“仍然采用”。",
    ),
}
"""What is said of a file that was put away, by its run's state: the receipt's state, the fault's code, the sentence."""


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
    are_places = all(spelled_like_a_place(words) for words in (township, village) if words)
    unknown = f"本县区划中没有“{township}{village}”" if are_places else "这一格写的不是本县区划的名称（原文不在这里重复）"
    message = f"{unknown}，这一行已搁置。请按区划名称更正后重新报送，或先在方案的区划表里增加这个地方。"
    return replace(row, state="set_aside", faults=(*row.faults, Fault("unknown_village", message, place)))
