"""Reading the register on a day, as known at an instant, within a viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from fuqi.access.keys import in_bulk
from fuqi.access.reading import covered, shown_if
from fuqi.access.sealed import blind_index
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.journal.validity import known
from fuqi.registry.models import (
    Condition,
    Enrolment,
    FieldCheck,
    GroupSpell,
    Identity,
    Income,
    Membership,
    Person,
    Residence,
)
from fuqi.registry.rules import masked
from fuqi.registry.validity import holds, told, whose


def places_of(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> dict[UUID, str]:
    """Return the division code where each person within the viewer's scope lives on the day; not of who moved away since."""
    chosen = Residence.objects.filter(holds(as_of), whose(persons))
    rows = chosen.order_by(*_EARLIEST_FIRST).values_list("person", "place__code")
    found = {person: code for person, code in rows if viewer.covers(code)}
    gone = moved_away(viewer, as_of, persons)
    return {person: code for person, code in found.items() if person not in gone}


def moved_away(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> set[UUID]:
    """Return who moved out of the viewer's scope after the day: a person is seen by whom they live with now, on any day."""
    if "" in viewer.places:
        return set()
    later = Residence.objects.filter(known(None), whose(persons), retracted_at__isnull=True, valid_from__gt=as_of.on)
    last = dict(later.order_by("valid_from", "id").values_list("person", "place__code"))
    return {person for person, code in last.items() if not viewer.covers(code)}


_EARLIEST_FIRST = (F("valid_from").asc(nulls_first=True), "id")
"""The order of facts in time; one without a day comes first, on every database."""


def serials(viewer: Viewer, persons: Collection[UUID] | None = None) -> dict[UUID, int]:
    """Return every person's serial number; it says nothing about anybody."""
    del viewer
    chosen = Person.objects.all() if persons is None else Person.objects.filter(id__in=list(persons))
    return dict(chosen.values_list("id", "serial"))


def births(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> dict[UUID, tuple[date | None, str, UUID]]:
    """Return birth date, sex and source row of each person."""
    del viewer
    rows = Identity.objects.filter(holds(as_of), whose(persons)).values_list("person", "birth_on", "sex", "source")
    return {person: (birth_on, sex, source) for person, birth_on, sex, source in rows}


def group_spells(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> dict[UUID, dict[str, UUID]]:
    """Return the groups each person is in on the day, each with its source row."""
    del viewer
    found: dict[UUID, dict[str, UUID]] = {}
    chosen = GroupSpell.objects.filter(holds(as_of), whose(persons))
    for person, group, source in chosen.values_list("person", "group", "source"):
        found.setdefault(person, {})[group] = source
    return found


def group_histories(viewer: Viewer) -> dict[UUID, list[tuple[str, date | None, date | None]]]:
    """Return every person's groups with the days from which and until which they hold, as known now."""
    del viewer
    found: dict[UUID, list[tuple[str, date | None, date | None]]] = {}
    rows = GroupSpell.objects.filter(known(None), retracted_at__isnull=True)
    for person, group, start, until in rows.values_list("person", "group", "valid_from", "valid_until"):
        found.setdefault(person, []).append((group, start, until))
    return found


def memberships(viewer: Viewer, as_of: AsOf) -> dict[UUID, list[tuple[UUID, str, str, UUID]]]:
    """Return, per household, its members on the day: person, relation, household number, source row."""
    del viewer
    found: dict[UUID, list[tuple[UUID, str, str, UUID]]] = {}
    rows = Membership.objects.filter(holds(as_of)).order_by("person__serial")
    for household, person, relation, number, source in rows.values_list(
        "household", "person", "relation", "household__number", "source"
    ):
        found.setdefault(household, []).append((person, relation, number, source))
    return found


def whole_households(
    viewer: Viewer, as_of: AsOf, *, persons: Collection[UUID] = (), number: str = ""
) -> dict[UUID, list[tuple[UUID, str, str, UUID]]]:
    """Return, like `memberships`, all members of the households that the persons belong to, or of the one with a number."""
    here = Membership.objects.filter(holds(as_of))
    chosen = here.filter(household__number=number) if number else here.filter(person_id__in=list(persons))
    found: dict[UUID, list[tuple[UUID, str, str, UUID]]] = {}
    rows = here.filter(household__in=chosen.values("household")).order_by("person__serial")
    for household, person, relation, number, source in rows.values_list(
        "household", "person", "relation", "household__number", "source"
    ):
        found.setdefault(household, []).append((person, relation, number, source))
    del viewer
    return found


def field_checks(
    viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None
) -> dict[UUID, tuple[str, bool | None, UUID]]:
    """Return each person's last field check by the day: outcome, whether treated, source row."""
    del viewer
    rows = FieldCheck.objects.filter(holds(as_of), whose(persons)).order_by("checked_on", "id")
    found = rows.values_list("person", "outcome", "treated", "source")
    return {person: (outcome, treated, source) for person, outcome, treated, source in found}


def enrolments(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> dict[UUID, UUID]:
    """Return who has basic insurance on the day, with the source row."""
    del viewer
    return dict(Enrolment.objects.filter(holds(as_of), whose(persons)).values_list("person", "source"))


def names(viewer: Viewer, as_of: AsOf, persons: Iterable[UUID]) -> dict[UUID, str]:
    """Return names: in full for a viewer who says a purpose, else the first character and stars. Opens sealed fields."""
    wanted = sorted(set(persons))
    field = Identity._meta.get_field("name")
    found: dict[UUID, str] = {}
    for start in range(0, len(wanted), 500):
        chosen = Identity.objects.filter(holds(as_of), person_id__in=wanted[start : start + 500])
        with shown_if(bool(viewer.purpose)):
            for row_id, person, stored in in_bulk(chosen.values_list("id", "person", "name")):
                name = field.open_value(row_id, stored)
                found[person] = name if viewer.purpose else masked(name)
    return found


def identity_tail(viewer: Viewer, as_of: AsOf, person_id: UUID) -> str:
    """Return the last four signs of somebody's identity number, which is as much as a page shows; '' where there is none."""
    del viewer
    with covered():
        found = Identity.objects.filter(holds(as_of), person_id=person_id).first()
        return found.id_number[-4:] if found else ""


def conditions(viewer: Viewer, as_of: AsOf, person_id: UUID) -> list[Condition]:
    """Return a person's recorded illnesses; the caller has asked whether the viewer may see restricted ones."""
    del viewer
    return list(Condition.objects.filter(holds(as_of), person_id=person_id).order_by("id"))


def person_by_serial(viewer: Viewer, serial: int) -> Person | None:
    """Return the person who goes by a serial number, if the viewer's scope covers where the person lives or lived last."""
    person = Person.objects.filter(serial=serial).first()
    if person is None:
        return None
    homes = Residence.objects.filter(known(None), person=person, retracted_at__isnull=True).order_by(*_EARLIEST_FIRST)
    code = homes.values_list("place__code", flat=True).last()
    return person if code is not None and viewer.covers(code) else None


def household_of(viewer: Viewer, as_of: AsOf) -> dict[UUID, str]:
    """Return each person's household number on the day."""
    del viewer
    return dict(Membership.objects.filter(holds(as_of)).values_list("person", "household__number"))


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the register holds of one person: facts that began by the day, ended ones too, the earliest first."""

    identities: list[Identity]
    residences: list[Residence]
    memberships: list[Membership]
    group_spells: list[GroupSpell]
    enrolments: list[Enrolment]
    field_checks: list[FieldCheck]
    conditions: list[Condition]


def facts_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> PersonFacts:
    """Return what the register holds of a person; the caller has asked whether the viewer may see place and illness."""
    del viewer
    return PersonFacts(
        told(Identity, as_of, person_id=person_id),
        told(Residence, as_of, "place", person_id=person_id),
        told(Membership, as_of, "household", person_id=person_id),
        told(GroupSpell, as_of, person_id=person_id),
        told(Enrolment, as_of, person_id=person_id),
        told(FieldCheck, as_of, person_id=person_id),
        told(Condition, as_of, person_id=person_id),
    )


def members_of(viewer: Viewer, as_of: AsOf, household_id: UUID) -> list[tuple[UUID, int, str]]:
    """Return the members of a household on the day who live within the viewer's scope: person, serial, relation."""
    rows = Membership.objects.filter(holds(as_of), household_id=household_id).order_by("person__serial")
    found = list(rows.values_list("person", "person__serial", "relation"))
    here = places_of(viewer, as_of, [person for person, _, _ in found])
    return [row for row in found if row[0] in here]


def people_at(viewer: Viewer, as_of: AsOf, place: str) -> list[tuple[UUID, int]]:
    """Return who lives at a place or below it on the day, as far as the viewer's scope reaches, by serial number."""
    rows = Residence.objects.filter(holds(as_of), place__code__startswith=place).order_by("person__serial")
    gone = moved_away(viewer, as_of)
    found = [row for row in rows.values_list("person", "person__serial", "place__code") if row[0] not in gone]
    return list(dict.fromkeys((person, serial) for person, serial, code in found if viewer.covers(code)))


def people_with_number(viewer: Viewer, as_of: AsOf, id_number: str) -> list[UUID]:
    """Return who goes by a resident identity number, within the viewer's scope; nothing is opened."""
    index = blind_index("id_number", id_number)
    found = Identity.objects.filter(holds(as_of), id_index=index).exclude(id_index="").values_list("person", flat=True)
    return sorted(places_of(viewer, as_of, list(found)))


def people_named(viewer: Viewer, as_of: AsOf, name: str) -> list[UUID]:
    """Return who goes by a name, within the viewer's scope; a part of it will do for a viewer who says a purpose.

    Without one a part does not: asking for one character after the other would uncover what is covered.
    """
    here = places_of(viewer, as_of)
    field = Identity._meta.get_field("name")
    found: list[UUID] = []
    with covered():
        chosen = Identity.objects.filter(holds(as_of)).values_list("id", "person", "name")
        for row_id, person, stored in in_bulk(chosen):
            if person in here:
                kept = field.open_value(row_id, stored)
                if name == kept or (viewer.purpose and name in kept):
                    found.append(person)
    return found


def place_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> str | None:
    """Return the division code where one person lives on the day, None outside the viewer's scope."""
    return places_of(viewer, as_of, (person_id,)).get(person_id)


def incomes(viewer: Viewer, as_of: AsOf) -> dict[str, int | None]:
    """Return what each household has per head and year, in fen, by its number; None where its rows contradict each other."""
    del viewer
    return dict(Income.objects.filter(holds(as_of)).values_list("household__number", "per_head_fen"))
