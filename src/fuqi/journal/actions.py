"""The only way to write: open a recording, add rows, and the entry is part of the same transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction

from fuqi.basics.ids import new_id
from fuqi.journal import codes, rules
from fuqi.journal.errors import RunStateError
from fuqi.journal.models import Entry, Run
from fuqi.journal.net import writing
from fuqi.journal.tables import NewRow, table_of

_LOCK = 0x66757169
"""The number of the advisory lock: "fuqi" in ASCII."""

_END = 4096
"""Bytes at the end of the receipts that hold the last of them."""

CHUNK = 1000
"""Rows written in one transaction, so that no write holds the database longer than about 100 ms."""


class Recording:
    """One transaction's writes and the entry that vouches for them."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._tables: dict[str, list[tuple[UUID, str]]] = {}
        self._changes: list[dict[str, object]] = []

    def add(self, rows: Sequence[NewRow]) -> None:
        """Insert rows of one model, and the data keys that seal their words."""
        if not rows:
            return
        table = table_of(rows[0].model)
        new_keys, keys = table.keys_for(rows)
        self.add(new_keys)
        digests = self._tables.setdefault(table.name, [])
        stored = []
        for row, key in zip(rows, keys, strict=True):
            values = table.prepare(table.new_values(row, self.entry.id, key))
            digests.append((row.id, table.digest(values)))
            stored.append(values)
        table.insert(stored)

    def retract(self, rows: Sequence[Any]) -> None:
        """Mark facts as retracted from the entry's instant on."""
        if not rows:
            return
        model = type(rows[0])
        ids = sorted(row.id for row in rows)
        models.QuerySet(model).filter(id__in=ids).update(retracted_at=self.entry.at)
        self.note("retract", table=model._meta.label_lower, rows=[str(row_id) for row_id in ids])

    def note(self, what: str, **details: object) -> None:
        """Keep a change that is no insert."""
        self._changes.append({"what": what, **details})

    def content(self) -> str:
        """Return what the entry vouches for, as canonical JSON."""
        tables = {
            label: {"rows": len(digests), "digest": rules.digest([[digest] for _, digest in sorted(digests)])}
            for label, digests in self._tables.items()
        }
        return rules.canonical({"tables": tables, "changes": self._changes})


@contextmanager
def recording(*, by: str, at: datetime, action: str, why: str = "") -> Iterator[Recording]:
    """Open one transaction with one journal entry; both commit or neither."""
    with transaction.atomic(), writing():
        record = Recording(Entry(id=new_id(), at=at, by=by, action=action, why=why))
        yield record
        record.entry.content = record.content()
        record.entry.mac = rules.seal(settings.JOURNAL_KEY, rules.link_hash("", 0, entry_fields(record.entry)))
        record.entry.save(force_insert=True)


def add_in_chunks(rows: Iterable[NewRow], *, by: str, at: datetime, action: str, chunk: int = CHUNK) -> Iterator[int]:
    """Insert rows in transactions of `chunk` rows; yields how many were written so far."""
    written = 0
    pending: list[NewRow] = []
    for row in rows:
        pending.append(row)
        if len(pending) == chunk:
            written += _add_chunk(pending, by=by, at=at, action=action)
            pending = []
            yield written
    if pending:
        written += _add_chunk(pending, by=by, at=at, action=action)
        yield written


def _add_chunk(rows: list[NewRow], *, by: str, at: datetime, action: str) -> int:
    with recording(by=by, at=at, action=action) as record:
        for _, same in groupby(rows, key=attrgetter("model")):
            record.add(list(same))
    return len(rows)


def start_run(kind: str, *, subject: str = "", fingerprint: str, by: str, at: datetime) -> Run:
    """Start a staged run; what a killed process left behind of the same kind and subject is abandoned first."""
    with recording(by=by, at=at, action=f"{kind}.start") as record:
        one_at_a_time()
        for left in Run.objects.filter(kind=kind, subject=subject, state=codes.STAGED):
            _move(record, left, codes.ABANDONED)
        run = Run(kind=kind, subject=subject, fingerprint=fingerprint, started_at=at, by=by)
        run.save(force_insert=True)
        record.note("run", run=str(run.id), columns=run_columns(run))
    return run


def make_effective(
    run: Run,
    *,
    by: str,
    at: datetime,
    summary: dict[str, object] | None = None,
    withdrawn: Run | None = None,
    why: str = "",
) -> None:
    """Make a staged run effective and supersede the one before it, in one small transaction.

    With `withdrawn`, the run takes the place of one that is not superseded but undone: for readers both happen at once.
    """
    with recording(by=by, at=at, action=f"{run.kind}.effective", why=why[:200]) as record:
        one_at_a_time()
        if withdrawn is not None:
            _close(record, withdrawn, codes.WITHDRAWN, at)
        for former in Run.objects.filter(kind=run.kind, subject=run.subject, state=codes.EFFECTIVE):
            _close(record, former, codes.SUPERSEDED, at)
        run.effective_at = at
        run.summary = rules.canonical(summary or {})
        _move(record, run, codes.EFFECTIVE)


