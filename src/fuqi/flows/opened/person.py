"""A person's file: what is known, since when, by which received row, and who recorded it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fuqi.access import masks
from fuqi.access.reading import covered, note_shown
from fuqi.facts.queries import person_row
from fuqi.facts.tables import FactRow
from fuqi.flows.opened.adjusted import AdjustmentLine, changes_of_person
from fuqi.flows.opened.asking import Asking, NothingToOpenError
from fuqi.flows.opened.lines import FactLine, lines_of
from fuqi.flows.opened.people import group_words
from fuqi.flows.opened.sources import SourceView, rows_in_sight
from fuqi.flows.opened.standing import Standing, Standings
from fuqi.places.queries import divisions
from fuqi.registry.models import Identity, Membership
from fuqi.registry.queries import facts_of, members_of, names, person_by_serial
from fuqi.settlement.queries import SettlementView, settlements


@dataclass(frozen=True, slots=True)
class Member:
    """Another member of the household."""

    serial: int
    name: str
    relation: str

    @property
    def code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person, opened. What the viewer may not see is not in it, as if it had never been said; what lies above the viewer's
    level for everybody is masked, whatever there is."""

    serial: int
    name: str
    id_tail: str
    sex: str
    age: int | None
    place: str
    place_name: str
    groups: str
    insured: bool
    household: str
    relation: str
    members: tuple[Member, ...]
    classes: str
    treated: str
    facts: tuple[FactLine, ...]
    settlements: tuple[SettlementView, ...]
    changes: tuple[AdjustmentLine, ...]
    """What of the settlements stands otherwise than when they were first settled."""
    standings: tuple[Standing, ...]
    rows: tuple[SourceView, ...]
    masked: bool = False
    """Whether illness and money of this person are above the viewer's level."""

    @property
    def code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"

    def without_money(self) -> PersonFile:
        """Return the file for who may open people but no settlements: nothing of bills is in it."""
        facts = tuple(line for line in self.facts if line.section != "settlement")
        return replace(self, facts=facts, settlements=(), changes=())

    @property
    def timeline(self) -> list[FactLine]:
        """Return the facts that have a day, the latest first."""
        dated = [line for line in self.facts if line.day is not None]
        return sorted(dated, key=lambda line: line.day or date.min, reverse=True)

    def of(self, *sections: str) -> list[FactLine]:
        """Return the facts of some sections that hold on the day."""
        return [line for line in self.facts if line.section in sections and line.holds]

    @property
    def illness(self) -> list[FactLine]:
        """Return what is known of illness: how it was checked, what it is, how it is treated."""
        return self.of("check", "illness", "treatment")

    @property
    def services(self) -> list[FactLine]:
        """Return contracts, health checks and survey calls."""
        return self.of("care", "survey")


def open_person(asking: Asking, standings: Standings, serial: int) -> PersonFile:
    """Return a person's file. Raises NothingToOpenError."""
    viewer, as_of = asking.viewer, asking.as_of
    person = person_by_serial(viewer, serial)
    row = person_row(viewer, asking.scheme, as_of, person.id) if person else None
    if person is None or row is None or asking.conceals(person.id):
        from fuqi.flows.opened.patients import open_patient

        if viewer.institutions and (patient := open_patient(asking, serial)):
            return patient
        raise NothingToOpenError("没有这个编号的人，或者不在您的范围内。")
    note_shown("registry_person", "file", person.id)
    hides, lacks = asking.hides(person.id), asking.lacks_level(person.id)
    rows = tuple(rows_in_sight(asking, person.id, hides=hides))
    facts = facts_of(viewer, as_of, person.id)
    household = _last(facts.memberships, as_of.on)
    identity = facts.identities[-1] if facts.identities else None
    bills = () if hides else tuple(settlements(viewer, as_of, person_id=person.id))
    return PersonFile(
        serial=serial,
        name=names(viewer, as_of, [person.id]).get(person.id, ""),
        id_tail=masks.MASK if lacks else _tail(identity),
        sex=asking.scheme.word(str(row.values["sex"])) if row.values["sex"] else "",
        age=row.values["age"] if isinstance(row.values["age"], int) else None,
        place=row.place,
        place_name={item.code: item.full_name for item in divisions(viewer)}.get(row.place, row.place),
        groups=group_words(asking, _set(row, "groups")),
        insured=bool(row.values["insured"]),
        household=household.household.number if household else "",
        relation=household.relation if household else "",
        members=_members(asking, household.household_id, person.id) if household else (),
        classes=masks.MASK if lacks else "" if hides else _lists_in_words(asking, row, "disease_lists"),
        treated=masks.MASK if lacks else "" if hides else _lists_in_words(asking, row, "treated_lists"),
        facts=tuple(lines_of(asking, person.id, facts, bills, rows, hides=hides)),
        settlements=bills,
        changes=() if hides else tuple(changes_of_person(asking, person.id)),
        standings=tuple(standings.of_person(person.id, hides=hides)),
        rows=rows,
        masked=lacks,
    )


def _tail(identity: Identity | None) -> str:
    """Return the last four signs of somebody's identity number, which is as much as a page shows."""
    with covered():
        return identity.id_number[-4:] if identity else ""


def _last(memberships: Iterable[Membership], on: date) -> Membership | None:
    held = [item for item in memberships if item.valid_until is None or item.valid_until > on]
    return held[-1] if held else None


def _members(asking: Asking, household_id: UUID, person_id: UUID) -> tuple[Member, ...]:
    found = [item for item in members_of(asking.viewer, asking.as_of, household_id) if item[0] != person_id]
    called = names(asking.viewer, asking.as_of, [item[0] for item in found])
    return tuple(Member(serial, called.get(person, ""), relation) for person, serial, relation in found)


def _set(row: FactRow, name: str) -> frozenset[str]:
    value = row.values[name]
    return value if isinstance(value, frozenset) else frozenset()


def _lists_in_words(asking: Asking, row: FactRow, name: str) -> str:
    held = _set(row, name)
    return "、".join(item.name for item in asking.scheme.disease_lists if item.id in held)
