"""What a backup says of itself, and how it is compared with the receipts that were kept elsewhere."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.config.container import BackupDamagedError
from fuqi.journal import rules

NAME = "manifest.json"
"""The first member of every backup."""
FORMAT = 1


class OtherFormatError(FuqiError):
    """The backup was made by a newer program."""

    code = "backup_format"


@dataclass(frozen=True)
class Manifest:
    """What was in the workspace at the backup's instant. `tables` holds rows, digest and sums of money of each table."""

    id: str
    made_at: str
    by: str
    program: str
    scheme: str
    database: str
    """`sqlite` or `postgresql`."""
    copy_key: str
    """The key of the database's copy, in hex; it lies nowhere but in the sealed container."""
    last_number: int
    last_hash: str
    tables: dict[str, dict[str, Any]]
    migrations: list[list[str]]
    files: dict[str, str]
    """SHA-256 of every other member."""
    with_key: bool
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Return it as the member's bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()

    @property
    def rows(self) -> int:
        """Return how many rows all tables have."""
        return sum(int(table["rows"]) for table in self.tables.values())

    @property
    def made(self) -> str:
        """Return when it was made, as people say it."""
        return f"{datetime.fromisoformat(self.made_at).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def read_manifest(data: bytes) -> Manifest:
    """Return what a backup says of itself. Raises OtherFormatError, BackupDamagedError."""
    try:
        said = json.loads(data)
        if int(said["format"]) > FORMAT:
            raise OtherFormatError("这份备份是更新版本的程序做的，本程序读不了。请先升级程序，再恢复。")
        return Manifest(**{field.name: said[field.name] for field in fields(Manifest)})
    except (ValueError, KeyError, TypeError):
        raise BackupDamagedError("备份里的清单读不出来，这份备份不能用。请换一份备份。") from None


@dataclass(frozen=True)
class Standing:
    """How a backup stands to the receipts: how many entries were sealed after it, and whether it is of the same history."""

    newest: int
    missing: int
    same_history: bool


def compare(manifest: Manifest, receipts: Path, journal_key: bytes) -> Standing | None:
    """Compare a backup with receipts that lie elsewhere; None where there are none. Receipts with a false seal do not count."""
    try:
        lines = receipts.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    sealed: dict[int, str] = {}
    for line in lines:
        number, _, rest = line.partition(",")
        hash_, _, seal = rest.partition(",")
        if number.isdecimal() and hmac.compare_digest(rules.seal(journal_key, hash_).encode(), seal.encode()):
            sealed[int(number)] = hash_
    if not sealed:
        return None
    newest = max(sealed)
    same = sealed.get(manifest.last_number, manifest.last_hash) == manifest.last_hash
    return Standing(newest, max(0, newest - manifest.last_number), same)
