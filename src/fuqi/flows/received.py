"""What was received, and taking an original back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from fuqi.access.reading import covered, note_shown
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.determination.queries import file_is_restricted
from fuqi.determination.rules import tells_restricted_anywhere
from fuqi.intake.actions import kept_bytes
from fuqi.intake.queries import FileView, faults, files, ids_of_file_rows, views_of
from fuqi.journal.actions import recording
from fuqi.journal.codes import RUN_STATES
from fuqi.places.queries import sees_everywhere


class NotReceivedError(FuqiError):
    """No file of that name was received."""

    code = "not_received"


def _files(viewer: Viewer) -> list[FileView]:
    """Return the received files; none for who covers only a part of the county: each file is about all of it."""
    return files(viewer) if sees_everywhere(viewer) else []


def received_files(viewer: Viewer) -> Iterator[str]:
    """Yield a line for each received file, the oldest first."""
    for file in _files(viewer):
        when = file.received_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        yield f"{when}  {RUN_STATES[file.state]}  {file.name}（{file.size} 字节）"


def faults_of(viewer: Viewer, name: str) -> list[Fault]:
    """Return everything that was wrong with the last received file of that name."""
    found = [file for file in _files(viewer) if file.name == name]
    if not found:
        raise NotReceivedError(f"没有收到过“{name}”。不写文件名可以列出收到过的全部文件。")
    return faults(viewer, found[-1].id)


def _tells_restricted(viewer: Viewer, file_id: UUID) -> bool:
    """Return whether any cell of a file names what only named roles see; rows that belong to nobody have no mark."""
    with covered():
        views = views_of(viewer, ids_of_file_rows(viewer, file_id))
    return any(tells_restricted_anywhere(text) for _, cells in views.values() for text in cells.values())


def take_back(viewer: Viewer, folder: Path, name: str, *, at: datetime) -> bytes:
    """Return the bytes of the last received file of that name; the journal keeps who took it and why.

    An original holds everything, so that it takes a purpose, and the right to see restricted illnesses where a row names one.
    """
    if not viewer.purpose:
        raise NotReceivedError("原件里有姓名和证件号码。取回原件请在命令前写 --purpose 用途，用途会记入日志。")
    found = [file for file in _files(viewer) if file.name == name]
    if not found:
        raise NotReceivedError(f"没有收到过“{name}”。不写文件名可以列出收到过的全部文件。")
    if not viewer.may(RESTRICTED_ILLNESS) and (file_is_restricted(viewer, name) or _tells_restricted(viewer, found[-1].id)):
        raise NotReceivedError(f"“{name}”里有专管病种，原件只能由有权限的人取回。")
    with recording(by=viewer.name, at=at, action="intake.take_back", why=f"{name}:{viewer.purpose}"[:200]):
        pass
    note_shown("intake_receivedfile", "bytes", found[-1].id)
    return kept_bytes(folder, found[-1].sha256)
