"""What a visit showed of whom: found out, held against the number of people a day, and kept before the answer leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from fuqi.access.codes import PEOPLE_A_DAY
from fuqi.access.reading import Reading, beyond_scope, current
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.bulk_reading import allowed_people, day_of
from fuqi.intake.queries import ids_of_file_rows
from fuqi.journal.actions import Recording, recording
from fuqi.journal.entries import changes_by
from fuqi.matching.queries import persons_of_rows
from fuqi.registry.sightings import people_read, sighting_rows

READ, READ_ROWS, REFUSED = "reading.open", "reading.open_rows", "reading.refused"
"""Actions of the journal: sealed words were shown; among them rows of nobody; they were not, for it was too many people."""

PATHS = {
    "registry_person": "id",
    "settlement_settlementfacts": "settlement__claim__person_id",
    "settlement_settlement": "claim__person_id",
    "duties_requestversion": "request__person_id",
    "duties_requestdecision": "request__person_id",
    "duties_requestoutcome": "request__person_id",
}
"""Tables by the way to their person, where it is not simply `person_id`."""

ROWS, FILES = "intake_receivedrow", "intake_receivedfile"
LISTS = frozenset({"indicators_countedlist", "matching_doubt"})
"""Tables that are read as whole lists with covered names: the list is kept, not the people on it."""
CHANGES = "changes"
"""In place of a file's column: the differences between two files, read as a list."""
NOBODYS = frozenset({"access_factor", "access_datakey", "jobs_job"})
"""Tables whose sealed words are of no person in the register: secrets, and what the desk was asked for."""

_MANY = 500


class TooManyPeopleError(FuqiError):
    """More people would have been read on one day than one person may alone."""

    code = "too_many_people"


@dataclass
class Seen:
    """What a visit showed, by person; and what belongs to nobody (yet)."""

    people: dict[UUID, set[str]] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    """Received rows that belong to no person: each counts as one."""
    lists: set[str] = field(default_factory=set)

    def add(self, persons: Iterable[UUID], what: str) -> None:
        """Note that a field of some persons was shown."""
        for person in persons:
            self.people.setdefault(person, set()).add(what)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be kept."""
        return not (self.people or self.strangers or self.lists)


def keep_current(*, at: datetime) -> None:
    """Keep what was shown so far in this visit; call it before anything leaves that cannot be taken back."""
    reading = current()
    if reading is not None:
        keep_sightings(reading, at=at)


def keep_sightings(reading: Reading, *, at: datetime) -> None:
    """Keep whose sealed words a visit shows, in one entry; called at each door before the answer leaves.

    Raises TooManyPeopleError, and then nothing may leave.
    """
    if not reading.opened:
        return
    with beyond_scope("whose words were shown"):
        seen = seen_in(reading.viewer, reading.opened)
        if not seen.is_empty:
            _keep(reading, seen, at=at)
    reading.opened.clear()


def _keep(reading: Reading, seen: Seen, *, at: datetime) -> None:
    viewer, day = reading.viewer, day_of(at)
    action = READ_ROWS if seen.strangers else READ
    try:
        with recording(by=viewer.name, at=at, action=action, why=viewer.purpose[:200]) as record:
            _one_visit_at_a_time(viewer.name)
            _check_number(reading, seen, day)
            record.add(sighting_rows(seen.people, by=viewer.name, day=day, door=reading.door))
            _note(record, seen, reading.door)
    except TooManyPeopleError:
        with recording(by=viewer.name, at=at, action=REFUSED, why=viewer.purpose[:200]) as record:
            record.note("refused", door=reading.door, people=len(seen.people), strangers=len(seen.strangers))
        raise


def _note(record: Recording, seen: Seen, door: str) -> None:
    if seen.strangers:
        record.note("strangers", door=door, rows=sorted(seen.strangers))
    for name in sorted(seen.lists):
        record.note("list", door=door, list=name)


def _one_visit_at_a_time(name: str) -> None:
    """Let nobody read through two doors at once more than through one; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"fuqi.reading.{name}"])


def _check_number(reading: Reading, seen: Seen, day: date) -> None:
    """Raise TooManyPeopleError where this visit would be one too many people for the day."""
    if not (seen.people or seen.strangers):
        return
    before, strangers = people_read(reading.viewer, day), _strangers_before(reading, day)
    number = len(before | seen.people.keys()) + len(strangers | seen.strangers)
    allowed = allowed_people(reading.viewer, day=day)
    if number > allowed and (seen.people.keys() - before or seen.strangers - strangers):
        had = len(before) + len(strangers)
        raise TooManyPeopleError(
            f"今天已经看过{had}人，再看这些就是{number}人，超过了允许的{allowed}人，所以没有显示。"
            f"一天要看{PEOPLE_A_DAY}人以上，请写明理由申请，由另一个人批准；也可以把范围缩小，或者改天再看。"
        )


def _strangers_before(reading: Reading, day: date) -> set[str]:
    """Return the rows of nobody that the viewer was shown on the day."""
    start = datetime.combine(day, time(), SHANGHAI)
    found = changes_by(reading.viewer, reading.viewer.name, READ_ROWS, start, start + timedelta(days=1), "strangers")
    return {row for change in found for row in change.get("rows", ())}


def seen_in(viewer: Viewer, opened: Mapping[tuple[str, str], Collection[str]]) -> Seen:
    """Return whose words lie behind opened values: by table and column, the ids of their rows."""
    seen, rows = Seen(), dict[UUID, set[str]]()
    for (table, column), ids in opened.items():
        what = f"{table.partition('_')[2]}.{column}"
        if table in NOBODYS:
            continue
        if table in LISTS or (table, column) == (FILES, CHANGES):
            seen.lists |= {f"{what}:{one}" for one in ids}
        elif table == ROWS:
            for one in ids:
                rows.setdefault(UUID(one), set()).add(what)
        elif table == FILES:
            for one in ids:
                for row in ids_of_file_rows(viewer, UUID(one)):
                    rows.setdefault(row, set()).add(what)
        else:
            seen.add(_persons(table, ids), what)
    _add_rows(viewer, seen, rows)
    return seen


def _add_rows(viewer: Viewer, seen: Seen, rows: Mapping[UUID, Collection[str]]) -> None:
    owners = persons_of_rows(viewer, rows)
    for row, columns in rows.items():
        for what in columns:
            seen.add(owners.get(row, ()), what)
        if not owners.get(row):
            seen.strangers.add(row.hex)


def path_to_person(table: str) -> str:
    """Return the way from a table's rows to their person. Raises LookupError for a table that this room was not told of."""
    model = model_of(table)
    path = PATHS.get(table, "person_id")
    if table not in PATHS and not any(one.attname == path for one in model._meta.concrete_fields):
        raise LookupError(f"say in flows.sightings whose the sealed words of {table} are")
    return path


def model_of(table: str) -> Any:
    """Return the model of a table. Raises LookupError."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            return model
    raise LookupError(table)


def _persons(table: str, ids: Collection[str]) -> set[UUID]:
    model, path, wanted = model_of(table), path_to_person(table), sorted(map(UUID, ids))
    if path == "id":
        return set(wanted)
    found: set[UUID] = set()
    for start in range(0, len(wanted), _MANY):
        found |= set(model.objects.filter(id__in=wanted[start : start + _MANY]).values_list(path, flat=True))
    return found - {None}
