"""What was received, and taking an original back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.intake.actions import kept_bytes
from fuqi.intake.queries import files
from fuqi.journal.actions import recording
from fuqi.journal.codes import RUN_STATES


class NotReceivedError(FuqiError):
    """No file of that name was received."""

    code = "not_received"


def received_files(viewer: Viewer) -> Iterator[str]:
    """Yield a line for each received file, the oldest first."""
    for file in files(viewer):
        when = file.received_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        yield f"{when}  {RUN_STATES[file.state]}  {file.name}（{file.size} 字节）"


def take_back(viewer: Viewer, folder: Path, name: str, *, at: datetime) -> bytes:
    """Return the bytes of the last received file of that name; the journal keeps that it was taken."""
    found = [file for file in files(viewer) if file.name == name]
    if not found:
        raise NotReceivedError(f"没有收到过“{name}”。不写文件名可以列出收到过的全部文件。")
    with recording(by=viewer.name, at=at, action="intake.take_back", why=name[:200]):
        pass
    return kept_bytes(folder, found[-1].sha256)
