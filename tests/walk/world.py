"""A counted county and those who look at it: who they are, what is theirs, and what of everybody else must never reach them.

Runs in a process of its own, opened on a workspace that may be written to (`open_world`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

COUNTY, TOWN, OTHER_TOWN, VILLAGE = "430611", "430611100", "430611101", "430611100200"
ELSEWHERE = "430612100200"
"""A village of another county."""
HOSPITAL = "君山区中医医院"


@dataclass(frozen=True)
class Walker:
    """Somebody who looks, with the grants by which they may."""

    name: str
    roles: tuple[tuple[str, str], ...]
    """Role and place; the place of a counter is its institution."""


VISITOR = Walker("", ())
WALKERS = (
    VISITOR,
    Walker("行县一", (("county_officer", COUNTY),)),
    Walker("行乡一", (("township_clerk", TOWN),)),
    Walker("行村一", (("village_doctor", VILLAGE),)),
    Walker("行村二", (("village_doctor", VILLAGE), ("village_doctor", "430611101210"))),
    Walker("行乡二", (("county_officer", TOWN),)),
    Walker("行督一", (("inspector", OTHER_TOWN),)),
    Walker("行疾一", (("disease_control_officer", TOWN),)),
    Walker("行付一", (("payer", OTHER_TOWN),)),
    Walker("行窗一", (("hospital_clerk", HOSPITAL),)),
    Walker("行系一", (("system_administrator", COUNTY),)),
    Walker("行安一", (("security_administrator", COUNTY),)),
    Walker("行审一", (("auditor", COUNTY),)),
)
"""One of each role, and some in unusual places."""


def open_world(folder: Path) -> None:
    """Open the workspace in this process, which can open no other afterwards; what it writes may be lost in a power cut."""
    os.environ.update(FUQI_WORKSPACE=str(folder), DJANGO_SETTINGS_MODULE="fuqi.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        if connections[alias].vendor == "sqlite":
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA synchronous = OFF")


def let_in() -> None:
    """Make the walkers' accounts, once; each may read as many people today as there are."""
    from fuqi.access.models import Grant, InstitutionGrant, ReadingDecision, ReadingRequest, User
    from fuqi.journal.actions import recording
    from fuqi.journal.tables import NewRow
    from fuqi.places.models import Division
    from fuqi.web.door import today

    at = datetime.now(UTC)
    if User.objects.filter(name=WALKERS[1].name).exists():
        return
    with recording(by="程序", at=at, action="access.grant") as record:
        for walker in WALKERS[1:]:
            user = User(name=walker.name)
            user.set_unusable_password()
            user.save()
            for role, where in walker.roles:
                held: dict[str, Any] = {"user_id": user.id, "role": role, "valid_from": today()}
                place = Division.objects.filter(code=where).first()
                row = NewRow(Grant, place_id=place.id, **held) if place else NewRow(InstitutionGrant, institution=where, **held)
                record.add([row])
            asked = NewRow(ReadingRequest, asked_by=walker.name, asked_at=at, day=today(), people=1_000_000, reason="走查")
            record.add([asked])
            record.add([NewRow(ReadingDecision, request_id=asked.id, approved=True, by="程序", decided_at=at)])


def viewer_of(walker: Walker) -> Any:
    """Return a walker as queries see them."""
    from fuqi.access.queries import viewer_for
    from fuqi.flows.workspaces import PROGRAM
    from fuqi.web.door import today

    return viewer_for(PROGRAM, walker.name, on=today())


COUNTYS = UUID(int=0)
"""Stands for a person in whom the whole county is: whose things are those of nobody in particular."""


@dataclass
class Things:
    """Everything of persons that has a name of its own, by kind: what an address or a page may call it."""

    by_kind: dict[str, dict[str, UUID]] = field(default_factory=dict)
    """Kind -> how it is called -> the person whose it is."""
    names: dict[UUID, str] = field(default_factory=dict)

    def add(self, kind: str, rows: Iterable[tuple[object, UUID]]) -> None:
        """Keep what things are called and whose they are."""
        self.by_kind.setdefault(kind, {}).update((str(called), person) for called, person in rows)


def open_keys(key_ids: Iterable[UUID]) -> None:
    """Open data keys all at once: what is read next asks for none of its own."""
    from fuqi.access import keys

    keys.fetch([key_id.bytes for key_id in key_ids])


