"""What the keeper of the system leaves in the journal: that a copy of everything was made, that the clock is right."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from fuqi.config.workspace import Workspace
from fuqi.journal.actions import recording, seal_entries


def note_backup(workspace: Workspace, *, by: str, file: str, at: datetime) -> None:
    """Record that a backup is being made, and seal it first, so that the backup speaks of itself."""
    with recording(by=by, at=at, action="backup.make") as record:
        record.note("backup", file=file[:200])
    seal_entries(key=settings.JOURNAL_KEY, receipts=workspace.receipts, elsewhere=workspace.receipts_elsewhere)


def note_clock(*, by: str, why: str, at: datetime) -> None:
    """Record that somebody looked at the clock and found it right."""
    with recording(by=by, at=at, action="clock.right", why=why[:200]) as record:
        record.note("clock", at=at.isoformat())
