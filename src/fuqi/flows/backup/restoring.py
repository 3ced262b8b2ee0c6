"""Restoring a backup, and proving one by restoring it where nobody works."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from fuqi.basics.errors import FuqiError
from fuqi.config.container import Openers
from fuqi.config.synced import sync_folder
from fuqi.config.workspace import Workspace, open_workspace
from fuqi.flows.backup.making import KEYS, PURPOSE
from fuqi.flows.backup.manifest import Manifest, Standing, compare
from fuqi.flows.backup.unpacking import openers_of, peek, rebuild, unpack
from fuqi.flows.workspaces import PROGRAM, open_for_proof


class FolderTakenError(FuqiError):
    """A workspace is restored into a folder of its own."""

    code = "folder_taken"


class StaleBackupError(FuqiError):
    """The receipts know of entries that the backup does not hold."""

    code = "stale_backup"


class UnsoundBackupError(FuqiError):
    """The restored journal does not prove what it should."""

    code = "unsound_backup"


@dataclass(frozen=True)
class Proven:
    """What a restored backup was found to hold; `standing` is None where there were no receipts to compare with."""

    manifest: Manifest
    standing: Standing | None
    entries: int
    rows: int
    files: int
    audited: bool = True
    erased_again: int | None = None
    """Keys destroyed anew that had been destroyed after the backup; None where no list of them lay beside the receipts."""


def prove_backup(
    workspace: Workspace,
    source: Path,
    *,
    passphrase: str = "",
    database_url: str = "",
    receipts: Sequence[Path] = (),
    progress: Callable[[str], None],
) -> Proven:
    """Restore a backup beside its workspace, prove it, and take it away again.

    Without an empty database for it, one of PostgreSQL is only read to its last byte.
    """
    keys = workspace.folder / KEYS
    openers = Openers(workspace.key(PURPOSE), passphrase)
    for left in workspace.folder.glob(".proving-*"):
        shutil.rmtree(left, ignore_errors=True)
    held = Path(mkdtemp(prefix=".proving-", dir=workspace.folder))
    try:
        manifest = peek(source, openers)
        standing = _standing(manifest, workspace, (workspace.receipts, workspace.receipts_elsewhere, *receipts))
        if manifest.database != "sqlite" and not database_url:
            unpack(source, openers, held)
            return Proven(manifest, standing, manifest.last_number, manifest.rows, len(manifest.files), audited=False)
        rebuilt, manifest = rebuild(source, held, openers=openers, keys=keys, database_url=database_url, progress=progress)
        return _audited(rebuilt, manifest, standing, progress)
    finally:
        _close()
        shutil.rmtree(held, ignore_errors=True)


def restore(
    source: Path,
    folder: Path,
    *,
    keys: Path | None,
    passphrase: str,
    database_url: str,
    receipts: Sequence[Path],
    accept_loss: str,
    by: str,
    at: datetime,
    progress: Callable[[str], None],
) -> Proven:
    """Make a workspace of a backup; it appears under its name only when everything in it was proven.

    Raises StaleBackupError where receipts tell of more, unless `accept_loss` says why the loss is taken.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTakenError(f"“{folder}”里已有东西，没有恢复。请换一个空文件夹；原来的工作区不要动，留作核对。")
    openers = openers_of(keys, passphrase)
    folder = folder.resolve()
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        rebuilt, manifest = rebuild(source, draft, openers=openers, keys=keys, database_url=database_url, progress=progress)
        standing = _standing(manifest, rebuilt, receipts)
        _refuse_stale(manifest, standing, accept_loss)
        proven = _audited(rebuilt, manifest, standing, progress)
        proven = replace(proven, erased_again=_erase_again(rebuilt, manifest, receipts, by=by, at=at))
        _note(rebuilt, proven, why=accept_loss, by=by, at=at)
        _close()
    except BaseException:
        _close()
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)
    sync_folder(folder.parent)
    return proven


def _standing(manifest: Manifest, workspace: Workspace, receipts: Sequence[Path | None]) -> Standing | None:
    key = workspace.key("journal")
    found = [standing for path in receipts if path is not None and (standing := compare(manifest, path, key)) is not None]
    return max(found, key=lambda standing: (not standing.same_history, standing.newest)) if found else None


def _refuse_stale(manifest: Manifest, standing: Standing | None, accept_loss: str) -> None:
    if standing is None or accept_loss:
        return
    if not standing.same_history:
        raise StaleBackupError(
            f"备份里日志第{manifest.last_number}条与回执不是同一条：这份备份属于另一段历史。请换一份备份；"
            "若确定要用，请加 --accept-loss 写明理由。"
        )
    if standing.missing:
        raise StaleBackupError(
            f"这份备份是旧的：做于 {manifest.made}，日志到第{manifest.last_number}条，而回执已到第{standing.newest}条，"
            f"恢复后会少 {standing.missing} 条。请找更新的备份；若没有，请加 --accept-loss 写明理由，理由会记入日志。"
        )


def _audited(workspace: Workspace, manifest: Manifest, standing: Standing | None, progress: Callable[[str], None]) -> Proven:
    """Run the whole audit on what was restored. Raises UnsoundBackupError with what it found."""
    open_for_proof(workspace.folder)
    from fuqi.flows.audit import audit_journal

    report = audit_journal(viewer=PROGRAM, workspace=open_workspace(workspace.folder), progress=progress)
    if report.faults:
        raise UnsoundBackupError(
            f"恢复出来的日志有 {len(report.faults)} 处问题，没有采用。请换一份备份；密钥换过代的，请用备份时那一代密钥。",
            faults=report.faults[:20],
        )
    return Proven(manifest, standing, report.entries, report.rows, report.files)


def _erase_again(workspace: Workspace, manifest: Manifest, receipts: Sequence[Path], *, by: str, at: datetime) -> int | None:
    """Destroy the keys that were destroyed after the backup was made, as the lists beside the receipts say."""
    from fuqi.access.erasure import destroy_named
    from fuqi.flows.erasures import erased_after, list_beside

    key = workspace.key("journal")
    found = [erased_after(list_beside(path), manifest.last_number, key=key) for path in receipts]
    lists = [names for names in found if names is not None]
    names = set[str]().union(*lists)
    if names:
        return destroy_named(names, by=by, at=at, why="恢复旧备份以后再次删除")
    return 0 if lists else None


def _note(workspace: Workspace, proven: Proven, *, why: str, by: str, at: datetime) -> None:
    """Keep in the restored journal that it was restored, from what, and what was given up."""
    from django.conf import settings

    from fuqi.journal.actions import recording, seal_entries

    lost = proven.standing.missing if proven.standing else None
    with recording(by=by, at=at, action="backup.restore", why=why[:200]) as record:
        record.note("restore", backup=proven.manifest.id, made_at=proven.manifest.made_at, entries_lost=lost)
    seal_entries(key=settings.JOURNAL_KEY, receipts=workspace.receipts)


def _close() -> None:
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()
