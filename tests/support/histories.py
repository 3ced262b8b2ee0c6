"""Random schemes and random histories of a few persons' years: claims come, late or in order, are corrected, go, come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader
from fuqi.settlement.rules import Arrived, Book, Corrected, Event, IdentityChanged, TakenBack

PERIODS = ("claim", "stay", "day", "month", "quarter", "year")
CONDITIONS = (
    "'poor' in groups",
    "'poor' in groups or hospital_level = 'county'",
    "admission_no > 1",
    "care = 'inpatient'",
    "age < 60",
    "referred",
)
"""Without sums of other layers, which only stand where such a layer does."""


def _rate(chance: Random) -> str:
    return f"{chance.randint(0, 10_000) / 100:.2f}%"


def _sum(chance: Random, most: int = 3_000_00) -> str:
    return f"{chance.randint(0, most)}分"


def _mechanism(chance: Random, period: str) -> Iterator[str]:
    kind = chance.choice(("rate", "rate", "brackets", "fill", "lump"))
    if kind == "rate":
        yield f'rate: {{value: {_rate(chance)}, add: [{{when: "{chance.choice(CONDITIONS)}", points: {_rate(chance)}}}]}}'
    elif kind == "brackets":
        bounds = sorted({chance.randint(1, 8_000_00) for _ in range(2)})
        parts = "".join(f"{{to: {bound}分, rate: {_rate(chance)}}}, " for bound in bounds)
        yield f"brackets: [{parts}{{rate: {_rate(chance)}}}]"
        yield f"from: {chance.choice(('base', 'deductible'))}"
    elif kind == "fill":
        yield f"fill: {{of: {chance.choice(('total', 'in_scope'))}, at_most: {_rate(chance)}}}"
    else:
        yield f"lump: [{{above: 100元, pay: {_sum(chance)}}}, {{above: 3000元, pay: {_sum(chance)}}}]"
    if kind in ("rate", "brackets") and chance.random() < 0.6:
        once = ", once: highest" if period == "claim" and chance.random() < 0.5 else ""
        yield f"deductible: {{amount: {_sum(chance)}{once}}}"
    if kind != "fill" and chance.random() < 0.3:
        yield f'times: [{{when: "{chance.choice(CONDITIONS)}", factor: {_rate(chance)}}}]'


def _layer(chance: Random, number: int) -> Iterator[str]:
    period = chance.choice(PERIODS)
    amount = chance.choice(("in_scope", "in_scope", "total", "in_scope - 100元"))
    yield f"id: l{number}"
    yield f"base: {amount}{''.join(f' - paid.l{one}' for one in range(number))}"
    yield f"period: {period}"
    yield f"fund: f{chance.randint(0, 2)}"
    yield from _mechanism(chance, period)
    if chance.random() < 0.6:
        shared = ", shared: pot" if chance.random() < 0.4 else ""
        yield f"cap: {{amount: {_sum(chance)}, per: {'year' if shared else chance.choice(PERIODS)}{shared}}}"
        if not shared:
            yield f"who: {chance.choice(('person', 'household'))}"
    if chance.random() < 0.3:
        yield f"first_share: {_rate(chance)}"
    if chance.random() < 0.4:
        conditions = (*CONDITIONS, f"ytd_paid.l{number} < 2000元", "ytd_own_in_scope > 500元")
        yield f'when: "{chance.choice(conditions)}"'
    if chance.random() < 0.3:
        yield f"at_least: {{of: in_scope, rate: {_rate(chance)}}}"
    if chance.random() < 0.3:
        yield "scope: total"


def random_benefits(chance: Random) -> Benefits:
    """Return benefits of one to four layers of all mechanisms, periods, caps and units."""
    layers = []
    for number in range(chance.randint(1, 4)):
        lines = list(_layer(chance, number))
        layers.append("\n".join([f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]))
    head = "year_of: settled_at\n" if chance.random() < 0.2 else ""
    text = f"{head}layers:\n" + "\n".join(layers) + "\n"
    reader = Reader("benefits.yaml")
    found = read_benefits(text, reader)
    assert found is not None
    assert not reader.faults, (text, [str(fault) for fault in reader.faults])
    return found


def random_claim(chance: Random, claim_id: str) -> Claim:
    """Return a claim of one of four persons around a new year; now and then with something unknown or contradictory."""
    discharged = date(2017, 10, 15) + timedelta(chance.randint(0, 150))
    total = chance.randint(0, 10_000_00)
    settle_total = chance.choice((None, None, chance.randint(0, 12_000_00)))
    person = chance.randint(1, 4)
    bound = total if settle_total is None else min(total, settle_total)
    claim = Claim(
        claim_id=claim_id,
        person_id=f"p{person}",
        household_id=chance.choice((None, f"h{person % 2}", f"h{person % 2}")),
        stay_id=chance.choice((None, None, None, f"s{person}")),
        settled_at=discharged + timedelta(chance.randint(0, 40)),
        discharged=discharged,
        admitted=discharged - timedelta(chance.randint(0, 20)),
        care=chance.choice(("inpatient", "inpatient", "outpatient")),
        hospital_level=chance.choice(("county", "township")),
        referred=chance.choice((True, False)),
        birth_on=chance.choice((date(1950, 1, 1), date(2000, 2, 29))),
        groups=chance.choice((frozenset(), frozenset({"poor"}))),
        total=total,
        settle_total=settle_total,
        in_scope=chance.randint(0, bound),
    )
    return _spoilt(chance, claim) if chance.random() < 0.12 else claim


def _spoilt(chance: Random, claim: Claim) -> Claim:
    """Return a claim that cannot be decided, contradicts itself, or is too large for its unit's year."""
    spoilt: list[dict[str, object]] = [
        {"discharged": None},
        {"in_scope": None},
        {"care": None},
        {"groups": None},
        {"hospital_level": None, "referred": None},
        {"in_scope": (claim.settled_sum or 0) + 1},
        {"admitted": date(2019, 1, 1)},
        {"total": 10**9, "settle_total": None},
    ]
    return replace(claim, **chance.choice(spoilt))  # type: ignore[arg-type]


