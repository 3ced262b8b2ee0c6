"""Undo the import of a whole file: it is withdrawn, and what it had replaced comes into force again, both at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.receive import Arrival, FileReceipt, Receiver
from fuqi.intake.actions import kept_bytes
from fuqi.intake.layouts import Layouts
from fuqi.intake.queries import FileView, file_of_run, files
from fuqi.journal import codes
from fuqi.journal.actions import withdraw
from fuqi.journal.models import Run
from fuqi.journal.queries import find_run, run_before, runs_with_fingerprint

SHORTEST_REASON = 2
"""Characters that a reason must have to say anything."""

_RETURNS = "returns"
"""In the summary of a run that an undo made: the run whose content it is again."""


class NothingToUndoError(FuqiError):
    """The file is not in force, or was never received, or why it is undone was not said."""

    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo will do: which file goes, and which comes back in its place."""

    file: FileView
    former: FileView | None
    """None: nothing had been replaced, the list is gone afterwards."""


def plan_undo(viewer: Viewer, file: FileView) -> UndoPlan:
    """Return what undoing a received file's import would do. Raises NothingToUndoError where it is not in force."""
    run = find_run(viewer, file.run_id)
    if run is None or run.state != codes.EFFECTIVE:
        raise NothingToUndoError(f"“{file.name}”的这一份现在不生效（{codes.RUN_STATES[file.state]}），没有可以撤销的。")
    former = _former(viewer, run)
    return UndoPlan(file, file_of_run(viewer, former.id) if former else None)


def effective_file(viewer: Viewer, name: str) -> FileView:
    """Return the received file of a name that is in force. Raises NothingToUndoError."""
    found = [file for file in files(viewer) if file.name == name]
    if not found:
        raise NothingToUndoError(f"没有收到过“{name}”。用 received 命令可以列出收到过的全部文件。")
    return next((file for file in found if file.state == codes.EFFECTIVE), found[-1])


def undo(
    file: FileView,
    *,
    viewer: Viewer,
    reason: str,
    folder: Path,
    layouts: Layouts,
    today: date,
    at: Callable[[], datetime],
) -> FileReceipt | None:
    """Withdraw a file's import; return the receipt of what came back in its place, None where nothing did.

    Both happen in one transaction: an undo that was interrupted was not done or was done. Raises NothingToUndoError.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise NothingToUndoError("请写明为什么撤销，例如：名单发错了。理由记入日志。")
    former = plan_undo(viewer, file).former
    run = find_run(viewer, file.run_id)
    assert run is not None
    if former is None or _is_in_force_elsewhere(viewer, former):
        withdraw(run, by=viewer.name, at=at(), why=reason)
        return None
    arrival = Arrival(file.name, partial(kept_bytes, folder, former.sha256))
    with Receiver(viewer=viewer, folder=folder, layouts=layouts, today=today, at=at) as receiver:
        receipt = receiver.take_back(arrival, run, why=reason, summary={_RETURNS: str(former.run_id)})
    if receipt.state == "refused":
        raise NothingToUndoError(
            f"没有撤销：“{file.name}”以前的那一份按现在的版式和区划一行也读不出来。请先改正版式或区划，再撤销。",
            faults=receipt.faults,
        )
    return receipt


def came_back(viewer: Viewer, file: FileView) -> bool:
    """Return whether a file's import was made by an undo."""
    run = find_run(viewer, file.run_id)
    return run is not None and _RETURNS in _summary(run)


def _former(viewer: Viewer, run: Run) -> Run | None:
    """Return the run whose content was there before; of a run that brought an older one back, the older one's former."""
    returned = _summary(run).get(_RETURNS)
    if returned is None:
        return run_before(viewer, run)
    original = find_run(viewer, UUID(str(returned)))
    return _former(viewer, original) if original else None


def _summary(run: Run) -> dict[str, object]:
    found: dict[str, object] = json.loads(run.summary or "{}")
    return found


def _is_in_force_elsewhere(viewer: Viewer, former: FileView) -> bool:
    run = find_run(viewer, former.run_id)
    same = runs_with_fingerprint(viewer, codes.IMPORT, run.fingerprint) if run else []
    return any(item.state == codes.EFFECTIVE for item in same)
