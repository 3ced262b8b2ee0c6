"""Random claims: years of people and households, with everything that can be missing, wrong, late or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening
from tests.support.random_schemes.words import AMOUNTS, AWAY, CARE, CODES, FEES, FLAGS, GROUPS, LEVELS, fen, maybe, one_of

FIRST_DAY = date(2016, 11, 1)


def random_claims(chance: Random, benefits: Benefits, count: int, *, whole: float = 0.985) -> list[Claim]:
    """Return claims in no order. `whole` is how likely each fact is there; half of the people have no gaps at all."""
    people = [f"p{number}" for number in range(max(1, count // 8))]
    neat = {person: maybe(chance, 0.5) for person in people}
    found = []
    for number in range(count):
        person = one_of(chance, people)
        claim = _claim(chance, benefits, f"c{number}", person, 1.0 if neat[person] else whole)
        found.append(claim if neat[person] else _spoilt(chance, claim))
    if maybe(chance, 0.15):
        found += rich_claims(chance, benefits)
    chance.shuffle(found)
    return found


def rich_claims(chance: Random, benefits: Benefits) -> list[Claim]:
    """Return the claims of one person at the very limits: ten of ten million yuan in a year, in some cases one fen too much."""
    found = []
    for number in range(10 + chance.randrange(2)):
        one = _claim(chance, benefits, f"r{number}", "p999", 1.0)
        day = date(2017, 1 + number, 20)
        total = 1_000_000_000 if number < 10 else 1
        in_scope = total if maybe(chance, 0.6) else chance.randrange(total + 1)
        fees = dict.fromkeys(FEES, total // 2)
        amounts = dict.fromkeys(AMOUNTS, total)
        one = replace(one, total=total, settle_total=None, in_scope=in_scope, fees=fees, amounts=amounts)
        found.append(replace(one, admitted=day, discharged=day, settled_at=day))
    return found


def _claim(chance: Random, benefits: Benefits, claim_id: str, person: str, whole: float) -> Claim:
    def known(value: Any) -> Any:
        return value if maybe(chance, whole) else None

    discharged = _day(chance)
    care = one_of(chance, [*CARE, "inpatient", "inpatient"])
    admitted = discharged - timedelta(chance.randrange(0, 25)) if care == "inpatient" else discharged
    total, settle_total, in_scope = _sums(chance)
    stay = f"{person}-s{chance.randrange(4)}" if maybe(chance, 0.4) else None
    number = int(person[1:])
    return Claim(
        claim_id=claim_id,
        person_id=person,
        household_id=f"h{number // 2}" if maybe(chance, 0.7) else None,
        stay_id=stay,
        settled_at=discharged + timedelta(one_of(chance, [0, 0, 0, 3, 3, 40])),
        admitted=known(admitted),
        discharged=discharged,
        care=known(care),
        hospital_level=known(one_of(chance, LEVELS)),
        icd10=known(one_of(chance, CODES)),
        birth_on=known(date(1935 + number * 7 % 80, 1 + number % 12, 1 + number % 28)),
        sex=known("male" if number % 2 else "female"),
        groups=known(frozenset(group for group in GROUPS if maybe(chance, 0.4))),
        away=known(one_of(chance, AWAY)),
        hospital_grade=known(chance.randrange(4)),
        total=total,
        settle_total=settle_total,
        in_scope=in_scope,
        fees={name: known(chance.randrange(total // 3 + 1)) for name in FEES},
        amounts={name: known(chance.randrange(total + 1)) for name in AMOUNTS},
        paid={layer.id: known(_given(chance, in_scope)) for layer in benefits.layers},
        **{flag: known(maybe(chance, 0.5)) for flag in FLAGS},
    )


def _day(chance: Random) -> date:
    """Return a day; half of them near the turn of a year or on few days, so that claims share days, months and stays."""
    if maybe(chance, 0.3):
        return one_of(chance, [date(2016, 12, 31), date(2017, 1, 1), date(2017, 2, 28), date(2017, 3, 31), date(2017, 4, 1)])
    return FIRST_DAY + timedelta(chance.randrange(0, 450))


def _sums(chance: Random) -> tuple[int, int | None, int]:
    """Return total, settle_total and in_scope."""
    total = fen(chance, 8_000_00) + (fen(chance) if maybe(chance, 0.5) else 0)
    settle_total = None
    if maybe(chance, 0.15):
        settle_total = max(0, total + chance.randrange(-500_00, 500_01))
    most = total if settle_total is None else settle_total
    in_scope = most if maybe(chance, 0.2) else chance.randrange(most + 1)
    return total, settle_total, in_scope


def _given(chance: Random, in_scope: int) -> int:
    """Return a given payment, often small, now and then more than any layer may pay."""
    return chance.randrange(in_scope // 4 + 1) if maybe(chance, 0.96) else in_scope + 1 + chance.randrange(100_00)


def _spoilt(chance: Random, claim: Claim) -> Claim:
    """Return a claim as it sometimes arrives: without a day or sum, contradicting itself, twice, or beyond all measure."""
    if maybe(chance, 0.93):
        return claim
    kind = chance.randrange(12)
    if kind == 0:
        return replace(claim, total=1_000_000_000, settle_total=None, in_scope=1_000_000_000)
    if kind == 1:
        return replace(claim, in_scope=(claim.settled_sum or 0) + 1)
    if kind == 2:
        return replace(claim, admitted=(claim.discharged or FIRST_DAY) + timedelta(1))
    if kind == 3:
        return replace(claim, paid=dict.fromkeys(claim.paid, 2**60 - 1))
    if kind == 4:
        return replace(claim, claim_id=f"c{chance.randrange(30)}")
    nothing: dict[str, Any] = {one_of(chance, ["settled_at", "discharged", "total", "in_scope", "care"]): None}
    return replace(claim, **nothing)


def random_openings(chance: Random, benefits: Benefits, claims: Sequence[Claim]) -> list[Opening]:
    """Return opening rows for some units of the claims."""
    found = []
    for layer in benefits.layers:
        for claim in claims[:6]:
            if maybe(chance, 0.3):
                found.append(
                    Opening(
                        unit=claim.household if layer.who == "household" else claim.person_id,
                        layer=layer.id,
                        year=one_of(chance, [2016, 2017, 2017, 2018]),
                        base_fen=fen(chance),
                        charged_fen=fen(chance, 300_00),
                        paid_fen=fen(chance),
                        source="kept by hand until June",
                    )
                )
    return found
