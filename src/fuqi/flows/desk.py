"""The lists desk: what is asked of the worker, and how it is done, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from fuqi.access.codes import IMPORT_LISTS
from fuqi.access.queries import viewer_for
from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.flows.counts import count_day, count_days, latest_count
from fuqi.flows.current import current_scheme, known_layouts
from fuqi.flows.figures import default_day
from fuqi.flows.main_job import is_up_to_date, steps
from fuqi.flows.match import imports_fingerprint
from fuqi.flows.receive import Arrival, FileReceipt, Receiver
from fuqi.flows.report_words import said_of
from fuqi.flows.undo import came_back, plan_undo, undo
from fuqi.flows.workspaces import PROGRAM
from fuqi.intake.actions import keep_bytes, kept_bytes
from fuqi.intake.queries import FileView, file_of_run, find_file
from fuqi.jobs import codes as jobs
from fuqi.jobs.actions import Lease, ask
from fuqi.journal import codes
from fuqi.journal.queries import effective_run, effective_runs, find_run
from fuqi.scheme.model import Scheme

RECEIVING, UNDOING = "接收", "撤销"
"""The first step of a job; the others are those of the main job."""
MAIN_STEPS = ("比对", "核实认定", "结算", "计数")
"""The names of the main job's steps, for pages that show what is still to come."""


class NotYoursToDoError(FuqiError):
    """Who asked may not do it (any more)."""

    code = "not_yours_to_do"


class Teller(Protocol):
    """Shows where a job is, and keeps what was done."""

    def step(self, name: str) -> None:
        """Say which step begins."""

    def tell(self, text: str) -> None:
        """Say what is being done now."""

    def keep(self, result: dict[str, object]) -> None:
        """Keep what was done so far."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in through a page."""

    name: str
    data: bytes = field(repr=False)


def ask_to_receive(viewer: Viewer, uploads: Sequence[Upload], *, folder: Path, again: bool, at: datetime) -> UUID:
    """Keep the bytes sealed and ask the worker to receive them; return the job's id."""
    kept = []
    for upload in uploads:
        sha256 = hashlib.sha256(upload.data).hexdigest()
        keep_bytes(folder, sha256, upload.data)
        kept.append({"name": upload.name, "sha256": sha256, "size": len(upload.data)})
    return ask(jobs.RECEIVE, {"files": kept, "again": again}, by=viewer.name, at=at)


def ask_again(viewer: Viewer, payload: dict[str, Any], name: str, *, at: datetime) -> UUID | None:
    """Ask for one file of a former job to be received though it was put away; None if the job had no such file."""
    found = [file for file in payload.get("files", ()) if file["name"] == name]
    return ask(jobs.RECEIVE, {"files": found[:1], "again": True}, by=viewer.name, at=at) if found else None


def ask_to_undo(viewer: Viewer, file: FileView, reason: str, *, at: datetime) -> UUID:
    """Ask the worker to undo a file's import; return the job's id. Raises NothingToUndoError where there is nothing to undo."""
    plan_undo(viewer, file)
    return ask(jobs.UNDO, {"file": str(file.id), "name": file.name, "reason": reason}, by=viewer.name, at=at)


def steps_of(kind: str) -> list[str]:
    """Return the names of a job's steps, in order."""
    first = {jobs.RECEIVE: [RECEIVING], jobs.UNDO: [UNDOING]}
    return [*first.get(kind, []), *MAIN_STEPS]


def do_job(
    lease: Lease, teller: Teller, *, workspace: Workspace, layouts: Path, today: date, at: Callable[[], datetime]
) -> dict[str, Any]:
    """Do a job and return what was done. Whatever an interrupted attempt did already is found done."""
    scheme = current_scheme(workspace)
    viewer = _asker(lease, scheme, today)
    job = _Job(lease, teller, viewer, scheme, workspace, layouts, today, at)
    job.result.setdefault("count_before", _count_run(viewer, scheme))
    job.keep()
    if lease.kind == jobs.RECEIVE:
        job.receive()
    elif lease.kind == jobs.UNDO:
        job.undo()
    job.catch_up()
    job.result["count_after"] = _count_run(viewer, scheme)
    return job.result


def _asker(lease: Lease, scheme: Scheme, today: date) -> Viewer:
    """Return who asked, with what is allowed now. Raises NotYoursToDoError, NoSuchViewerError."""
    if lease.kind == jobs.CATCH_UP:
        return PROGRAM
    viewer = viewer_for(PROGRAM, lease.asked_by, on=today)
    if not (viewer.may(IMPORT_LISTS) and viewer.covers(scheme.place)):
        raise NotYoursToDoError(f"“{viewer.name}”现在没有接收名单的权限，这件事没有做。请换有权限的人再提交一次。")
    return viewer


def _count_run(viewer: Viewer, scheme: Scheme) -> str:
    """Return the id of the effective count of the scheme's last day, '' where nothing was counted yet."""
    run = effective_run(viewer, codes.COUNT, default_day(scheme).isoformat())
    return str(run.id) if run else ""


