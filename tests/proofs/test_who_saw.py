"""Who saw a person, and the auditor's pages, on a journal of a million sightings."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from fuqi.basics.ids import new_id
from fuqi.basics.viewer import Viewer
from fuqi.flows.sightings import READ
from fuqi.flows.trail import Wanted, journal_entries, who_saw
from fuqi.journal.actions import add_in_chunks
from fuqi.journal.models import Entry
from fuqi.journal.rules import canonical
from fuqi.journal.tables import NewRow, table_of
from fuqi.registry.models import Person, Sighting
from fuqi.registry.sightings import people_read
from tests.support.tampering import as_owner

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

PEOPLE, VISITS, A_VISIT = 20_000, 100_000, 10
READERS = [f"第{number}位经办人" for number in range(200)]
START = datetime(2024, 1, 1, tzinfo=UTC)
AUDITOR = Viewer("审计员", ("",))
MOST_SECONDS = 2.0
CHUNK = 1000
SHOWN = {"door": "page", "what": "condition.words,identity.name"}


def build() -> None:
    """Write a million sightings: 100,000 visits over two years, ten people each; nothing is sealed, for nothing is proved."""
    people = [NewRow(Person, serial=number, key_index=f"{number:064d}") for number in range(1, PEOPLE + 1)]
    for _ in add_in_chunks(people, by="程序", at=START, action="test.people"):
        pass
    ids, chance, table = [person.id for person in people], Random(1), table_of(Sighting)
    content = canonical({"tables": {"registry.sighting": {"rows": A_VISIT, "digest": "0" * 64}}, "changes": []})
    for first in range(0, VISITS, CHUNK):
        entries, rows = [], []
        for visit in range(first, first + CHUNK):
            at, by = START + timedelta(minutes=10 * visit), chance.choice(READERS)
            entry = Entry(number=VISITS + visit, at=at, by=by, action=READ, why="入户核对", content=content, mac="0" * 64)
            entries.append(entry)
            for person in chance.sample(ids, A_VISIT):
                columns = {"id": new_id(), "entry_id": entry.id, "person_id": person, "by": by, "day": at.date(), **SHOWN}
                rows.append(table.prepare([columns[one.attname] for one in Sighting._meta.concrete_fields]))
        with as_owner(), transaction.atomic():
            Entry.objects.bulk_create(entries)
            table.insert(rows)


def seconds(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a question takes, and its answer."""
    started = time.perf_counter()
    found = ask()
    return time.perf_counter() - started, found


def test_the_trail_answers_within_two_seconds_on_a_million_sightings() -> None:
    build()
    assert Sighting.objects.count() == VISITS * A_VISIT
    middle = Entry.objects.order_by("at")[VISITS // 2]
    day = date(2024, 12, 1)
    questions: dict[str, Callable[[], Any]] = {
        "who saw a person": lambda: who_saw(AUDITOR, "12345", today=day, at=START)[0].seen,
        "entries, the latest": lambda: journal_entries(AUDITOR, Wanted())[0],
        "entries of a day": lambda: journal_entries(AUDITOR, Wanted(day=day))[0],
        "entries of somebody": lambda: journal_entries(AUDITOR, Wanted(by=READERS[7]))[0],
        "entries of an action": lambda: journal_entries(AUDITOR, Wanted(action=READ))[0],
        "entries of a rare action": lambda: journal_entries(AUDITOR, Wanted(action="test.people"))[0],
        "entries of somebody by action": lambda: journal_entries(AUDITOR, Wanted(by=READERS[7], action=READ))[0],
        "entries before the middle": lambda: journal_entries(AUDITOR, Wanted(before=middle.id))[0],
        "people read on a day": lambda: people_read(Viewer(READERS[7]), day),
    }
    for name, ask in questions.items():
        took, found = seconds(ask)
        print(f"  {name:<32}{took * 1000:8.1f} ms, {len(found)} found")  # noqa: T201
        assert found, name
        assert took < MOST_SECONDS, name
