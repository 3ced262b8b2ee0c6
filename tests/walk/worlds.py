"""Two worlds that differ only outside a scope, and what each answers: `python -m tests.walk.worlds alter|answers …`.

The other world is a copy of the first in which everything of everybody outside was changed, taken away or moved, and the counts
were made anew. Whoever looks from inside must not be able to tell which of the two it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tests.walk.world import WALKERS, let_in, open_world, things


def furnish(folder: Path) -> None:
    """Add to a counted county what the sample has none of: an earlier day's count, adjustments, papers that were given out."""
    open_world(folder)
    let_in()
    from fuqi.flows.counts import count_day
    from fuqi.flows.current import current_scheme
    from fuqi.flows.figures import default_day
    from fuqi.flows.workspaces import PROGRAM
    from fuqi.journal.actions import recording
    from fuqi.web.door import workspace

    scheme, at = current_scheme(workspace()), datetime.now(UTC)
    days = [day for day in scheme.trend_days if day != default_day(scheme)]
    count_day(viewer=PROGRAM, scheme=scheme, day=days[0], at=lambda: at, progress=lambda _: None)
    with recording(by="程序", at=at, action="walk.furnish") as record:
        record.add(list(_adjustments()))
        record.add(list(_papers(at)))


def _adjustments() -> Iterable[Any]:
    from fuqi.journal.tables import NewRow
    from fuqi.settlement.models import Adjustment, Settlement
    from fuqi.settlement.rules import BACK_PAYMENT, LATE

    chosen = Settlement.objects.filter(state="settled").select_related("claim").order_by("claim__number")[::12]
    for item in chosen:
        line = item.lines.order_by("position").first()
        if line is not None and line.pay_fen:
            yield NewRow(
                Adjustment,
                run_id=item.run_id,
                person_id=item.claim.person_id,
                number=item.claim.number,
                hospital=item.claim.hospital,
                settled_on=item.claim.settled_on,
                before_id=None,
                after_id=item.id,
                layer=line.layer,
                fund=line.fund,
                before_fen=0,
                after_fen=line.pay_fen,
                kind=BACK_PAYMENT,
                reason=LATE,
                details=json.dumps({"codes": [LATE]}),
                restricted=item.restricted,
            )


def _papers(at: datetime) -> Iterable[Any]:
    from fuqi.journal.tables import NewRow
    from fuqi.registry.models import Household, Residence
    from fuqi.reports.models import IssuedPaper

    for number, household in enumerate(Household.objects.order_by("number")[::60], 1):
        member = household.memberships.first()
        home = Residence.objects.filter(person=member.person).select_related("place").last() if member else None
        if home is not None:
            yield NewRow(
                IssuedPaper,
                number=f"2017-{number:06d}",
                kind="plain_sheet",
                subject=household.number,
                place=home.place.code,
                day=at.date(),
                count_run="",
                scheme_hash="",
                digest=f"{number:064x}",
                issued_at=at,
                by="程序",
                summary="{}",
            )


