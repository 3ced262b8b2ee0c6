"""A workspace is a folder: configuration, keys, encrypted database, received files, products, the journal's receipts."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from fuqi.access.keyfile import Keys
from fuqi.access.profiles import ASVS, PROFILES
from fuqi.basics.errors import FuqiError
from fuqi.config.synced import sync_folder, sync_tree

SCHEME_LIBRARY = Path(__file__).resolve().parents[3] / "schemes"
"""Where the schemes that come with the program lie."""
LAYOUT_LIBRARY = Path(__file__).resolve().parents[3] / "layouts"
"""Where the layouts of departments' lists lie."""

RECEIPTS = "receipts.csv"
_CONFIGURATION = "workspace.yaml"
REQUIRED, NOT_REQUIRED = "required", "not_required"
"""Whether roles that call for a second factor must have one."""
_UNFINISHED = ".init-unfinished"
"""Stands in a folder while `init` lays it out: what a killed `init` left may be laid out again, anything else may not."""


class NoWorkspaceError(FuqiError):
    """The folder is no workspace, or a part of it is missing."""

    code = "no_workspace"


class WorkspaceSettingError(FuqiError):
    """A line of the configuration says what the program does not know."""

    code = "workspace_setting"


class WorkspaceExistsError(FuqiError):
    """A workspace cannot be laid where something lies already."""

    code = "workspace_exists"


