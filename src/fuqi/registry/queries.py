"""Reading the register on a day, as known at an instant, within a viewer's scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.journal.validity import known
from fuqi.registry.models import (
    Condition,
    Enrolment,
    FieldCheck,
    GroupSpell,
    Identity,
    Membership,
    Person,
    Residence,
)
from fuqi.registry.rules import masked
from fuqi.registry.validity import holds


def places_of(viewer: Viewer, as_of: AsOf) -> dict[UUID, str]:
    """Return the division code where each person within the viewer's scope lives on the day."""
    rows = Residence.objects.filter(holds(as_of)).order_by("valid_from", "id").values_list("person", "place__code")
    return {person: code for person, code in rows if viewer.covers(code)}


def serials(viewer: Viewer) -> dict[UUID, int]:
    """Return every person's serial number; it says nothing about anybody."""
    del viewer
    return dict(Person.objects.values_list("id", "serial"))


def births(viewer: Viewer, as_of: AsOf) -> dict[UUID, tuple[date | None, str, UUID]]:
    """Return birth date, sex and source row of each person."""
    del viewer
    rows = Identity.objects.filter(holds(as_of)).values_list("person", "birth_on", "sex", "source")
    return {person: (birth_on, sex, source) for person, birth_on, sex, source in rows}


def group_spells(viewer: Viewer, as_of: AsOf) -> dict[UUID, dict[str, UUID]]:
    """Return the groups each person is in on the day, each with its source row."""
    del viewer
    found: dict[UUID, dict[str, UUID]] = {}
    for person, group, source in GroupSpell.objects.filter(holds(as_of)).values_list("person", "group", "source"):
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


def field_checks(viewer: Viewer, as_of: AsOf) -> dict[UUID, tuple[str, bool | None, UUID]]:
    """Return each person's last field check by the day: outcome, whether treated, source row."""
    del viewer
    rows = FieldCheck.objects.filter(holds(as_of)).order_by("checked_on", "id")
    found = rows.values_list("person", "outcome", "treated", "source")
    return {person: (outcome, treated, source) for person, outcome, treated, source in found}


def enrolments(viewer: Viewer, as_of: AsOf) -> dict[UUID, UUID]:
    """Return who has basic insurance on the day, with the source row."""
    del viewer
    return dict(Enrolment.objects.filter(holds(as_of)).values_list("person", "source"))


def names(viewer: Viewer, as_of: AsOf, persons: Iterable[UUID]) -> dict[UUID, str]:
    """Return names: in full for a viewer who says a purpose, else the first character and stars. Opens sealed fields."""
    wanted = sorted(set(persons))
    found: dict[UUID, str] = {}
    for start in range(0, len(wanted), 500):
        for row in Identity.objects.filter(holds(as_of), person_id__in=wanted[start : start + 500]):
            found[row.person_id] = row.name if viewer.purpose else masked(row.name)
    return found


def conditions(viewer: Viewer, as_of: AsOf, person_id: UUID) -> list[Condition]:
    """Return a person's recorded illnesses; the caller has asked whether the viewer may see restricted ones."""
    del viewer
    return list(Condition.objects.filter(holds(as_of), person_id=person_id).order_by("id"))


def person_by_serial(viewer: Viewer, serial: int) -> Person | None:
    """Return the person who goes by a serial number, if the viewer's scope covers where the person lives or lived last."""
    person = Person.objects.filter(serial=serial).first()
    if person is None:
        return None
    code = (
        Residence.objects.filter(known(None), person=person)
        .order_by("-valid_from", "-id")
        .values_list("place__code", flat=True)
        .first()
    )
    return person if code is None or viewer.covers(code) else None


def household_of(viewer: Viewer, as_of: AsOf) -> dict[UUID, str]:
    """Return each person's household number on the day."""
    del viewer
    return dict(Membership.objects.filter(holds(as_of)).values_list("person", "household__number"))
