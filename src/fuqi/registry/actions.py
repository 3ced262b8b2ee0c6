"""Making facts about persons of the rows that belong to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from fuqi.access.sealed import blind_index
from fuqi.intake.actions import from_row
from fuqi.journal.actions import recording
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.places.rules import PlaceFinder
from fuqi.registry.damaged import number_parts
from fuqi.registry.models import (
    Condition,
    Enrolment,
    FieldCheck,
    GroupSpell,
    Household,
    Identity,
    IdentityIndex,
    Income,
    Membership,
    Person,
    Residence,
)
from fuqi.registry.rules import PersonRow, illnesses, leading, said, sex_and_birth

CONDITION_KINDS = ("field_check",)
"""Whose word on illness counts: what was checked in the field. What the lists claim stays in their rows."""

GroupsOf = Callable[[PersonRow], frozenset[str]]
"""What groups a row puts its person in, as the scheme reads the row."""


def persons_by_key() -> dict[str, tuple[UUID, int]]:
    """Return every person's id and serial by the index of what the person was first known by."""
    return {index: (person, serial) for person, serial, index in Person.objects.values_list("id", "serial", "key_index")}


def household_rows(items: Sequence[PersonRow]) -> list[NewRow]:
    """Return the households that are named and not there yet, by number."""
    have = set(Household.objects.values_list("number", flat=True))
    numbers = {str(item.row.values["household_number"]) for item in items if item.row.values.get("household_number")}
    return [NewRow(Household, number=number) for number in sorted(numbers - have)]


def households_by_number() -> dict[str, UUID]:
    """Return every household's id by its number."""
    return dict(Household.objects.values_list("number", "id"))


def record_households(items: Sequence[PersonRow], *, by: str, at: datetime) -> None:
    """Record the households that the rows name."""
    rows = household_rows(items)
    if rows:
        with recording(by=by, at=at, action="registry.households") as record:
            record.add(rows)


def identities(run: Run, people: dict[UUID, list[PersonRow]], *, today: date, at: datetime) -> Iterator[NewRow]:
    """Yield what every person is called and known by."""
    for person_id, rows in people.items():
        lead = leading(rows, "name") or rows[0]
        number = str(said(rows, "id_number") or "")
        sex, birth_on = sex_and_birth(rows, today=today)
        yield NewRow(
            Identity,
            person_id=person_id,
            name=str(said(rows, "name") or ""),
            id_number=number,
            id_index=blind_index("id_number", number),
            sex=sex,
            birth_on=birth_on,
            **from_row(run, lead.row, at=at),
        )


def part_indexes(identities: Iterable[NewRow]) -> Iterator[NewRow]:
    """Yield the indexes by which damaged numbers find their persons, of every identity with a whole number."""
    for identity in identities:
        parts = number_parts(str(identity.columns["id_number"]))
        if parts is not None:
            yield NewRow(
                IdentityIndex,
                person_id=identity.columns["person_id"],
                identity_id=identity.id,
                birth_sequence=blind_index("id_birth_sequence", parts.birth_sequence),
                area_birth=blind_index("id_area_birth", parts.area_birth),
            )


def residences(run: Run, people: dict[UUID, list[PersonRow]], finder: PlaceFinder, *, at: datetime) -> Iterator[NewRow]:
    """Yield where every person lives; a move ends one residence and begins the next.

    Who died or left the county is counted on at the last village: a candidate who was checked there stays one.
    """
    for person_id, rows in people.items():
        moves = [item for item in rows if item.row.kind == "move" and item.row.values.get("to_village")]
        moves.sort(key=lambda item: item.row.values["changed_on"])
        lead = next((item for item in rows if item.row.values.get("township") and item.row.kind != "move"), None)
        if lead is None:
            continue
        now = finder.find(str(lead.row.values["township"]), str(lead.row.values.get("village") or ""))
        start: date | None = None
        for move in moves:
            values = move.row.values
            before = finder.find(str(values.get("from_township") or ""), str(values.get("from_village") or "")) or now
            after = finder.find(str(values.get("to_township") or ""), str(values.get("to_village") or ""))
            if before is not None:
                yield NewRow(
                    Residence,
                    person_id=person_id,
                    place_id=before.id,
                    **from_row(run, move.row, at=at, valid_from=start, valid_until=values["changed_on"]),
                )
            if after is not None:
                start, now = values["changed_on"], after
        if now is not None:
            yield NewRow(
                Residence,
                person_id=person_id,
                place_id=now.id,
                **from_row(run, (moves[-1] if moves else lead).row, at=at, valid_from=start),
            )


