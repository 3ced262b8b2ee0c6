"""Making a backup: the database as of one instant, the originals, the receipts, the schemes, sealed in one file."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from typing import IO, Any, cast

from fuqi.basics.errors import FuqiError
from fuqi.config import start
from fuqi.config.container import ContainerWriter, Openers
from fuqi.config.sqlcipher import copying
from fuqi.config.sqlcipher.rekey import opens_with
from fuqi.config.synced import sync_folder
from fuqi.config.workspace import Workspace
from fuqi.flows.backup.manifest import FORMAT, NAME, Manifest

PURPOSE = "backup"
"""The purpose of the workspace's key that opens its backups."""
DATABASE = "database"
FOLDERS = ("received", "schemes", "layouts", "templates")
"""What is taken along besides the database, where it is there: a county's own files. Not: sessions and jobs, products."""
KEYS = "keys"
RECEIPTS = "journal/receipts.csv"
_A_MOMENT, _PATIENCE = 0.1, 50


class BackupThereError(FuqiError):
    """A file of that name is there already."""

    code = "backup_there"


class KeyInTheOpenError(FuqiError):
    """The key may leave the workspace only under a passphrase."""

    code = "key_in_the_open"


def make_backup(
    workspace: Workspace,
    target: Path,
    *,
    by: str,
    at: datetime,
    passphrase: str = "",
    with_key: bool = False,
    owner_url: str = "",
    progress: Callable[[str], None],
) -> Manifest:
    """Write a backup that appears under its name only when it is whole and on the disk; returns what it holds."""
    if target.exists():
        raise BackupThereError(f"“{target}”已经在了，没有覆盖。请换一个文件名，例如带上日期。")
    if with_key and not passphrase:
        raise KeyInTheOpenError("密钥要和备份放在一起，必须另定口令：请加 --passphrase，并把口令记在别处。")
    draft = target.with_name(f".{target.name}.part")
    with _private_folder(workspace.folder) as held:
        progress("抄录数据库")
        key = secrets.token_bytes(32)
        manifest, members = _gather(workspace, held, key, by=by, at=at, with_key=with_key, owner_url=owner_url)
        progress("密封写出")
        try:
            _write(draft, Openers(workspace.key(PURPOSE), passphrase), manifest, members)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    draft.replace(target)
    sync_folder(target.resolve().parent)
    return manifest


@contextmanager
def _private_folder(folder: Path) -> Iterator[Path]:
    """Have a folder that only we can read, gone afterwards; what a killed backup left goes too."""
    for left in folder.glob(".backup-*"):
        shutil.rmtree(left, ignore_errors=True)
    held = Path(mkdtemp(prefix=".backup-", dir=folder))
    try:
        yield held
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _gather(
    workspace: Workspace, held: Path, key: bytes, *, by: str, at: datetime, with_key: bool, owner_url: str
) -> tuple[Manifest, dict[str, Path | bytes]]:
    """Take the copy of the database first, so that receipts and originals are at least as new as what it speaks of."""
    said = _copy_database(workspace, held / DATABASE, key, owner_url)
    members: dict[str, Path | bytes] = {DATABASE: held / DATABASE}
    members[RECEIPTS] = _receipts_up_to(workspace.receipts, said["last_number"])
    members["workspace.yaml"] = workspace.folder / "workspace.yaml"
    for folder in (*FOLDERS, *((KEYS,) if with_key else ())):
        found = (path for path in (workspace.folder / folder).rglob("*") if path.is_file() and path.suffix != ".part")
        members |= {path.relative_to(workspace.folder).as_posix(): path for path in sorted(found)}
    files = {name: _sha256(member) for name, member in members.items()}
    manifest = Manifest(
        id=secrets.token_hex(8),
        made_at=at.isoformat(),
        by=by,
        program=version("fuqi"),
        scheme=workspace.scheme,
        copy_key=key.hex(),
        files=files,
        with_key=with_key,
        format=FORMAT,
        **said,
    )
    return manifest, members


def _copy_database(workspace: Workspace, target: Path, key: bytes, owner_url: str) -> dict[str, Any]:
    if workspace.database_url:
        from fuqi.config import server_copy

        return server_copy.dump(owner_url or workspace.database_url, target, key)
    start.check_room(workspace.folder, workspace.database_file.stat().st_size + start.TO_OPEN)
    copying.copy_database(workspace.database_file, _key_of(workspace), target, key)
    number, hash_ = copying.last_link(target, key)
    return {
        "database": "sqlite",
        "last_number": number,
        "last_hash": hash_,
        "tables": copying.table_digests(target, key),
        "migrations": [],
    }


def _key_of(workspace: Workspace) -> bytes:
    """Return the key that the database file opens with: during a rotation that may still be the former one."""
    keys: tuple[bytes, ...] = workspace.keys.of("database")
    return next((key for key in keys if opens_with(workspace.database_file, key)), keys[0])


def _receipts_up_to(path: Path, last: int) -> bytes:
    """Return the receipts of what the copy holds; those that the sealer is just writing are waited for."""
    lines: list[bytes] = []
    for _ in range(_PATIENCE):
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1].splitlines(keepends=True)
        lines = [line for line in whole if not (number := line.partition(b",")[0]).isdigit() or int(number) <= last]
        if not last or any(line.startswith(f"{last},".encode()) for line in lines):
            break
        sleep(_A_MOMENT)
    return b"".join(lines)


def _sha256(member: Path | bytes) -> str:
    if isinstance(member, bytes):
        return hashlib.sha256(member).hexdigest()
    with member.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(draft: Path, openers: Openers, manifest: Manifest, members: dict[str, Path | bytes]) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        container = ContainerWriter(file, openers, {"format": FORMAT, "made_at": manifest.made_at, "id": manifest.id})
        with tarfile.open(fileobj=cast("IO[bytes]", container), mode="w|", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, NAME, manifest.to_json())
            for name, member in members.items():
                _add(archive, name, member)
        container.finish()


def _add(archive: tarfile.TarFile, name: str, member: Path | bytes) -> None:
    """Add a member with nothing but its name and content: no owner, no time of this machine."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    if isinstance(member, bytes):
        entry.size = len(member)
        archive.addfile(entry, io.BytesIO(member))
        return
    with member.open("rb") as file:
        entry.size = os.fstat(file.fileno()).st_size
        archive.addfile(entry, file)
