"""What the journal costs a write: rows and entries as the program writes them, beside bare statements on the same file."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.rounds import Contender

ROWS = 1000
"""Rows of one transaction, as the program's own steps write them."""
SINGLE = 100
"""Writes of one row each, in a race of single writes."""
PEOPLE = 50
"""People whose names one page shows."""
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def open_workspace(folder: Path) -> None:
    """Lay out an empty workspace, encrypted as any; this process opens no other."""
    from fuqi.flows.workspaces import init_workspace

    os.environ.pop("FUQI_DATABASE_URL", None)
    init_workspace(folder, scheme="junshan-2017", operator="张三", database_url="", today=date(2026, 1, 2), at=NOW)


class Writer:
    """Writes households, which have nothing but a number, and sightings."""

    def __init__(self) -> None:
        from fuqi.journal.actions import recording
        from fuqi.journal.models import Entry
        from fuqi.journal.tables import NewRow
        from fuqi.registry.models import Household, Person

        self.numbers = count()
        with recording(by="张三", at=NOW, action="registry.people") as record:
            people = [NewRow(Person, serial=number, key_index=str(number)) for number in range(PEOPLE)]
            record.add(people)
        self.people = [person.id for person in people]
        self.entry = Entry.objects.order_by("-id")[0].id
        self.household, self.row = Household, NewRow

    def rows(self, number: int) -> list[Any]:
        """Return so many rows that are not written yet."""
        return [self.row(self.household, number=f"H{next(self.numbers)}") for _ in range(number)]

    def with_journal(self, rows: list[Any]) -> int:
        """Write rows under an entry."""
        from fuqi.journal.actions import recording

        with recording(by="张三", at=NOW, action="registry.households") as record:
            record.add(rows)
        return len(rows)

    def bare(self, rows: list[Any]) -> int:
        """Write rows by the same statement, under an entry that is there already: no digests, no entry, no mark."""
        from django.db import transaction

        from fuqi.journal.net import writing
        from fuqi.journal.tables import table_of

        table = table_of(self.household)
        with transaction.atomic(), writing():
            table.insert([table.prepare([row.id, self.entry, row.columns["number"]]) for row in rows])
        return len(rows)

    def shown(self) -> int:
        """Keep that a page showed the names of fifty people."""
        from fuqi.journal.actions import recording
        from fuqi.registry.sightings import sighting_rows

        seen = dict.fromkeys(self.people, frozenset({"identity.name"}))
        with recording(by="张三", at=NOW, action="reading.open", why="入户核对") as record:
            record.add(sighting_rows(seen, by="张三", day=NOW.date(), door="page"))
        return len(seen)

    def sealed(self, folder: Path) -> int:
        """Write and seal a hundred entries, with their receipts on the disk."""
        from django.conf import settings

        from fuqi.journal.actions import seal_entries

        for _ in range(SINGLE):
            self.with_journal(self.rows(1))
        return seal_entries(key=settings.JOURNAL_KEY, receipts=folder / "journal" / "receipts.csv")


def contenders(folder: Path) -> tuple[list[Contender], list[Contender]]:
    """Return who writes a thousand rows in one transaction, and who writes rows one by one."""
    open_workspace(folder)
    writer = Writer()

    def all_of(number: int) -> Callable[[Any], str]:
        return lambda written: "" if written == number else f"{written} rows instead of {number}"

    def one_by_one(write: Callable[[list[Any]], int]) -> int:
        return sum(write(writer.rows(1)) for _ in range(SINGLE))

    together = [
        Contender("rows under an entry", lambda: writer.with_journal(writer.rows(ROWS)), all_of(ROWS)),
        Contender("the same rows, bare", lambda: writer.bare(writer.rows(ROWS)), all_of(ROWS)),
    ]
    single = [
        Contender("a row under an entry of its own", lambda: one_by_one(writer.with_journal), all_of(SINGLE)),
        Contender("the same row, bare", lambda: one_by_one(writer.bare), all_of(SINGLE)),
        Contender(
            f"a page that shows {PEOPLE} people", lambda: sum(writer.shown() // PEOPLE for _ in range(SINGLE)), all_of(SINGLE)
        ),
        Contender("a row under an entry, sealed after it", lambda: 0 * writer.sealed(folder) + SINGLE, all_of(SINGLE)),
    ]
    return together, single
