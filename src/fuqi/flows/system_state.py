"""How the system stands: what its administrator looks at. No person is in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from fuqi.access.profiles import PROFILES, Profile
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.journal.entries import entries

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SystemState:
    """What a workspace lies in, how large it is, and when its journal last gave a receipt."""

    database: str
    database_megabytes: int | None
    """None where the database server keeps the data."""
    free_megabytes: int
    last_entry_at: datetime | None
    """When the journal was last written to."""
    sealed_at: datetime | None
    """When the journal's last receipt was written to its file."""
    profile: Profile
    second_factor: bool


def system_state(viewer: Viewer, workspace: Workspace) -> SystemState:
    """Return how the workspace stands."""
    on_server = connection.vendor == "postgresql"
    return SystemState(
        "PostgreSQL" if on_server else "SQLite（整个文件加密）",
        None if on_server else _megabytes(workspace.database_file),
        shutil.disk_usage(workspace.folder).free // MEGABYTE,
        next((entry.at for entry in entries(viewer, most=1)), None),
        _changed_at(workspace.receipts),
        PROFILES[workspace.profile],
        workspace.asks_second_factor,
    )


def _megabytes(path: Path) -> int:
    return -(-path.stat().st_size // MEGABYTE) if path.exists() else 0


def _changed_at(path: Path) -> datetime | None:
    if not path.exists() or not path.stat().st_size:
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