def random_opening(chance: Random, benefits: Benefits) -> tuple[Opening, ...]:
    """Return what earlier months, or another payer, had summed for some units of 2017."""
    found = []
    for layer in benefits.layers:
        for unit in ("p1", "p2", "h0", "h1"):
            if chance.random() < 0.3:
                base = chance.randint(0, 2_000_00)
                paid = chance.randint(0, base)
                charged = chance.randint(0, base) if layer.once_highest else 0
                found.append(Opening(unit=unit, layer=layer.id, year=2017, base_fen=base, charged_fen=charged, paid_fen=paid))
    return tuple(found)


def random_event(chance: Random, book: Book, number: int) -> Event:
    """Return what happens next."""
    kind = chance.random()
    if kind < 0.35 or not book.claims:
        return Arrived(random_claim(chance, f"c{number}"))
    one = book.claims[chance.choice(sorted(book.claims))]
    if kind < 0.5:
        return TakenBack(one.claim_id)
    if kind < 0.75:
        return _identity(chance, one)
    return _correction(chance, one)


def _identity(chance: Random, one: Claim) -> IdentityChanged:
    day = one.discharged or one.settled_at
    since = chance.choice((None, date(2017, 11, 20), day))
    until = chance.choice((None, None, date(2018, 1, 10)))
    return IdentityChanged(one.person_id, "poor", since, until, held=chance.random() < 0.6)


def _correction(chance: Random, one: Claim) -> Corrected:
    other = random_claim(chance, one.claim_id)
    changes: list[dict[str, object]] = [
        {"total": other.total, "in_scope": other.in_scope, "settle_total": other.settle_total},
        {"discharged": other.discharged, "admitted": other.admitted, "settled_at": other.settled_at},
        {"person_id": other.person_id, "household_id": other.household_id},
        {"stay_id": other.stay_id, "care": other.care},
        {"household_id": other.household_id, "hospital_level": other.hospital_level},
        {},
    ]
    return Corrected(replace(one, **chance.choice(changes)), day_too=chance.random() < 0.3)  # type: ignore[arg-type]
