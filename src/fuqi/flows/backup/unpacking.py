"""Opening a backup into a folder: every member checked against the sealed list, and the database made the workspace's own."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, cast

from fuqi.access import keyfile
from fuqi.basics.errors import Fault, FuqiError, Place
from fuqi.config import start
from fuqi.config.container import BackupDamagedError, ContainerReader, Openers
from fuqi.config.sqlcipher import copying
from fuqi.config.synced import sync_tree
from fuqi.config.workspace import Workspace, confirm_workspace, open_workspace
from fuqi.flows.backup.making import DATABASE, FOLDERS, KEYS, PURPOSE, RECEIPTS
from fuqi.flows.backup.manifest import NAME, Manifest, OtherFormatError, read_manifest
from fuqi.flows.workspaces import open_for_proof

_ALLOWED = {*FOLDERS, KEYS}
_COPIED = 1 << 20


class TablesDifferError(FuqiError):
    """What was restored is not what was backed up."""

    code = "backup_tables"


class KeysMissingError(FuqiError):
    """A backup without keys needs the keys of its workspace."""

    code = "backup_keys"


class DatabaseWantedError(FuqiError):
    """A backup of a PostgreSQL database needs one to go into."""

    code = "backup_database"


def openers_of(keys: Path | None, passphrase: str) -> Openers:
    """Return what may open a backup: the key in a folder of keys, and a passphrase."""
    if keys is None:
        return Openers(passphrase=passphrase)
    try:
        return Openers(keyfile.read(keys / "master.key").key(PURPOSE), passphrase)
    except (OSError, ValueError):
        raise KeysMissingError(
            f"“{keys}”里没有读得出来的 master.key。请指向原工作区的 keys 文件夹，或它的抄件；只有纸上密钥的，先用 fuqi key restore 写回文件。"
        ) from None


def peek(source: Path, openers: Openers) -> Manifest:
    """Return what a backup says of itself, reading no more than its beginning."""
    with source.open("rb") as file, _archive(ContainerReader(file, openers)) as archive:
        return _manifest(archive)


def _archive(container: ContainerReader) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=cast("IO[bytes]", container), mode="r|")
    except tarfile.TarError:
        raise _broken() from None


def _broken() -> BackupDamagedError:
    return BackupDamagedError("备份的内容读不出来，这份备份不能用。请换一份备份。")


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.name == NAME else None
    if content is None:
        raise _broken()
    return read_manifest(content.read())


def unpack(source: Path, openers: Openers, folder: Path) -> Manifest:
    """Write every member into the folder, to its last byte. Raises BackupDamagedError for any that is not as listed."""
    with source.open("rb") as file:
        container = ContainerReader(file, openers)
        with _archive(container) as archive:
            manifest = _manifest(archive)
            found = {member.name: _take(archive, member, folder) for member in iter(archive.next, None)}
        while container.read(_COPIED):
            pass  # the seal of the last part says that nothing was cut off
    wrong = sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name))
    if wrong:
        faults = tuple(Fault("backup_damaged", "与备份的清单不符。请换一份备份。", Place(file=name)) for name in wrong[:20])
        raise BackupDamagedError("备份的内容与它自己的清单不符，这份备份不能用。请换一份备份。", faults=faults)
    return manifest


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write one member and return its digest; a name that leads elsewhere is refused."""
    parts = PurePosixPath(member.name).parts
    known = member.name in (DATABASE, RECEIPTS, "workspace.yaml") or (len(parts) > 1 and parts[0] in _ALLOWED)
    content = archive.extractfile(member) if member.isfile() and known and ".." not in parts else None
    if content is None:
        raise _broken()
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    sha = hashlib.sha256()
    with path.open("wb") as file:
        while data := content.read(_COPIED):
            sha.update(data)
            file.write(data)
    return sha.hexdigest()


def rebuild(
    source: Path,
    folder: Path,
    *,
    openers: Openers,
    keys: Path | None,
    database_url: str,
    progress: Callable[[str], None],
) -> tuple[Workspace, Manifest]:
    """Make a workspace of a backup in an empty folder, and compare every table with what was backed up."""
    start.check_room(folder, 2 * source.stat().st_size + start.TO_OPEN)
    progress("核对并展开备份")
    manifest = unpack(source, openers, folder)
    for part in ("received", "products", "journal"):
        (folder / part).mkdir(exist_ok=True, mode=0o700)
    if not manifest.with_key:
        if keys is None:
            raise KeysMissingError("这份备份里没有密钥。请用 --keys 指向原工作区的 keys 文件夹，或它的抄件。")
        shutil.copytree(keys, folder / KEYS)
    workspace = replace(open_workspace(folder), database_url=database_url, receipts_copy="")
    confirm_workspace(workspace)
    progress("装回数据库")
    tables = _load(workspace, manifest, folder / DATABASE)
    (folder / DATABASE).unlink()
    _compare(manifest, tables)
    sync_tree(folder)
    return workspace, manifest


def _load(workspace: Workspace, manifest: Manifest, dump: Path) -> dict[str, dict[str, object]]:
    if manifest.database == "sqlite":
        key = workspace.key("database")
        copying.copy_database(dump, bytes.fromhex(manifest.copy_key), workspace.database_file, key)
        return copying.table_digests(workspace.database_file, key)
    if not workspace.database_url:
        raise DatabaseWantedError("这份备份来自 PostgreSQL。请先建一个空的数据库，用 --database 说明它的地址。")
    from fuqi.config import server_copy

    server_copy.refuse_taken(workspace.database_url)
    open_for_proof(workspace.folder)
    _migrate_to(manifest)
    return server_copy.load(workspace.database_url, dump, bytes.fromhex(manifest.copy_key))


def _migrate_to(manifest: Manifest) -> None:
    """Make the tables as the program had them that made the backup; a newer program's are made when it is first opened."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    wanted = [(app, name) for app, name in manifest.migrations]
    if unknown := [f"{app}.{name}" for app, name in wanted if (app, name) not in executor.loader.graph.nodes]:
        raise OtherFormatError(f"这份备份是更新版本的程序做的（{unknown[0]}），本程序读不了。请先升级程序，再恢复。")
    executor.migrate(wanted)
    connection.close()


def _compare(manifest: Manifest, tables: dict[str, dict[str, object]]) -> None:
    wrong = sorted(name for name in {*tables, *manifest.tables} if tables.get(name) != manifest.tables.get(name))
    if wrong:
        faults = tuple(Fault("backup_tables", "行数、指纹或金额合计与备份时不符。", Place(file=name)) for name in wrong[:20])
        raise TablesDifferError("装回的数据库与备份时不符，没有恢复。请换一份备份。", faults=faults)
