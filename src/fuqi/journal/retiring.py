"""Removing rows whose time is over, so that the journal still proves what was there and why it went.

Only whole groups go: all rows that one entry wrote into one table. That entry keeps their number and digest, as it was sealed;
a later entry says that they went, by which rule. A row that goes without such an entry is a missing row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count

from fuqi.basics.errors import FuqiError
from fuqi.journal import codes, rules
from fuqi.journal.actions import Recording
from fuqi.journal.models import Entry, Run
from fuqi.journal.tables import table_of

RETIRE = "retire"
"""What the change is called in an entry."""


class NotAsRecordedError(FuqiError):
    """Rows that should go are not as the journal says they were written."""

    code = "not_as_recorded"


@dataclass(frozen=True, slots=True)
class Group:
    """All rows that one entry wrote into a table."""

    entry_id: UUID
    rows: int


def superseded_runs(kind: str, *, before: datetime, keep_last: int) -> list[Run]:
    """Return the superseded runs of a kind that were closed before an instant, but for the last ones; the oldest first."""
    closed = Run.objects.filter(kind=kind, state=codes.SUPERSEDED, closed_at__isnull=False).order_by("-closed_at", "-id")
    return [run for run in reversed(list(closed)[keep_last:]) if run.closed_at is not None and run.closed_at < before]


def abandoned_runs(*, before: datetime) -> list[Run]:
    """Return the runs that were never finished and that nobody ever saw, begun before an instant; the oldest first."""
    return list(Run.objects.filter(state=codes.ABANDONED, started_at__lt=before).order_by("started_at", "id"))


def groups_of(model: type[models.Model], runs: Collection[UUID]) -> Iterator[Group]:
    """Yield the groups of rows that runs wrote into a table; a group that holds rows of another run is left out."""
    every: models.QuerySet[Any] = models.QuerySet(model)
    own = every.filter(run_id__in=list(runs)).values("entry_id").annotate(number=Count("id")).order_by("entry_id")
    for row in list(own):
        if every.filter(entry_id=row["entry_id"]).count() == row["number"]:
            yield Group(row["entry_id"], row["number"])


def retire(record: Recording, model: type[models.Model], groups: Collection[Group], *, rule: str) -> int:
    """Remove groups of rows within an open recording; returns how many rows. Raises NotAsRecordedError where one was changed.

    A group is compared with its entry first: what was tampered with is for the audit to find, not for us to sweep up.
    """
    label, wanted = model._meta.label_lower, [group.entry_id for group in groups]
    if not wanted:
        return 0
    _compare(model, wanted)
    gone: int = models.QuerySet(model).filter(entry_id__in=wanted)._raw_delete("default")
    entries = sorted(entry_id.hex for entry_id in wanted)
    record.note(RETIRE, table=label, rule=rule, rows=gone, entries=entries)
    return gone


def _compare(model: type[models.Model], entry_ids: list[UUID]) -> None:
    label, table = model._meta.label_lower, table_of(model)
    found: dict[str, list[list[object]]] = {entry_id.hex: [] for entry_id in entry_ids}
    for entry_id, values in table.stored_under(entry_ids):
        found[str(entry_id).replace("-", "")].append([table.digest(values)])
    for entry in Entry.objects.filter(id__in=entry_ids):
        told = json.loads(entry.content)["tables"].get(label, {})
        rows = found.pop(entry.id.hex)
        if len(rows) != told.get("rows") or rules.digest(rows) != told.get("digest"):
            raise NotAsRecordedError(f"表 {label} 里要清除的行与日志第{entry.number}条不符，没有清除。请先运行 audit 核对。")
    if found:
        raise NotAsRecordedError(f"表 {label} 里要清除的行没有日志条目，没有清除。请先运行 audit 核对。")