class Altering:
    """Makes the other world: everything outside some places is changed."""

    def __init__(self, places: Sequence[str], seed: int) -> None:
        from fuqi.places.models import Division
        from fuqi.registry.models import Household, Person, Residence

        self.chance = Random(seed)
        homes = Residence.objects.values_list("person", "place__code")
        inside = {person for person, code in homes if any(code.startswith(place) for place in places)}
        mixed = Household.objects.filter(memberships__person__residences__place__code__in=_codes(places))
        self.inside_households = set(mixed.values_list("id", flat=True))
        self.outside = sorted(set(Person.objects.values_list("id", flat=True)) - inside)
        self.is_outside = set(self.outside)
        divisions = Division.objects.filter(level="village").values_list("id", "code")
        self.places = [item for item, code in divisions if not any(code.startswith(place) for place in places)]

    def run(self) -> int:
        """Change everything; returns how many rows were changed."""
        from fuqi.registry.models import Enrolment, FieldCheck, GroupSpell, Identity, Residence

        number = self._each(Identity, "person_id", self._identity)
        number += self._each(Residence, "person_id", lambda _: {"place_id": self.chance.choice(self.places).hex})
        groups = sorted(set(GroupSpell.objects.values_list("group", flat=True)))
        number += self._each(GroupSpell, "person_id", lambda _: self._maybe({"group": self.chance.choice(groups)}))
        number += self._each(Enrolment, "person_id", lambda _: self._maybe({}))
        outcomes = sorted(set(FieldCheck.objects.values_list("outcome", flat=True)))
        number += self._each(
            FieldCheck,
            "person_id",
            lambda _: {"outcome": self.chance.choice(outcomes), "treated": self.chance.choice([0, 1])},
        )
        return number + self._illness() + self._money() + self._care() + self._received()

    def _identity(self, row_id: UUID) -> dict[str, object]:
        from fuqi.access.sealed import blind_index
        from fuqi.registry.models import Identity

        number = f"430611{self.chance.randint(1930, 2016)}0101{self.chance.randint(0, 9999):04d}"
        return {
            "name": _sealed(Identity, "name", row_id, "异" + "".join(self.chance.choices("甲乙丙丁戊己庚辛", k=2))),
            "id_number": _sealed(Identity, "id_number", row_id, number),
            "id_index": blind_index("id_number", number),
            "sex": self.chance.choice(["male", "female"]),
            "birth_on": f"{number[6:10]}-01-01",
        }

    def _illness(self) -> int:
        from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
        from fuqi.registry.models import Condition
        from fuqi.treatment.models import TreatFirstAgreement, UntreatedReason

        found = sorted(set(DiseaseFinding.objects.values_list("list_id", "disease_id")))

        def other(_: UUID) -> dict[str, object] | None:
            list_id, disease_id = self.chance.choice(found)
            return self._maybe({"list_id": list_id, "disease_id": disease_id})

        number = self._each(DiseaseFinding, "person_id", other)
        number += self._each(RestrictedMark, "person_id", lambda _: {"person_id": self.chance.choice(self.outside).hex})
        number += self._each(UndecidedCondition, "person_id", lambda _: self._maybe({}))
        number += self._each(TreatFirstAgreement, "person_id", lambda _: self._maybe({}))
        number += self._each(UntreatedReason, "person_id", lambda _: self._maybe({}))
        return number + self._each(Condition, "person_id", lambda row: {"words": _sealed(Condition, "words", row, "另一种病")})

    def _money(self) -> int:
        from fuqi.settlement.models import Adjustment, Claim, Settlement, SettlementLine

        hospitals = sorted(set(Claim.objects.values_list("hospital", flat=True)))
        claims = set(Claim.objects.filter(person__in=self.outside).values_list("id", flat=True))
        settled = set(Settlement.objects.filter(claim__in=claims).values_list("id", flat=True))

        def claim(_: UUID) -> dict[str, object]:
            total = self.chance.randint(1, 9_000_000)
            number = f"ZY2018{self.chance.randint(0, 999_999):06d}"
            return {"total_fen": total, "in_scope_fen": total // 2, "hospital": self.chance.choice(hospitals), "number": number}

        def settlement(_: UUID) -> dict[str, object]:
            return {
                "self_pay_fen": self.chance.randint(1, 99_999),
                "restricted": self.chance.choice([0, 1]),
                "explanation": "另",
            }

        number = self._each(Claim, "person_id", claim)
        number += self._each(Settlement, "claim_id", settlement, claims)
        number += self._each(SettlementLine, "settlement_id", lambda _: {"pay_fen": self.chance.randint(1, 999_999)}, settled)
        return number + self._each(Adjustment, "person_id", lambda _: self._maybe({"after_fen": self.chance.randint(1, 9_999)}))

    def _care(self) -> int:
        from fuqi.care.models import FamilyDoctorContract, HealthCheck
        from fuqi.registry.models import Household, Income
        from fuqi.supervision.models import SurveyCall

        households = set(Household.objects.values_list("id", flat=True)) - self.inside_households
        number = self._each(HealthCheck, "person_id", lambda _: self._maybe({}))
        number += self._each(SurveyCall, "person_id", lambda _: self._maybe({"answered": self.chance.choice([0, 1])}))
        number += self._each(FamilyDoctorContract, "household_id", lambda _: self._maybe({"team": "异队"}), households)
        number += self._each(Income, "household_id", lambda _: {"per_head_fen": self.chance.randint(1, 9_999_999)}, households)
        spelled = iter(range(len(households)))
        return number + self._each(Household, "id", lambda _: {"number": f"43069900{next(spelled):06d}"}, households)

    def _received(self) -> int:
        from fuqi.intake.models import ReceivedRow, RowFault
        from fuqi.matching.models import Doubt, Link

        inside = set(Link.objects.exclude(person__in=self.outside).values_list("source", flat=True))
        rows = set(ReceivedRow.objects.values_list("id", flat=True)) - inside
        number = self._each(Doubt, "source_id", lambda _: self._maybe({}), rows)
        number += self._each(RowFault, "id", lambda _: None, set(RowFault.objects.values_list("id", flat=True)))
        return number + self._each(
            ReceivedRow, "id", lambda row: {"cells": _sealed(ReceivedRow, "cells", row, '{"姓名": "异"}')}, rows
        )

    def _maybe(self, changes: dict[str, object]) -> dict[str, object] | None:
        """Return the changes, or None to take the row away."""
        return changes if self.chance.random() < 0.5 else None

    def _each(
        self, model: Any, whose: str, work: Callable[[UUID], dict[str, object] | None], of: set[UUID] | None = None
    ) -> int:
        """Change or take away the rows of a table that belong outside."""
        from django.db import models

        wanted, table = self.is_outside if of is None else of, model._meta.db_table
        found: Any = models.QuerySet(model).order_by("id").values_list("id", whose)
        number = 0
        with _past_the_journal() as execute:
            for row_id, owner in list(found):
                if owner not in wanted:
                    continue
                changes = work(row_id)
                number += 1
                if changes is None:
                    execute(f"DELETE FROM {table} WHERE id = ?", (row_id.hex,))
                elif changes:
                    columns = ", ".join(f'"{name}" = ?' for name in changes)
                    execute(f"UPDATE {table} SET {columns} WHERE id = ?", (*changes.values(), row_id.hex))
        return number


@contextmanager
def _past_the_journal() -> Iterator[Callable[..., Any]]:
    """Write as only the database's owner can: no page reads the journal that will not fit. Of the embedded database."""
    from django.db import connection

    session = connection.connection
    session.execute("BEGIN")
    session.execute("PRAGMA defer_foreign_keys = ON")
    yield session.execute
    session.execute("COMMIT")


def _codes(places: Sequence[str]) -> list[str]:
    from fuqi.places.models import Division

    return [code for code in Division.objects.values_list("code", flat=True) if any(code.startswith(place) for place in places)]


def _sealed(model: Any, column: str, row_id: UUID, words: str) -> bytes:
    field: Any = model._meta.get_field(column)
    sealed: bytes = field.seal_value(row_id, words, _key())
    return sealed


@lru_cache(1)
def _key() -> Any:
    """Return the workspace's own key, fetched once for tens of thousands of words."""
    from fuqi.access.keys import workspace_key

    return workspace_key()


def alter(folder: Path, seed: int, *places: str) -> None:
    """Make the other world of a copy: change everything outside some places, and make its counts anew under the same runs."""
    open_world(folder)
    number = Altering(places, seed).run()
    from fuqi.basics.dates import AsOf
    from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
    from fuqi.flows.counts import _rows
    from fuqi.flows.current import current_scheme
    from fuqi.flows.figures import count_all
    from fuqi.indicators.models import CountedFigure, CountedList
    from fuqi.journal import codes
    from fuqi.journal.actions import add_in_chunks
    from fuqi.journal.models import Run
    from fuqi.web.door import workspace

    scheme = current_scheme(workspace())
    everybody = Viewer("程序", (scheme.place,), frozenset({RESTRICTED_ILLNESS}))
    for run in Run.objects.filter(kind=codes.COUNT, state=codes.EFFECTIVE):
        counting = count_all(everybody, scheme, AsOf(datetime.fromisoformat(run.subject).date()))
        with _past_the_journal() as execute:
            for model in (CountedFigure, CountedList):
                execute(f"DELETE FROM {model._meta.db_table} WHERE run_id = ?", (run.id.hex,))
        list(add_in_chunks(_rows(run, counting), by="程序", at=datetime.now(UTC), action="walk.alter"))
    sys.stdout.write(f"{number}\n")


def addresses(folder: Path, name: str, seed: int, some: int) -> None:
    """Print what a walker asks for: every kind of page, list, file and form, `some` things of each kind, inside and outside."""
    open_world(folder)
    from fuqi.flows.current import current_scheme
    from fuqi.places.queries import divisions
    from fuqi.web.door import workspace
    from tests.walk.world import in_sight, viewer_of

    walker = next(one for one in WALKERS if one.name == name)
    chance, every, sight = Random(seed), things(), in_sight(walker)
    places = [item.code for item in divisions(viewer_of(walker))]
    asked = [
        "/",
        "/people/",
        "/papers/",
        "/adjustments/",
        "/adjustments/list.xlsx",
        "/scheme/",
        "/own/",
        "/lists/",
        "/nowhere/",
    ]
    asked += [f"/?place={code}" for code in [*places[: some // 2], "430611", "430612"]]
    asked += [f"/people/?place={code}&page={number}" for code in places[: some // 2] for number in (1, 2)]
    asked += [f"/papers/?place={code}" for code in places[: some // 2]]
    indicators = current_scheme(workspace()).indicators
    for indicator in chance.sample(indicators, min(some, len(indicators))):
        place, page = chance.choice(places), f"/figures/{indicator.id}/"
        asked += [
            page,
            f"{page}?place={place}",
            f"{page}list.csv?part=excluded",
            f"{page}?part=denominator&page=2&place={place}",
        ]
        asked += [f"{page}?part=excluded&day=2017-06-30", f"{page}list.csv?part=denominator&day=2017-06-30"]
    addressed = {"person": "people", "settlement": "settlements", "row": "rows", "adjustment": "adjustments"}
    for kind, room in addressed.items():
        mine = sorted(called for called, person in every.by_kind[kind].items() if person in sight)
        others = sorted(called for called, person in every.by_kind[kind].items() if person not in sight)
        chosen = [*chance.sample(mine, min(some, len(mine))), *chance.sample(others, min(some, len(others)))]
        asked += [f"/{room}/{called}/" for called in chosen]
        asked += [f"/{room}/{called}/?day=2017-06-30" for called in chosen[::4]]
    names = sorted(every.names[person] for person in every.names if person not in sight)
    words = [*chance.sample(names, some), *chance.sample(sorted(every.by_kind["person"]), some)]
    forms = [("/people/", {"words": word}) for word in words]
    households = sorted(every.by_kind["household"])
    forms += [("/papers/plain-sheets.pdf", {"household": number}) for number in chance.sample(households, some)]
    sys.stdout.write(json.dumps([*((url, {}) for url in asked), *forms], ensure_ascii=False))


def answers(folder: Path, name: str, asked: Path) -> None:
    """Print what a walker who said a purpose is answered: status, headers and text, for every address of a file."""
    open_world(folder)
    from tests.walk.visits import Visit, normal

    walker = next(one for one in WALKERS if one.name == name)
    said, visit = [], Visit(walker, purpose=True)
    for url, form in json.loads(asked.read_text("utf-8")):
        said.append((f"{url} {form or ''}", normal(visit.ask("POST" if form else "GET", url, form))))
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


def main(verb: str, folder: str, *more: str) -> None:
    """Do what the command line says."""
    where = Path(folder)
    if verb == "furnish":
        furnish(where)
    elif verb == "alter":
        alter(where, int(more[0]), *more[1:])
    elif verb == "addresses":
        addresses(where, more[0], int(more[1]), int(more[2]))
    else:
        answers(where, more[0], Path(more[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
