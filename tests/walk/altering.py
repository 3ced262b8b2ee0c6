"""Makes the other world: a county in which everything of everybody outside a scope was changed, taken away or moved.

A scope is some places, or an institution. Of an institution's patients only the name, the number, the groups, the insurance and
the own bills lie inside; their homes, households, illnesses and bills elsewhere are changed with all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID


class Altering:
    """Makes the other world: everything outside some places is changed."""

    def __init__(self, scope: Sequence[str], seed: int) -> None:
        from fuqi.places.models import Division
        from fuqi.registry.models import Person

        self.chance = Random(seed)
        places = [one for one in scope if one.isdecimal()]
        self.institutions = [one for one in scope if not one.isdecimal()]
        self.inside = self._inside_of(places)
        every = set(Person.objects.values_list("id", flat=True))
        self.outside = sorted(every - self.inside)
        self.is_outside = set(self.outside)
        self.hidden = every if self.institutions else self.is_outside
        """Whose homes, illnesses and care lie outside: everybody's, seen from a counter."""
        divisions = Division.objects.filter(level="village").values_list("id", "code")
        self.places = [item for item, code in divisions if not any(code.startswith(place) for place in places)]

    def _inside_of(self, places: Sequence[str]) -> set[UUID]:
        """Return who is inside; of households and claims, what is."""
        from fuqi.registry.models import Household, Residence
        from fuqi.settlement.models import Claim

        mixed = Household.objects.filter(memberships__person__residences__place__code__in=_codes(places))
        self.inside_households = set(mixed.values_list("id", flat=True))
        own = Claim.objects.filter(hospital__in=self.institutions)
        self.own_claims = set(own.values_list("id", flat=True))
        self.own_rows = set(own.values_list("source", flat=True))
        homes = Residence.objects.values_list("person", "place__code")
        lives = {person for person, code in homes if any(code.startswith(place) for place in places)}
        return lives | set(own.values_list("person", flat=True))

    def run(self) -> int:
        """Change everything; returns how many rows were changed."""
        from fuqi.registry.models import Enrolment, FieldCheck, GroupSpell, Identity, Residence

        number = self._each(Identity, "person_id", self._identity)
        number += self._each(Residence, "person_id", lambda _: {"place_id": self.chance.choice(self.places).hex}, self.hidden)
        groups = sorted(set(GroupSpell.objects.values_list("group", flat=True)))
        number += self._each(GroupSpell, "person_id", lambda _: self._maybe({"group": self.chance.choice(groups)}))
        number += self._each(Enrolment, "person_id", lambda _: self._maybe({}))
        outcomes = sorted(set(FieldCheck.objects.values_list("outcome", flat=True)))
        number += self._each(
            FieldCheck,
            "person_id",
            lambda _: {"outcome": self.chance.choice(outcomes), "treated": self.chance.choice([0, 1])},
            self.hidden,
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

        number = self._each(DiseaseFinding, "person_id", other, self.hidden)
        number += self._each(RestrictedMark, "person_id", lambda _: {"person_id": self.chance.choice(self.outside).hex})
        number += self._each(UndecidedCondition, "person_id", lambda _: self._maybe({}), self.hidden)
        number += self._each(TreatFirstAgreement, "person_id", lambda _: self._maybe({}), self.hidden)
        number += self._each(UntreatedReason, "person_id", lambda _: self._maybe({}), self.hidden)
        return number + self._each(
            Condition, "person_id", lambda row: {"words": _sealed(Condition, "words", row, "另一种病")}, self.hidden
        )

    def _money(self) -> int:
        from fuqi.settlement.models import Adjustment, Claim, Settlement, SettlementLine

        hospitals = sorted(set(Claim.objects.values_list("hospital", flat=True)) - set(self.institutions))
        claims = set(Claim.objects.values_list("id", flat=True)) - self.own_claims
        if not self.institutions:
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

        number = self._each(Claim, "id", claim, claims)
        number += self._each(Settlement, "claim_id", settlement, claims)
        number += self._each(SettlementLine, "settlement_id", lambda _: {"pay_fen": self.chance.randint(1, 999_999)}, settled)
        adjusted = self._adjusted_outside()
        return number + self._each(
            Adjustment, "id", lambda _: self._maybe({"after_fen": self.chance.randint(1, 9_999)}), adjusted
        )

    def _adjusted_outside(self) -> set[UUID]:
        from fuqi.settlement.models import Adjustment

        chosen = Adjustment.objects.exclude(hospital__in=self.institutions)
        if not self.institutions:
            chosen = Adjustment.objects.filter(person__in=self.outside)
        return set(chosen.values_list("id", flat=True))

    def _care(self) -> int:
        from fuqi.care.models import FamilyDoctorContract, HealthCheck
        from fuqi.registry.models import Household, Income
        from fuqi.supervision.models import SurveyCall

        households = set(Household.objects.values_list("id", flat=True)) - self.inside_households
        number = self._each(HealthCheck, "person_id", lambda _: self._maybe({}), self.hidden)
        number += self._each(
            SurveyCall, "person_id", lambda _: self._maybe({"answered": self.chance.choice([0, 1])}), self.hidden
        )
        number += self._each(FamilyDoctorContract, "household_id", lambda _: self._maybe({"team": "异队"}), households)
        number += self._each(Income, "household_id", lambda _: {"per_head_fen": self.chance.randint(1, 9_999_999)}, households)
        spelled = iter(range(len(households)))
        return number + self._each(Household, "id", lambda _: {"number": f"43069900{next(spelled):06d}"}, households)

    def _received(self) -> int:
        from fuqi.intake.models import ReceivedRow, RowFault
        from fuqi.matching.models import Doubt, Link

        inside = self.own_rows
        if not self.institutions:
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
        with past_the_journal() as execute:
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
def past_the_journal() -> Iterator[Callable[..., Any]]:
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
