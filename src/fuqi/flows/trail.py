"""The trail for the auditor: who saw a person, and what the journal's entries say. No word of anybody stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from fuqi.access.reading import beyond_scope
from fuqi.basics import resident_id
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.sightings import READ_ROWS
from fuqi.flows.trail_words import DOORS, action_words, change_words, field_words, table_words
from fuqi.journal.actions import recording
from fuqi.journal.entries import EntryView, changes_under, entries, find_entry
from fuqi.matching.queries import rows_ever_of
from fuqi.registry.queries import serials
from fuqi.registry.sightings import person_of_serial, persons_of_number, sightings_of

A_PAGE = 50
"""Entries on one page."""
LONGEST_SERIAL = 6


class NobodyMeantError(FuqiError):
    """The words mean no person in the register."""

    code = "nobody_meant"


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody was shown sealed words of a person."""

    at: datetime
    by: str
    why: str
    door: str
    what: str
    number: int | None
    """The number of the journal's entry."""


@dataclass(frozen=True, slots=True)
class WhoSaw:
    """A person, by serial number only, and everybody who was shown their words, the latest first."""

    serial: int
    seen: tuple[Seen, ...]

    @property
    def code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"

    @property
    def people(self) -> int:
        """Return how many different people saw them."""
        return len({item.by for item in self.seen})


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of the journal in words."""

    id: UUID
    number: int | None
    at: datetime
    by: str
    action: str
    words: str
    why: str
    content: str
    """Which tables got how many rows, and what else was changed."""

    @property
    def day(self) -> date:
        """Return the day in China."""
        return self.at.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is empty asks for all. `before` is the last entry of the page before."""

    day: date | None = None
    by: str = ""
    action: str = ""
    before: UUID | None = None


def who_saw(viewer: Viewer, said: str, *, today: date, at: datetime) -> list[WhoSaw]:
    """Return who was shown sealed words of whoever goes by a serial or an identity number. Raises NobodyMeantError.

    The viewer reads the journal; scope does not narrow it, for what is shown says nothing but who looked. That somebody asked
    is kept, too.
    """
    with beyond_scope("the trail names those who looked, not the person"):
        persons = _persons(viewer, said, today=today)
        if not persons:
            raise NobodyMeantError("台账里没有这个人。请写6位以内的人员编号，或完整的证件号码。")
        codes = serials(viewer, persons)
        with recording(by=viewer.name, at=at, action="journal.who_saw", why=viewer.purpose[:200]) as record:
            record.note("asked", people=sorted(codes.values()))
        return [WhoSaw(codes[person], tuple(_seen(viewer, person))) for person in sorted(persons, key=codes.__getitem__)]


def _persons(viewer: Viewer, said: str, *, today: date) -> list[UUID]:
    words = resident_id.tidy(said)
    if words.isdecimal() and words.isascii() and len(words) <= LONGEST_SERIAL:
        found = person_of_serial(viewer, int(words))
        return [found] if found else []
    read = resident_id.read(said, today=today)
    return persons_of_number(viewer, read.number if isinstance(read, resident_id.ResidentId) else words)


def _seen(viewer: Viewer, person: UUID) -> Iterator[Seen]:
    """Yield the sightings of a person, and those of rows that were not known to be theirs yet, the latest first."""
    found = [
        Seen(one.at, one.by, one.why, DOORS.get(one.door, one.door), _fields(one.fields), one.number)
        for one in sightings_of(viewer, person)
    ]
    rows = {row.hex for row in rows_ever_of(viewer, person)}
    for entry, change in changes_under(viewer, READ_ROWS, "strangers") if rows else ():
        if rows & set(change.get("rows", ())):
            door = str(change.get("door", ""))
            words = _fields(("receivedrow.cells",))
            found.append(Seen(entry.at, entry.by, entry.why, DOORS.get(door, door), words, entry.number))
    yield from sorted(found, key=lambda one: one.at, reverse=True)


def _fields(fields: tuple[str, ...]) -> str:
    return "、".join(dict.fromkeys(map(field_words, fields)))


def journal_entries(viewer: Viewer, wanted: Wanted) -> tuple[list[EntryLine], bool]:
    """Return a page of the entries that are asked for, the latest first, and whether there are more."""
    start = until = None
    if wanted.day is not None:
        start = datetime.combine(wanted.day, time(), SHANGHAI)
        until = start + timedelta(days=1)
    before = find_entry(viewer, wanted.before) if wanted.before else None
    found = entries(viewer, start, until, by=wanted.by, action=wanted.action, before=before, most=A_PAGE + 1)
    return [_line(entry) for entry in found[:A_PAGE]], len(found) > A_PAGE


def _line(entry: EntryView) -> EntryLine:
    words = action_words(entry.action)
    return EntryLine(entry.id, entry.number, entry.at, entry.by, entry.action, words, entry.why, _content(entry.content))


def _content(content: str) -> str:
    """Return in words what an entry vouches for: tables with numbers of rows, other changes by their sort."""
    try:
        said = json.loads(content)
        tables = [f"{table_words(name)}{of['rows']}行" for name, of in sorted(said["tables"].items())]
        others = [str(change["what"]) for change in said["changes"]]
    except (ValueError, KeyError, TypeError):
        return "内容读不出来，请运行 audit 核对"
    return "，".join([*tables, *(f"{change_words(what)}{others.count(what)}项" for what in dict.fromkeys(others))])
