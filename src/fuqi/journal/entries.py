"""Reading entries one by one: for the auditor, and for what a door must know of its own day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fuqi.basics.viewer import Viewer
from fuqi.journal.contents import contents
from fuqi.journal.models import Entry


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as an auditor reads it."""

    id: UUID
    number: int | None
    at: datetime
    by: str
    action: str
    why: str
    content: str


def _entry_view(entry: Entry) -> EntryView:
    return EntryView(entry.id, entry.number, entry.at, entry.by, entry.action, entry.why, entry.content)


def changes_by(viewer: Viewer, by: str, action: str, start: datetime, until: datetime, what: str) -> Iterator[dict[str, Any]]:
    """Yield the changes of one sort that one person left under one action within `[start, until)`."""
    del viewer
    found = Entry.objects.filter(by=by, action=action, at__gte=start, at__lt=until, content__contains=f'"what":"{what}"')
    for _, content in contents(found.order_by("at", "id")):
        yield from (change for change in content["changes"] if isinstance(change, dict) and change.get("what") == what)


def changes_under(viewer: Viewer, action: str, what: str) -> Iterator[tuple[EntryView, dict[str, Any]]]:
    """Yield the changes of one sort under one action, each with its entry, the latest first."""
    del viewer
    for entry, content in contents(Entry.objects.filter(action=action).order_by("-at", "-id")):
        for change in content["changes"]:
            if isinstance(change, dict) and change.get("what") == what:
                yield _entry_view(entry), change


def entries(
    viewer: Viewer,
    start: datetime | None = None,
    until: datetime | None = None,
    *,
    by: str = "",
    action: str = "",
    before: EntryView | None = None,
    most: int,
) -> list[EntryView]:
    """Return the latest entries within `[start, until)`, of one person, of one action; the latest first."""
    del viewer
    asked = {"at__gte": start, "at__lt": until, "by": by or None, "action": action or None}
    found = Entry.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    if before is not None:
        found = found.filter(at__lte=before.at).exclude(at=before.at, id__gte=before.id)
    return [_entry_view(entry) for entry in found.order_by("-at", "-id")[:most]]


def find_entry(viewer: Viewer, entry_id: UUID) -> EntryView | None:
    """Return an entry by its id."""
    del viewer
    entry = Entry.objects.filter(id=entry_id).first()
    return None if entry is None else _entry_view(entry)