def withdraw(run: Run, *, by: str, at: datetime, why: str) -> None:
    """Withdraw an effective run: from this instant on nobody knows what it says. What was known before stays as it was."""
    with recording(by=by, at=at, action=f"{run.kind}.withdraw", why=why[:200]) as record:
        one_at_a_time()
        _close(record, run, codes.WITHDRAWN, at)


def _close(record: Recording, run: Run, state: str, at: datetime) -> None:
    run.closed_at = at
    _move(record, run, state)


def refuse(run: Run, *, by: str, at: datetime, summary: dict[str, object]) -> None:
    """Close a staged run that readers shall never see, keeping what it recorded."""
    with recording(by=by, at=at, action=f"{run.kind}.refused") as record:
        run.summary = rules.canonical(summary)
        _move(record, run, codes.REFUSED)


def _move(record: Recording, run: Run, state: str) -> None:
    stored = Run.objects.select_for_update().get(id=run.id).state
    if state not in codes.RUN_TRANSITIONS[stored]:
        raise RunStateError(f"“{codes.RUN_KINDS[run.kind]}”不能从“{codes.RUN_STATES[stored]}”变为“{codes.RUN_STATES[state]}”。")
    run.state = state
    run.save(force_update=True)
    record.note("run", run=str(run.id), columns=run_columns(run))


def run_columns(run: Run) -> dict[str, str]:
    """Return every column of a run as it is spelled in the journal."""
    return {field.attname: rules.spell(getattr(run, field.attname)) for field in Run._meta.concrete_fields}


def one_at_a_time() -> None:
    """Wait until no other transaction makes runs effective or seals; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def entry_fields(entry: Entry) -> dict[str, object]:
    """Return the fields of an entry that the chain covers."""
    names = ("id", "at", "by", "action", "why", "content")
    return {name: getattr(entry, name) for name in names}


def seal_entries(*, key: bytes, receipts: Path | None, elsewhere: Path | None = None) -> int:
    """Number, chain and seal the entries that were committed since the last sealing; returns how many.

    Only one sealer works at a time: numbers are unique, and on PostgreSQL the last sealed entry is locked. A number is given
    after the commit, so that an entry which commits late is never skipped. Receipts go to a file outside the database, and to
    its copy `elsewhere`; where that cannot be reached just now, it is continued the next time.
    """
    sealed: list[Entry] = []
    with transaction.atomic(), writing():
        one_at_a_time()
        last = Entry.objects.select_for_update().filter(number__isnull=False).order_by("-number").first()
        number, previous = (last.number or 0, last.hash) if last else (0, rules.FIRST_HASH)
        for entry in Entry.objects.filter(number__isnull=True).order_by("id"):
            if not rules.same(entry.mac, rules.seal(key, rules.link_hash("", 0, entry_fields(entry)))):
                continue  # not written by this program: it stays unnumbered, and `prove` names it
            number += 1
            entry.number, entry.previous_hash = number, previous
            previous = entry.hash = rules.link_hash(previous, number, entry_fields(entry))
            entry.seal = rules.seal(key, entry.hash)
            sealed.append(entry)
        _write_numbers(sealed)
    if receipts is not None:
        _append_receipts(receipts)
    if elsewhere is not None:
        with suppress(OSError):
            _append_receipts(elsewhere)
    return len(sealed)


def _write_numbers(sealed: Sequence[Entry]) -> None:
    """Write what sealing gave the entries, one statement for all of them: a tenth of what `bulk_update` takes."""
    key = Entry._meta.pk
    assert key is not None
    values = [
        (entry.number, entry.previous_hash, entry.hash, entry.seal, key.get_db_prep_value(entry.id, connection))
        for entry in sealed
    ]
    if values:
        statement = "UPDATE journal_entry SET number = %s, previous_hash = %s, hash = %s, seal = %s WHERE id = %s"
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _append_receipts(path: Path) -> None:
    """Append number, hash and seal of every sealed entry that has no receipt yet; a line torn by a kill is written again."""
    if not path.exists():
        return  # made when the workspace is laid out: a missing file is for `prove` to tell, not to be healed
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END))
        end = file.read()
    whole = end[: end.rfind(b"\n") + 1]
    last = whole.rstrip(b"\n").rpartition(b"\n")[2].partition(b",")[0]
    number = int(last) if last.isdigit() else 0
    entries = Entry.objects.filter(number__gt=number).order_by("number").values_list("number", "hash", "seal")
    lines = [f"{number},{hash_},{seal}\n".encode("ascii") for number, hash_, seal in entries]
    torn = len(end) - len(whole)
    if not lines and not torn:
        return
    with path.open("r+b") as file:
        file.truncate(size - torn)
        file.seek(size - torn)
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
