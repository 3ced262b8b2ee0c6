"""The same sums by other means: every claim is computed from the list of earlier ones, in fractions, without any kept sum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.settle import settle
from tests.spec.book import benefits_of, claim

PERIODS = ["claim", "stay", "day", "month", "quarter", "year"]


@dataclass(frozen=True)
class Past:
    """What a layer did on an earlier claim."""

    claim: Claim
    base: int
    of: int
    charged: int
    pay: int


def half_up(amount: Fraction) -> int:
    return int((amount * 2 + 1) // 2)


def same_period(period: str, one: Claim, other: Claim) -> bool:
    day, then = one.discharged, other.discharged
    assert day is not None
    assert then is not None
    match period:
        case "stay":
            return one.stay == other.stay
        case "day":
            return day == then
        case "month":
            return (day.year, day.month) == (then.year, then.month)
        case "quarter":
            return (day.year, (day.month + 2) // 3) == (then.year, (then.month + 2) // 3)
        case "year":
            return day.year == then.year
    return one is other


def same_unit(layer: dict[str, Any], one: Claim, other: Claim) -> bool:
    return one.household == other.household if layer["who"] == "household" else one.person_id == other.person_id


def gives(layer: dict[str, Any], base: int, deductible: int) -> Fraction:
    """Return g(x), bracket by bracket and fen by fen interval."""
    measured, start = (base, deductible) if layer["from"] == "base" else (max(0, base - deductible), 0)
    total, lower = Fraction(0), 0
    for upper, rate in layer["brackets"]:
        top = measured if upper is None else min(upper, measured)
        total += Fraction(rate, 10_000) * max(0, top - max(lower, start))
        lower = upper
    return total


def one_layer(layer: dict[str, Any], one: Claim, base: int, left: int, history: dict[str, list[Past]], pot: list[Past]) -> Past:
    mine = [past for past in history[layer["id"]] if same_unit(layer, one, past.claim)]
    period = [past for past in mine if same_period(layer["period"], one, past.claim)]
    before, paid = sum(past.base for past in period), sum(past.pay for past in period)
    deductible, charged = layer["deductible"], 0
    if layer["once"]:
        deductible = max(0, deductible - sum(past.charged for past in mine if same_period("year", one, past.claim)))
        charged = min(base, deductible)
    of = one.total or 0
    if layer["mechanism"] == "brackets":
        pay = half_up(gives(layer, before + base, deductible)) - half_up(gives(layer, before, deductible))
    elif layer["mechanism"] == "lump":
        pay = max(0, max([0, *(amount for above, amount in layer["lump"] if above < before + base)]) - paid)
    else:
        allowed = half_up(Fraction(layer["at_most"], 10_000) * (of + sum(past.of for past in period)))
        pay = min(base, max(0, before + base - allowed - paid))
    if layer["cap"] is not None:
        counted = pot if layer["shared"] else mine
        spent = [
            past.pay for past in counted if same_unit(layer, one, past.claim) and same_period(layer["per"], one, past.claim)
        ]
        pay = min(pay, max(0, layer["cap"] - sum(spent)))
    return Past(one, base, of, charged, max(0, min(pay, left)))


def second_opinion(layers: list[dict[str, Any]], claims: list[Claim]) -> dict[str, list[int]]:
    history: dict[str, list[Past]] = {layer["id"]: [] for layer in layers}
    pot: list[Past] = []
    found: dict[str, list[int]] = {}
    for one in sorted(claims, key=lambda item: (item.settled_at, item.claim_id)):
        rest, pays = one.in_scope or 0, []
        for layer in layers:
            past = one_layer(layer, one, rest, rest, history, pot)
            history[layer["id"]].append(past)
            if layer["shared"]:
                pot.append(past)
            rest -= past.pay
            pays.append(past.pay)
        found[one.claim_id] = pays
    return found


def written(layers: list[dict[str, Any]]) -> str:
    """Return the layers as a scheme states them."""
    texts = []
    for number, layer in enumerate(layers):
        keys = [f"id: {layer['id']}", "base: in_scope" + "".join(f" - paid.l{one}" for one in range(number))]
        keys += [f"who: {layer['who']}", f"period: {layer['period']}"]
        if layer["mechanism"] == "brackets":
            rows = [f"{{to: {to}分, rate: {rate / 100}%}}" for to, rate in layer["brackets"][:-1]]
            rows.append(f"{{rate: {layer['brackets'][-1][1] / 100}%}}")
            keys.append(f"brackets: [{', '.join(rows)}]")
            once = ", once: highest" if layer["once"] else ""
            keys += [f"from: {layer['from']}", f"deductible: {{amount: {layer['deductible']}分{once}}}"]
        elif layer["mechanism"] == "lump":
            keys.append(
                "lump: [" + ", ".join(f"{{above: {above}分, pay: {amount}分}}" for above, amount in layer["lump"]) + "]"
            )
        else:
            keys.append(f"fill: {{of: total, at_most: {layer['at_most'] / 100}%}}")
        if layer["cap"] is not None:
            keys.append(f"cap: {{amount: {layer['cap']}分, per: {layer['per']}{', shared: pot' if layer['shared'] else ''}}}")
        texts.append("\n".join(f"{'  - ' if place == 0 else '    '}{key}" for place, key in enumerate(keys)))
    return "layers:\n" + "\n".join(texts) + "\n"


@st.composite
def layer_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    pot = {"per": draw(st.sampled_from(PERIODS[1:])), "who": draw(st.sampled_from(["person", "household"]))}
    for number in range(draw(st.integers(1, 3))):
        mechanism = draw(st.sampled_from(["brackets", "brackets", "lump", "fill"]))
        bounds = sorted(draw(st.sets(st.integers(1, 5000), max_size=2)))
        sums = sorted(draw(st.lists(st.integers(0, 900), min_size=2, max_size=2)))
        period = draw(st.sampled_from(PERIODS))
        once = period == "claim" and mechanism == "brackets" and draw(st.booleans())
        cap = draw(st.none() | st.integers(0, 4000))
        shared = cap is not None and draw(st.booleans())
        found.append(
            {
                "id": f"l{number}",
                "mechanism": mechanism,
                "brackets": [(to, draw(st.integers(0, 10_000))) for to in [*bounds, None]],
                "from": draw(st.sampled_from(["base", "deductible"])),
                "deductible": draw(st.integers(0, 3000)) if mechanism == "brackets" else 0,
                "once": once,
                "lump": [(100, sums[0]), (1500, sums[1])],
                "at_most": draw(st.integers(0, 10_000)),
                "period": period,
                "cap": cap,
                "shared": shared,
                "per": pot["per"] if shared else draw(st.sampled_from(PERIODS)),
                "who": pot["who"] if shared else draw(st.sampled_from(["person", "household"])),
            }
        )
    return found


DAYS = st.sampled_from(["2017-01-31", "2017-02-01", "2017-03-31", "2017-12-31", "2018-01-01"])


@st.composite
def claims_of_a_few(draw: st.DrawFn) -> list[Claim]:
    return [
        claim(
            f"c{number}",
            settled_at=draw(DAYS),
            discharged=draw(DAYS),
            person_id=draw(st.sampled_from(["p1", "p2"])),
            household_id=draw(st.sampled_from([None, "h"])),
            stay_id=draw(st.sampled_from([None, "s"])),
            total=(total := draw(st.integers(0, 6000))),
            in_scope=draw(st.integers(0, total)),
        )
        for number in range(draw(st.integers(1, 7)))
    ]


@settings(max_examples=100)
@given(layer_lists(), claims_of_a_few())
def test_kept_sums_give_what_the_list_of_earlier_claims_gives(layers: list[dict[str, Any]], claims: list[Claim]) -> None:
    results = settle(benefits_of(written(layers)), claims)
    found = {one.claim.claim_id: [line.pay_fen for line in one.lines] for one in results if isinstance(one, Settled)}
    assert found == second_opinion(layers, claims)
