"""Chapter “What always holds”, on schemes and claims that chance draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.settle import Result, settle
from tests.spec.book import benefits_of

RATES = st.integers(0, 10_000).map(lambda rate: f"{rate // 100}.{rate % 100:02d}%")
SUMS = st.integers(0, 3_000_00).map(lambda fen: f"{fen}分")
PERIODS = st.sampled_from(["claim", "stay", "day", "month", "quarter", "year"])
CONDITIONS = st.sampled_from(["'poor' in groups", "hospital_level = 'county'", "age < 60", "admission_no > 1", "referred"])


@st.composite
def brackets(draw: st.DrawFn) -> str:
    bounds = sorted(draw(st.sets(st.integers(1, 8_000_00), min_size=1, max_size=3)))
    parts = [f"{{to: {bound}分, rate: {draw(RATES)}}}" for bound in bounds]
    return f"brackets: [{', '.join(parts)}, {{rate: {draw(RATES)}}}]"


@st.composite
def mechanisms(draw: st.DrawFn, mechanism: str, period: str) -> list[str]:
    keys = []
    if mechanism == "rate":
        keys.append(f'rate: {{value: {draw(RATES)}, add: [{{when: "{draw(CONDITIONS)}", points: {draw(RATES)}}}]}}')
    elif mechanism == "brackets":
        keys += [draw(brackets()), f"from: {draw(st.sampled_from(['base', 'deductible']))}"]
    elif mechanism == "lump":
        keys.append(f"lump: [{{above: 100元, pay: {draw(SUMS)}}}, {{above: 3000元, pay: {draw(SUMS)}}}]")
    else:
        keys.append(f"fill: {{of: total, at_most: {draw(RATES)}}}")
    if mechanism in ("rate", "brackets") and draw(st.booleans()):
        once = ", once: highest" if period == "claim" and draw(st.booleans()) else ""
        keys.append(f"deductible: {{amount: {draw(SUMS)}{once}}}")
    return keys


@st.composite
def limits(draw: st.DrawFn, plain: bool) -> list[str]:
    keys = []
    if draw(st.booleans()):
        shared = "" if plain or draw(st.booleans()) else ", shared: pot"
        keys.append(f"cap: {{amount: {draw(SUMS)}, per: {'year' if shared else draw(PERIODS)}{shared}}}")
        if not shared:
            keys.append(f"who: {draw(st.sampled_from(['person', 'household']))}")
    if draw(st.booleans()):
        keys.append(f"first_share: {draw(RATES)}")
    if draw(st.booleans()):
        keys.append(f'when: "{draw(CONDITIONS)}"')
    if draw(st.booleans()):
        keys.append(f"at_least: {{of: in_scope, rate: {draw(RATES)}}}")
    return keys


@st.composite
def layers(draw: st.DrawFn, plain: bool = False) -> str:
    """Draw a scheme; a plain one has only what keeps payments from falling when more is in scope (property 5)."""
    texts = []
    for number in range(draw(st.integers(1, 4))):
        earlier = "".join(f" - paid.l{one}" for one in range(number))
        amount = "in_scope" if plain else draw(st.sampled_from(["in_scope", "total", "in_scope - 100元"]))
        mechanism = draw(st.sampled_from(["rate", "brackets", "fill"] if plain else ["rate", "brackets", "fill", "lump"]))
        period = draw(PERIODS)
        keys = [f"id: l{number}", f"base: {amount}{earlier}", f"period: {period}", *draw(mechanisms(mechanism, period))]
        keys += draw(limits(plain))
        if mechanism != "fill" and draw(st.booleans()):
            keys.append(f'times: [{{when: "{draw(CONDITIONS)}", factor: {draw(RATES)}}}]')
        if not plain and draw(st.booleans()):
            keys.append("scope: total")
        texts.append("\n".join(f"{'  - ' if place == 0 else '    '}{key}" for place, key in enumerate(keys)))
    return "layers:\n" + "\n".join(texts) + "\n"


@st.composite
def claim_lists(draw: st.DrawFn) -> list[Claim]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        total = draw(st.integers(0, 10_000_00))
        settle_total = draw(st.none() | st.integers(0, 10_000_00))
        discharged = date(2017, 11, 1) + timedelta(draw(st.integers(0, 120)))
        found.append(
            Claim(
                claim_id=f"c{number}",
                person_id=f"p{draw(st.integers(1, 3))}",
                household_id=draw(st.sampled_from([None, "h1", "h2"])),
                stay_id=draw(st.sampled_from([None, "s1", "s2"])),
                settled_at=discharged + timedelta(draw(st.integers(0, 40))),
                discharged=discharged,
                care=draw(st.sampled_from(["inpatient", "outpatient"])),
                hospital_level=draw(st.sampled_from([None, "county", "township"])),
                referred=draw(st.sampled_from([None, True, False])),
                birth_on=draw(st.sampled_from([None, date(1950, 1, 1), date(2000, 2, 29)])),
                groups=draw(st.sampled_from([None, frozenset(), frozenset({"poor"})])),
                total=total,
                settle_total=settle_total,
                in_scope=draw(st.integers(0, min(total, settle_total if settle_total is not None else total))),
            )
        )
    return found


def key(results: list[Result]) -> list[tuple[str, str, object]]:
    """Return what matters of results for comparing them."""
    return [
        (type(result).__name__, result.claim.claim_id, result.lines if isinstance(result, Settled) else None)
        for result in results
    ]


@settings(max_examples=60)
@given(layers(), claim_lists())
def test_pays_are_never_negative_and_everything_adds_up_to_the_total(text: str, claims: list[Claim]) -> None:
    for result in settle(benefits_of(text), claims):
        if isinstance(result, Settled):
            pays = [line.pay_fen for line in result.lines]
            assert min(pays) >= 0
            assert sum(pays) + result.self_pay_fen + result.institution_adjustment_fen == result.claim.total
            assert result.self_pay_fen >= 0


@settings(max_examples=40)
@given(layers(), claim_lists())
def test_scope_bound_layers_never_pay_more_than_is_in_scope(text: str, claims: list[Claim]) -> None:
    for result in settle(benefits_of(text), claims):
        if isinstance(result, Settled):
            bound = sum(line.pay_fen for line in result.lines if line.scope == "in_scope")
            assert bound <= (result.claim.in_scope or 0)
            assert result.in_scope_self_pay_fen == (result.claim.in_scope or 0) - bound >= 0


@settings(max_examples=40)
@given(layers(), claim_lists(), st.data())
def test_the_order_of_input_rows_changes_nothing(text: str, claims: list[Claim], data: st.DataObject) -> None:
    benefits = benefits_of(text)
    mixed = data.draw(st.permutations(claims))
    assert key(settle(benefits, claims)) == key(settle(benefits, mixed))


@settings(max_examples=20)
@given(layers(), claim_lists())
def test_a_year_settled_claim_by_claim_equals_the_year_settled_at_once(text: str, claims: list[Claim]) -> None:
    benefits = benefits_of(text)
    whole = settle(benefits, claims)
    ordered = [result.claim for result in whole]
    for number in range(1, len(ordered) + 1):
        assert key(settle(benefits, ordered[:number])) == key(whole[:number])


@settings(max_examples=40)
@given(layers(), claim_lists())
def test_connected_components_can_be_settled_apart(text: str, claims: list[Claim]) -> None:
    benefits = benefits_of(text)
    apart = [result for component in components(claims) for result in settle(benefits, component)]
    apart.sort(key=lambda result: result.claim.order)
    assert key(apart) == key(settle(benefits, claims))


def components(claims: list[Claim]) -> list[list[Claim]]:
    """Return the claims in groups that share no person, household or stay."""
    groups: list[tuple[set[str], list[Claim]]] = []
    for one in claims:
        units, members = {f"p {one.person_id}", f"h {one.household}", f"s {one.stay}"}, [one]
        for group in [group for group in groups if group[0] & units]:
            groups.remove(group)
            units |= group[0]
            members = group[1] + members
        groups.append((units, members))
    return [members for _, members in groups]


@settings(max_examples=60)
@given(layers(plain=True), claim_lists(), st.integers(1, 5_000_00))
def test_more_in_scope_never_lowers_what_all_layers_pay(text: str, claims: list[Claim], more: int) -> None:
    benefits = benefits_of(text)
    last = max(claims, key=lambda one: one.order)
    others = [one for one in claims if one is not last]
    sure = replace(
        last, groups=frozenset(), hospital_level="county", referred=True, birth_on=date(1950, 1, 1), settle_total=None
    )
    low = replace(sure, in_scope=min(sure.in_scope or 0, (sure.total or 0)))
    high = replace(sure, in_scope=min((sure.total or 0), (low.in_scope or 0) + more))
    before, after = paid(benefits, others, low), paid(benefits, others, high)
    assert before is None or after is None or after >= before


def paid(benefits: Benefits, others: list[Claim], last: Claim) -> int | None:
    result = next(one for one in settle(benefits, [*others, last]) if one.claim.claim_id == last.claim_id)
    return sum(line.pay_fen for line in result.lines) if isinstance(result, Settled) else None
