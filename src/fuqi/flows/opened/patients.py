"""Patients of an institution, as its counter sees them: who somebody is, and the bills of that institution.

No address, no household, no illness list, nothing of other institutions; somebody with a restricted illness is not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from fuqi.access import masks
from fuqi.access.reading import beyond_scope, note_shown
from fuqi.basics import resident_id
from fuqi.basics.dates import completed_years
from fuqi.determination.queries import restricted_persons
from fuqi.flows.opened.asking import Asking
from fuqi.flows.opened.people import group_words
from fuqi.flows.opened.person import PersonFile
from fuqi.flows.opened.sources import SourceView
from fuqi.intake.queries import row_heads
from fuqi.registry.queries import (
    births,
    enrolments,
    group_spells,
    identity_tail,
    names,
    people_named,
    people_with_number,
    serials,
)
from fuqi.settlement.queries import SettlementView, patients, settlements


def patients_in_sight(asking: Asking, persons: Collection[UUID] | None = None) -> set[UUID]:
    """Return the patients of the viewer's institutions whom the viewer may know of."""
    found = patients(asking.viewer, asking.as_of, persons)
    if asking.sees_restricted or not found:
        return found
    return found - restricted_persons(asking.viewer, sorted(found))


def find_patients(asking: Asking, words: str, *, today: date) -> set[UUID]:
    """Return the patients whom the words mean: a person's number, a whole name or a resident identity number."""
    said, here = resident_id.tidy(words), patients_in_sight(asking)
    if not here or not said:
        return set()
    if said.isdecimal() and len(said) <= 6:
        return {person for person, serial in serials(asking.viewer, here).items() if serial == int(said)}
    everywhere = replace(asking.viewer, places=("",))
    with beyond_scope("who is meant is found in the whole register; only patients are kept of it"):
        if said[:6].isdecimal():
            if not _reads_sensitive(asking):
                return set()
            read = resident_id.read(words, today=today)
            number = read.number if isinstance(read, resident_id.ResidentId) else said
            return here & set(people_with_number(everywhere, asking.as_of, number))
        return here & set(people_named(everywhere, asking.as_of, "".join(words.split())))


def open_patient(asking: Asking, serial: int) -> PersonFile | None:
    """Return what the counter sees of a person; None for who is no patient in sight."""
    viewer, as_of = asking.viewer, asking.as_of
    persons = {number: person for person, number in serials(viewer, patients_in_sight(asking)).items()}
    person = persons.get(serial)
    if person is None:
        return None
    note_shown("registry_person", "file", person)
    bills = own_bills(asking, person)
    birth_on, sex, _ = births(viewer, as_of, (person,)).get(person, (None, "", None))
    held = asking.scheme.with_implied(frozenset(group_spells(viewer, as_of, (person,)).get(person, ())))
    return PersonFile(
        serial=serial,
        name=names(viewer, as_of, [person]).get(person, ""),
        id_tail=identity_tail(viewer, as_of, person) if _reads_sensitive(asking) else masks.MASK,
        sex=asking.scheme.word(sex) if sex else "",
        age=completed_years(birth_on, as_of.on) if birth_on else None,
        place="",
        place_name="",
        groups=group_words(asking, held),
        insured=person in enrolments(viewer, as_of, (person,)),
        household="",
        relation="",
        members=(),
        classes="",
        treated="",
        facts=(),
        settlements=bills,
        changes=(),
        standings=(),
        rows=tuple(_sources(asking, bills)),
    )


def _reads_sensitive(asking: Asking) -> bool:
    """Return whether bills and numbers of patients are within the viewer's level at each of the institutions."""
    return all(masks.reads_sensitive(asking.viewer, institution=name) for name in asking.viewer.institutions)


def own_bills(asking: Asking, person: UUID) -> tuple[SettlementView, ...]:
    """Return a patient's bills of the viewer's institutions."""
    found = settlements(asking.viewer, asking.as_of, person_id=person) if _reads_sensitive(asking) else []
    return tuple(bill for bill in found if bill.hospital in asking.viewer.institutions and not bill.restricted)


def is_own_bill(asking: Asking, person: UUID, row_id: UUID) -> bool:
    """Return whether a received row is a bill of the viewer's institutions, of a patient in sight."""
    return bool(patients_in_sight(asking, (person,))) and any(bill.source == row_id for bill in own_bills(asking, person))


def _sources(asking: Asking, bills: Collection[SettlementView]) -> list[SourceView]:
    heads = row_heads(asking.viewer, {bill.source for bill in bills})
    found = [SourceView(row, place, kind, asking.kind_name(kind)) for row, (place, kind) in heads.items()]
    return sorted(found, key=lambda source: source.place)
