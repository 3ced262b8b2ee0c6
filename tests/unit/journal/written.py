"""A small journal of synthetic people and runs to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from fuqi.basics.errors import Fault
from fuqi.basics.viewer import Viewer
from fuqi.journal import queries
from fuqi.journal.actions import recording, seal_entries
from fuqi.journal.models import Entry
from fuqi.journal.tables import NewRow
from fuqi.registry.models import Person

NOW = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
ANYBODY = Viewer("谁", ("",))


def later(minutes: int) -> datetime:
    """Return an instant after NOW."""
    return NOW + timedelta(minutes=minutes)


def people(*serials: int, by: str = "张三", at: datetime = NOW, action: str = "test.people", why: str = "") -> Entry:
    """Write people under one entry."""
    with recording(by=by, at=at, action=action, why=why) as record:
        record.add([NewRow(Person, serial=serial, key_index=str(serial)) for serial in serials])
    return record.entry


def noted(what: str, *, by: str = "张三", at: datetime = NOW, action: str = "test.note", **details: object) -> Entry:
    """Write an entry with one change."""
    with recording(by=by, at=at, action=action) as record:
        record.note(what, **details)
    return record.entry


def seal(receipts: Path | None = None, elsewhere: Path | None = None) -> int:
    """Seal what was written."""
    return seal_entries(key=settings.JOURNAL_KEY, receipts=receipts, elsewhere=elsewhere)


def prove(receipts: Path | None = None, *elsewhere: Path) -> list[Fault]:
    """Return what the proof finds."""
    kept = [queries.Receipts(path) for path in elsewhere]
    own = queries.Receipts(receipts) if receipts else None
    return list(queries.prove(ANYBODY, key=settings.JOURNAL_KEY, receipts=own, elsewhere=kept))


def codes_of(faults: list[Fault]) -> list[str]:
    """Return the faults' codes."""
    return [fault.code for fault in faults]