def things() -> Things:
    """Return all there is."""
    from fuqi.access import keys
    from fuqi.access.models import DataKey
    from fuqi.intake.models import ReceivedFile
    from fuqi.matching.models import Link
    from fuqi.registry.models import Identity, Membership, Person
    from fuqi.settlement.models import Adjustment, Claim

    found = Things()
    found.add("person", Person.objects.values_list("serial", "id"))
    found.add("settlement", Claim.objects.values_list("number", "person"))
    found.add("row", Link.objects.values_list("source", "person"))
    found.add("household", Membership.objects.values_list("household__number", "person"))
    found.add("adjustment", Adjustment.objects.values_list("id", "person"))
    found.by_kind["file"] = dict.fromkeys(map(str, ReceivedFile.objects.values_list("id", flat=True)), COUNTYS)
    numbers: list[tuple[str, UUID]] = []
    open_keys(DataKey.objects.filter(kind=keys.PERSON).values_list("id", flat=True))
    for identity in Identity.objects.order_by("id"):
        found.names[identity.person_id] = identity.name
        numbers.append((identity.id_number, identity.person_id))
    found.add("id_number", [(number, person) for number, person in numbers if number])
    return found


def staff() -> set[str]:
    """Return the names of those who work here as lists write them: doctors and checkers may be called like a resident."""
    from fuqi.intake.models import ReceivedRow

    found: set[str] = set()
    rows = ReceivedRow.objects.filter(kind__in=("contract", "field_check")).order_by("id")
    open_keys(rows.values_list("id", flat=True))
    for row in rows:
        cells = json.loads(row.cells)
        found |= {cells[header] for header in ("签约医生", "核查人") if cells.get(header)}
    return found


def in_sight(walker: Walker) -> set[UUID]:
    """Return the persons a walker may learn of: told from the tables alone, not by the program's own queries."""
    from fuqi.access.codes import ROLES
    from fuqi.determination.models import RestrictedMark
    from fuqi.settlement.models import Claim

    found: set[UUID] = set()
    for role, where in walker.roles:
        if not ROLES[role].actions & {"see_people", "see_figures", "see_money"}:
            continue
        if ROLES[role].by_institution:
            found |= set(Claim.objects.filter(hospital=where).values_list("person", flat=True))
            found -= set(RestrictedMark.objects.values_list("person", flat=True))
            continue
        if where == COUNTY:
            found.add(COUNTYS)
        found |= {person for person, code in _last_homes().items() if code.startswith(where)}
    return found


@lru_cache(1)
def _last_homes() -> dict[UUID, str]:
    from fuqi.registry.models import Residence

    homes = Residence.objects.order_by("recorded_at")
    last = dict(homes.values_list("person", "place__code"))
    last.update(homes.filter(valid_until=None).values_list("person", "place__code"))
    return last


def inside_of(walker: Walker, every: Things, sight: set[UUID]) -> dict[str, set[str]]:
    """Return, by kind, what things are called that a walker may learn of; at a counter, only the own bills and their rows."""
    from fuqi.access.codes import ROLES
    from fuqi.settlement.models import Adjustment, Claim

    found = {kind: {called for called, person in things.items() if person in sight} for kind, things in every.by_kind.items()}
    if any(ROLES[role].by_institution for role, _ in walker.roles):
        here = {"hospital__in": [where for _, where in walker.roles], "person__in": sight}
        found["household"] = set()
        found["settlement"] = set(Claim.objects.filter(**here).values_list("number", flat=True))
        found["row"] = set(map(str, Claim.objects.filter(**here).values_list("source", flat=True)))
        found["adjustment"] = set(map(str, Adjustment.objects.filter(**here).values_list("id", flat=True)))
    return found


def nowhere(kind: str, chance: Random) -> str:
    """Return a name of a thing of a kind, spelled like the others, that there is none of."""
    return {
        "person": lambda: str(chance.randint(900_000, 999_999)),
        "settlement": lambda: f"ZY2019{chance.randint(0, 999_999):06d}",
        "id_number": lambda: f"43061119{chance.randint(10, 20)}0101{chance.randint(0, 9_999):04d}",
        "household": lambda: f"43061110{chance.randint(900_000, 999_999)}",
        "indicator": lambda: f"no_such_{chance.randint(0, 9)}",
        "paper": lambda: f"2017-9{chance.randint(0, 99_999):05d}",
        "subject_request": lambda: f"2026-{chance.randint(900, 999)}",
        "place": lambda: f"430699{chance.randint(0, 999):03d}",
    }.get(kind, lambda: str(uuid4()))()