@dataclass
class _Job:
    """One attempt at a job."""

    lease: Lease
    teller: Teller
    viewer: Viewer
    scheme: Scheme
    workspace: Workspace
    layouts: Path
    today: date
    at: Callable[[], datetime]

    def __post_init__(self) -> None:
        self.result: dict[str, Any] = dict(self.lease.result)
        self.result["steps"] = []

    def keep(self) -> None:
        """Keep what was done so far."""
        self.teller.keep(self.result)

    def done(self, step: str, words: str) -> None:
        """Note what a step did."""
        self.result["steps"].append({"name": step, "words": words})
        self.keep()

    def receive(self) -> None:
        """Receive the files that were sent in."""
        self.teller.step(RECEIVING)
        files = self.result["files"] = []
        layouts = known_layouts(self.layouts)
        folder = self.workspace.received
        with Receiver(viewer=self.viewer, folder=folder, layouts=layouts, today=self.today, at=self.at) as receiver:
            for wanted in self.lease.payload["files"]:
                self.teller.tell(wanted["name"])
                arrival = Arrival(wanted["name"], partial(kept_bytes, folder, wanted["sha256"]))
                receipt = receiver.receive(arrival, again=bool(self.lease.payload.get("again")))
                files.append(self._received(receipt))
                self.keep()
        self.done(RECEIVING, _receipt_words(files))

    def _received(self, receipt: FileReceipt) -> dict[str, Any]:
        """Return what became of a file. What an interrupted attempt of this job received is `received`, not `unchanged`."""
        file = file_of_run(self.viewer, receipt.run_id) if receipt.run_id else None
        run = find_run(self.viewer, receipt.run_id) if receipt.run_id else None
        state, rows, set_aside = receipt.state, receipt.rows, receipt.set_aside
        kinds: dict[str, int] = dict(receipt.kinds)
        if state == "unchanged" and file and run and run.started_at >= self.lease.asked_at and not receipt.notices:
            state, rows, set_aside, kinds = "received", file.rows, file.set_aside, dict(file.kinds)
        return {
            "name": receipt.name,
            "state": state,
            "rows": rows,
            "set_aside": set_aside,
            "kinds": kinds,
            "file": str(file.id) if file else "",
            "notices": [str(item.message) for item in receipt.notices],
            "faults": [] if state in ("received", "unchanged") else _first_messages(receipt.faults),
        }

    def undo(self) -> None:
        """Undo the import that was named."""
        self.teller.step(UNDOING)
        file = find_file(self.viewer, UUID(self.lease.payload["file"]))
        if file is None:
            raise NotYoursToDoError("没有收到过这份文件，没有什么可撤销的。")
        if not self._is_undone(file):
            undo(
                file,
                viewer=self.viewer,
                reason=self.lease.payload["reason"],
                folder=self.workspace.received,
                layouts=known_layouts(self.layouts),
                today=self.today,
                at=self.at,
            )
        back = self._came_back(file)
        self.result["back"] = str(back.id) if back else ""
        words = f"“{file.name}”已撤销，" + (f"恢复为以前的那一份（{back.rows} 行）。" if back else "这份名单不再生效。")
        self.done(UNDOING, words)

    def _is_undone(self, file: FileView) -> bool:
        """Return whether an attempt of this job that was interrupted has undone the import already."""
        run = find_run(self.viewer, file.run_id)
        return run is not None and run.state == codes.WITHDRAWN and (run.closed_at or self.at()) >= self.lease.asked_at

    def _came_back(self, file: FileView) -> FileView | None:
        """Return the file that took the undone one's place, in this attempt or in one that was interrupted."""
        run = effective_run(self.viewer, codes.IMPORT, file.name)
        now = file_of_run(self.viewer, run.id) if run and run.started_at >= self.lease.asked_at else None
        return now if now and came_back(self.viewer, now) else None

    def catch_up(self) -> None:
        """Do every step of the main job that has something to do."""
        for step in steps(viewer=self.viewer, scheme=self.scheme, today=self.today, at=self.at, progress=self.teller.tell):
            self.teller.step(step.name)
            self.done(step.name, said_of(step.work()))


def due_fingerprint(workspace: Workspace) -> str:
    """Return the digest of what the main job should have been done with and was not; '' where nothing is due."""
    scheme = current_scheme(workspace)
    if not effective_runs(PROGRAM, codes.IMPORT):
        return ""
    count = latest_count(PROGRAM, scheme)
    if is_up_to_date(PROGRAM, scheme) and count is not None and count.up_to_date:
        return ""
    return hashlib.sha256(f"{imports_fingerprint(PROGRAM)}\n{scheme.hash}".encode()).hexdigest()


def ask_to_catch_up(*, at: datetime) -> UUID:
    """Ask, in nobody's name, for the main job to be done with lists and scheme as they are."""
    return ask(jobs.CATCH_UP, {}, by=PROGRAM.name, at=at)


def count_one_day(workspace: Workspace, *, at: Callable[[], datetime]) -> bool:
    """Count one of the scheme's earlier days that is not up to date; returns False if all are."""
    scheme = current_scheme(workspace)
    if latest_count(PROGRAM, scheme) is None:
        return False
    days = (day for day in count_days(scheme) if day != default_day(scheme))
    reports = (count_day(viewer=PROGRAM, scheme=scheme, day=day, at=at, progress=_silent) for day in days)
    return any(not report.up_to_date for report in reports)


def _silent(text: str) -> None:
    del text


def _first_messages(faults: Iterable[Fault]) -> list[str]:
    """Return the first few things that are wrong, each said once."""
    return list(dict.fromkeys(str(fault.message) for fault in faults))[:5]


def _receipt_words(files: Sequence[dict[str, Any]]) -> str:
    received = [file for file in files if file["state"] == "received"]
    rows, aside = sum(file["rows"] for file in received), sum(file["set_aside"] for file in received)
    others = len(files) - len(received)
    if not received:
        return "没有新接收的文件。"
    words = f"接收 {len(received)} 份，读到 {rows} 行" + (f"，其中搁置 {aside} 行" if aside else "")
    return words + (f"；另有 {others} 份没有接收" if others else "") + "。"