@dataclass(frozen=True)
class Workspace:
    """One county's folder. `scheme` is a name in a scheme library or a folder's path; `database_url` is empty for SQLite.

    `address` is where others reach the server, as printed in the codes on papers. `profile` names what is asked of passwords,
    sessions and ciphers; `second_factor` is `required`, or `not_required` where a synthetic county is shown on this machine.
    """

    folder: Path
    scheme: str
    operator: str
    database_url: str = ""
    address: str = "http://127.0.0.1:8000"
    profile: str = ASVS.name
    second_factor: str = REQUIRED
    receipts_copy: str = ""
    """A second folder for the journal's receipts, as a rule on another disk or machine."""

    @property
    def asks_second_factor(self) -> bool:
        """Return whether roles that call for a second factor get one; always where others can open the address."""
        return self.second_factor != NOT_REQUIRED or not self.is_local

    @property
    def database_file(self) -> Path:
        """Return where the encrypted SQLite file lies."""
        return self.folder / "fuqi.db"

    @property
    def is_local(self) -> bool:
        """Return whether only this machine can open the address: a code printed with it helps nobody else."""
        return urlsplit(self.address).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def desk_file(self) -> Path:
        """Return where the encrypted working data of the doors lie: sessions and jobs, no record."""
        return self.folder / "desk.db"

    @property
    def received(self) -> Path:
        """Return the folder of sealed received files."""
        return self.folder / "received"

    @property
    def products(self) -> Path:
        """Return the folder of what was counted and printed."""
        return self.folder / "products"

    @property
    def receipts(self) -> Path:
        """Return the file of the journal's receipts, kept outside the database."""
        return self.folder / "journal" / RECEIPTS

    @property
    def receipts_elsewhere(self) -> Path | None:
        """Return the copy of the receipts that is written with them, None where the configuration names no folder."""
        return Path(self.receipts_copy) / RECEIPTS if self.receipts_copy else None

    @property
    def scheme_folders(self) -> tuple[Path, ...]:
        """Return where a scheme's name is looked up: the workspace's own schemes first."""
        return (self.folder / "schemes", SCHEME_LIBRARY)

    @property
    def key_file(self) -> Path:
        """Return where the keys lie, outside the database."""
        return self.folder / "keys" / "master.key"

    @cached_property
    def keys(self) -> Keys:
        """Return the keys as the file has them, now and after a rotation. Raises NoWorkspaceError."""
        try:
            return Keys(self.key_file)
        except (OSError, ValueError):
            raise NoWorkspaceError(
                f"工作区“{self.folder}”的密钥文件 keys/master.key 缺失或已损坏。没有它，数据无法打开；"
                "请把备份的密钥文件放回原处，或用纸上的密钥恢复：fuqi key restore。"
            ) from None

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key of a purpose, derived from the key file (HKDF-SHA256, RFC 5869)."""
        return self.keys.now().key(purpose)


def open_workspace(folder: Path) -> Workspace:
    """Return the workspace that lies in the folder. Raises NoWorkspaceError in words."""
    path = folder / _CONFIGURATION
    try:
        settings = YAML(typ="safe").load(path.read_text("utf-8"))
        found = Workspace(
            folder.resolve(),
            str(settings["scheme"]),
            str(settings["operator"]),
            str(settings.get("database_url") or ""),
            str(settings.get("address") or Workspace.address).rstrip("/"),
            str(settings.get("profile") or Workspace.profile),
            str(settings.get("second_factor") or Workspace.second_factor),
            str(settings.get("receipts_copy") or ""),
        )
    except FileNotFoundError:
        raise NoWorkspaceError(
            f"“{folder}”不是工作区：里面没有 {_CONFIGURATION}。若是新的，请用“fuqi init {folder} --scheme 方案名”建立；若原来有，请从备份恢复这个文件。"
        ) from None
    except (OSError, YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise NoWorkspaceError(f"工作区配置“{path}”读不出来({type(error).__name__})。请检查这个文件，或从备份恢复。") from None
    _check_word(path, "profile", found.profile, tuple(PROFILES))
    _check_word(path, "second_factor", found.second_factor, (REQUIRED, NOT_REQUIRED))
    return found


def _check_word(path: Path, key: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise WorkspaceSettingError(f"工作区配置“{path}”的 {key} 写着“{word}”，只能写 {' 或 '.join(known)}。请改好再打开。")


def lay_workspace(
    folder: Path,
    *,
    scheme: str,
    operator: str,
    database_url: str = "",
    profile: str = ASVS.name,
    second_factor: str = REQUIRED,
) -> Workspace:
    """Create the folder with configuration and a new key; the database is made by the caller. Written last: the configuration.

    Raises WorkspaceExistsError if the folder is already a workspace or holds other things.
    """
    if (folder / _CONFIGURATION).exists():
        raise WorkspaceExistsError(f"“{folder}”已经是工作区，没有改动。要重新开始，请换一个文件夹。")
    unfinished = folder / _UNFINISHED
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not unfinished.exists())):
        raise WorkspaceExistsError(f"“{folder}”里已有别的文件，不能建成工作区。请换一个空文件夹。")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished.touch(mode=0o600)
    for part in ("keys", "received", "products", "journal"):
        (folder / part).mkdir(exist_ok=True, mode=0o700)
    settings = {"profile": profile, "second_factor": second_factor}
    workspace = Workspace(folder.resolve(), scheme, operator, database_url, **settings)
    workspace.receipts.touch(mode=0o600)
    key_path = folder / "keys" / "master.key"
    key_path.unlink(missing_ok=True)
    with os.fdopen(os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return workspace


def confirm_workspace(workspace: Workspace) -> None:
    """Write the configuration, which makes the folder a workspace; done last, so that a killed `init` can be run again.

    Key and receipts are on the disk before it, so that no power cut leaves a workspace without its key.
    """
    sync_tree(workspace.folder)
    path = workspace.folder / _CONFIGURATION
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as file:
        YAML(typ="rt").dump(
            {
                "language": 1,
                "scheme": workspace.scheme,
                "operator": workspace.operator,
                "database_url": workspace.database_url,
                "address": workspace.address,
                "profile": workspace.profile,
                "second_factor": workspace.second_factor,
            },
            file,
        )
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    (workspace.folder / _UNFINISHED).unlink(missing_ok=True)
    sync_folder(workspace.folder)
    sync_folder(workspace.folder.parent)