def left_on(rows: Sequence[PersonRow]) -> date | None:
    """Return the day after a person died or moved out of the county, if the rows say so: that day itself still counts."""
    days = [item.row.values["changed_on"] for item in rows if item.row.values.get("change") in ("died", "moved_out")]
    return min(days) + timedelta(days=1) if days else None


def memberships(
    run: Run, people: dict[UUID, list[PersonRow]], households: dict[str, UUID], *, at: datetime
) -> Iterator[NewRow]:
    """Yield who belongs to which household."""
    for person_id, rows in people.items():
        for item in rows:
            number = str(item.row.values.get("household_number") or "")
            if item.row.kind == "household" and number:
                yield NewRow(
                    Membership,
                    person_id=person_id,
                    household_id=households[number],
                    relation=str(item.row.values.get("relation") or ""),
                    **from_row(run, item.row, at=at, valid_until=left_on(rows)),
                )
                break


def group_spells(run: Run, people: dict[UUID, list[PersonRow]], groups_of: GroupsOf, *, at: datetime) -> Iterator[NewRow]:
    """Yield the groups that rows put people in, from the day the row names on."""
    for person_id, rows in people.items():
        done: set[str] = set()
        for item in rows:
            for group in sorted(groups_of(item) - done):
                done.add(group)
                start = item.row.values.get("registered_on")
                span = from_row(run, item.row, at=at, valid_from=start, valid_until=left_on(rows))
                yield NewRow(GroupSpell, person_id=person_id, group=group, **span)


def conditions(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield every illness that a field check wrote down, from the day of the check on."""
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            if item.row.kind not in CONDITION_KINDS:
                continue
            for words, icd10 in illnesses(str(values.get("illness") or ""), str(values.get("icd10") or "")):
                yield NewRow(
                    Condition,
                    person_id=person_id,
                    words=words,
                    icd10=icd10,
                    basis=str(values.get("illness_basis") or ""),
                    **from_row(run, item.row, at=at, valid_from=values.get("checked_on")),
                )


def field_checks(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield what the townships found."""
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            if item.row.kind == "field_check" and values.get("outcome"):
                yield NewRow(
                    FieldCheck,
                    person_id=person_id,
                    outcome=str(values["outcome"]),
                    checked_on=values.get("checked_on"),
                    treated=values.get("treated"),
                    registered_poor=values.get("registered_poor"),
                    **from_row(run, item.row, at=at, valid_from=values.get("checked_on")),
                )


def enrolments(run: Run, people: dict[UUID, list[PersonRow]], *, at: datetime) -> Iterator[NewRow]:
    """Yield who has basic insurance."""
    for person_id, rows in people.items():
        for item in rows:
            if item.row.kind == "insurance":
                yield NewRow(
                    Enrolment,
                    person_id=person_id,
                    category=str(item.row.values.get("category") or "")[:40],
                    **from_row(run, item.row, at=at, valid_from=item.row.values.get("insured_from")),
                )
                break


def incomes(run: Run, people: dict[UUID, list[PersonRow]], households: dict[str, UUID], *, at: datetime) -> Iterator[NewRow]:
    """Yield what each household has per head and year; where its members' rows say different sums, that it is not known."""
    said_by: dict[str, list[PersonRow]] = {}
    for rows in people.values():
        for item in rows:
            number = str(item.row.values.get("household_number") or "")
            if item.row.kind == "household" and number and item.row.values.get("income_per_head") is not None:
                said_by.setdefault(number, []).append(item)
    for number, items in said_by.items():
        sums = {item.row.values["income_per_head"] for item in items}
        yield NewRow(
            Income,
            household_id=households[number],
            per_head_fen=sums.pop() if len(sums) == 1 else None,
            **from_row(run, items[0].row, at=at),
        )
