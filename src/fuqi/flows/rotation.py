"""Rotating the workspace's key while others work: begun in the key file, done piece by piece, ended in the key file.

Killed at any moment, it is gone on with by running it again: as long as the key file holds two generations, each piece opens
with one of them and says with which. What rotates and what stands is decided in `docs/decisions/0023-sealed-fields.md`.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import sleep

from django.conf import settings

from fuqi.access import keyfile, keys
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.sqlcipher.rekey import rekey
from fuqi.config.workspace import Workspace
from fuqi.flows.workspaces import BusyError
from fuqi.intake.actions import reseal_kept_files
from fuqi.journal.actions import recording

_LET_OTHERS = 0.002
"""Seconds between two pieces, in which who waits to write gets a turn."""


class UnfinishedRotationError(FuqiError):
    """Something still opens with the former key only."""

    code = "unfinished_rotation"


@dataclass(frozen=True)
class RotationReport:
    """What a rotation did."""

    generation: int
    gone_on_with: bool
    keys: int
    files: int
    databases: tuple[str, ...]


@dataclass(frozen=True)
class KeyStatus:
    """How the keys stand."""

    generation: int
    is_rotating: bool
    former_keys: int
    keys: dict[str, int]
    cipher: str


def key_status(viewer: Viewer) -> KeyStatus:
    """Return how the keys stand; opens nothing."""
    del viewer
    file = settings.KEYS.now(at_once=True)
    return KeyStatus(file.generation, file.is_rotating, keys.former_keys(), keys.numbers(), settings.SEAL_CIPHER)


def rotate_keys(
    viewer: Viewer, workspace: Workspace, *, at: Callable[[], datetime], progress: Callable[[str], None]
) -> RotationReport:
    """Make a new master key and let nothing in the workspace open with the former one; goes on with a killed rotation.

    Raises BusyError, RekeyError, UnfinishedRotationError; what was done until then stays done.
    """
    with _one_rotation(workspace):
        file = settings.KEYS.now(at_once=True)
        gone_on_with = file.is_rotating
        if not gone_on_with:
            keyfile.write(workspace.key_file, file.with_another())
        generation = settings.KEYS.now(at_once=True).generation
        progress("换数据密钥的封套")
        _begin(viewer, generation, at=at)
        wrapped = _rewrap_all(viewer, at=at, progress=progress)
        progress("换收到的原件")
        files = reseal_kept_files(workspace.received)
        progress("换数据库文件")
        databases = tuple(_rekey_all(workspace))
        _end(viewer, workspace, at=at)
        return RotationReport(generation, gone_on_with, wrapped, files, databases)


@contextmanager
def _one_rotation(workspace: Workspace) -> Iterator[None]:
    with (workspace.key_file.parent / ".rotating").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("另一个程序正在换密钥。请等它做完。") from None
        yield


def _begin(viewer: Viewer, generation: int, *, at: Callable[[], datetime]) -> None:
    """Wait for every write that may not have seen the new key yet: whoever writes later makes keys with the new one."""
    with recording(by=viewer.name, at=at(), action="keys.rotate") as record:
        keys.wait_for_writers()
        record.note("rotation", generation=generation, state="begun")


def _rewrap_all(viewer: Viewer, *, at: Callable[[], datetime], progress: Callable[[str], None]) -> int:
    done = 0
    last = keys.NOBODY
    while True:
        piece = keys.rewrap(last, by=viewer.name, at=at())
        if piece is None:
            return done
        last, number = piece
        done += number
        if done % 20_000 < number:
            progress(f"换数据密钥的封套 {done}")
        sleep(_LET_OTHERS)


def _rekey_all(workspace: Workspace) -> Iterator[str]:
    """Yield the names of database files that were written anew; a database server has none of ours."""
    own: list[tuple[Path, str]] = [(workspace.desk_file, "desk")]
    if not workspace.database_url:
        own.insert(0, (workspace.database_file, "database"))
    for file, purpose in own:
        if file.exists() and rekey(file, settings.KEYS.of(purpose)):
            yield file.name


def _end(viewer: Viewer, workspace: Workspace, *, at: Callable[[], datetime]) -> None:
    """Take the former generation out of the key file, once nothing needs it any more."""
    left = keys.former_keys()
    if left:
        raise UnfinishedRotationError(f"还有 {left} 把数据密钥用的是旧密钥，没有换完。请再运行一次 fuqi key rotate。")
    file = settings.KEYS.now(at_once=True)
    keyfile.write(workspace.key_file, file.with_the_newest())
    settings.KEYS.now(at_once=True)
    with recording(by=viewer.name, at=at(), action="keys.rotate") as record:
        record.note("rotation", generation=file.generation, state="done")
