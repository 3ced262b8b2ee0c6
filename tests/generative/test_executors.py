"""The compiled executor against the reference on schemes and claims that chance draws from the whole language.

Ten blocks of fifty schemes with two hundred claims each: 100,000 pairs, the amounts of all of them, the traces of a part. Each
block counts what it exercised, so that it cannot pass on empty air.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Refused, Settled
from fuqi.scheme.compiled import Amounts, Compiled
from fuqi.scheme.compiled.plan import REFUSED, SETTLED, UNDECIDED
from fuqi.scheme.settle import Result, settle
from tests.support.random_schemes import RandomScheme, random_claims, random_openings, random_scheme
from tests.support.random_schemes.features import ALWAYS_SEEN, count_features

BLOCKS = 10
SCHEMES = 50
CLAIMS = 200
TRACED = 40
"""How many claims of each scheme are compared with their traces."""


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_compiled_executor_gives_what_the_reference_gives(block: int) -> None:
    seen: Counter[str] = Counter()
    pairs = 0
    for number in range(SCHEMES):
        chance = Random(f"executors {block} {number}")
        drawn = random_scheme(chance)
        claims = random_claims(chance, drawn.benefits, CLAIMS, whole=0.985 if number % 2 else 0.999)
        opening = random_openings(chance, drawn.benefits, claims)
        expected = settle(drawn.benefits, claims, opening)
        compiled = Compiled(drawn.benefits)
        assert not compiled.kernel.plan.fallback, drawn.text
        same_amounts(drawn, compiled.amounts(claims, opening), expected)
        same_traces(drawn, compiled, claims, opening, expected)
        holds_always(drawn.benefits, expected)
        count_features(seen, drawn.benefits, expected)
        pairs += len(expected)
    assert pairs >= SCHEMES * CLAIMS
    never = [name for name in ALWAYS_SEEN if not seen[name]]
    assert not never, f"never exercised: {never}; exercised: {seen}"


def same_amounts(drawn: RandomScheme, found: Sequence[Amounts], expected: Sequence[Result]) -> None:
    """Fail unless the amounts are those of the reference's results."""
    assert [amounts_of(result, len(drawn.benefits.layers)) for result in expected] == [
        one._replace(status=min(one.status, REFUSED)) for one in found
    ], drawn.text


def amounts_of(result: Result, layers: int) -> Amounts:
    """Return the amounts of a result."""
    if not isinstance(result, Settled):
        status = REFUSED if isinstance(result, Refused) else UNDECIDED
        return Amounts(result.claim, status, (0,) * layers, (0,) * layers, 0, 0, 0, False)
    return Amounts(
        claim=result.claim,
        status=SETTLED,
        bases=tuple(line.base_fen for line in result.lines),
        pays=tuple(line.pay_fen for line in result.lines),
        self_pay_fen=result.self_pay_fen,
        in_scope_self_pay_fen=result.in_scope_self_pay_fen,
        institution_adjustment_fen=result.institution_adjustment_fen,
        provisional=result.provisional,
    )


def same_traces(
    drawn: RandomScheme, compiled: Compiled, claims: Sequence[Claim], opening: Sequence[Opening], expected: Sequence[Result]
) -> None:
    """Fail unless a part of the results is that of the reference to the last field of the last trace."""
    replay = compiled.replay([result.claim for result in expected], opening)
    assert replay is not None
    step = max(1, len(expected) // TRACED)
    for place in range(0, len(expected), step):
        assert replay.result(place) == expected[place], drawn.text


def holds_always(benefits: Benefits, results: Sequence[Result]) -> None:
    """Fail unless everything adds up to the total and no more than what is in scope is paid (What always holds, 1 and 2)."""
    for result in results:
        if isinstance(result, Settled):
            pays = [line.pay_fen for line in result.lines]
            assert min(pays) >= 0
            assert sum(pays) + result.self_pay_fen + result.institution_adjustment_fen == result.claim.total
            bound = sum(line.pay_fen for line in result.lines if line.scope == "in_scope")
            assert 0 <= bound <= (result.claim.in_scope or 0)
            assert result.self_pay_fen >= 0


LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SMALL = settings(max_examples=60, deadline=None, suppress_health_check=LARGE)


@SMALL
@given(st.randoms(use_true_random=False))
def test_small_schemes_agree_to_the_last_field(chance: Random) -> None:
    drawn = random_scheme(chance, most_layers=2)
    claims = random_claims(chance, drawn.benefits, 3)
    assert Compiled(drawn.benefits).settle(claims) == settle(drawn.benefits, claims), drawn.text


@pytest.mark.parametrize("block", range(2))
def test_order_of_rows_changes_nothing_and_a_year_claim_by_claim_is_the_year_at_once(block: int) -> None:
    for number in range(25):
        chance = Random(f"order {block} {number}")
        drawn = random_scheme(chance)
        claims = random_claims(chance, drawn.benefits, 40)
        compiled = Compiled(drawn.benefits)
        whole = compiled.settle(claims)
        mixed = claims[:]
        chance.shuffle(mixed)
        assert without_ties(compiled.settle(mixed)) == without_ties(whole), drawn.text
        sound = [result.claim for result in whole if not at_the_door(result)]
        year = compiled.settle(sound)
        for length in {1, 2, len(sound) // 2, len(sound) - 1} - {0}:
            assert compiled.settle(sound[:length]) == year[:length], drawn.text
        last = sound[-1]
        assert compiled.settle_one(last, sound[:-1]) == year[-1]


def without_ties(results: Sequence[Result]) -> list[Result]:
    """Return results of which those of one id, which are refused, stand in an order of their own."""
    return sorted(results, key=lambda result: (result.claim.order, repr(result.claim)))


def at_the_door(result: Result) -> bool:
    """Return whether a claim was refused before anything was settled."""
    return isinstance(result, Refused) and all(problem.code != "given_too_high" for problem in result.problems)


@pytest.mark.parametrize("block", range(2))
def test_more_in_scope_never_lowers_what_all_layers_pay(block: int) -> None:
    compared = 0
    for number in range(40):
        chance = Random(f"more {block} {number}")
        drawn = random_scheme(chance, plain=True)
        claims = random_claims(chance, drawn.benefits, 40, whole=1.0)
        compiled = Compiled(drawn.benefits)
        for last in claims[:10]:
            total = last.total or 0
            before = [one for one in claims if one.order < last.order]
            sure = replace(last, settle_total=None, in_scope=min(last.in_scope or 0, total))
            more = replace(sure, in_scope=min(total, (sure.in_scope or 0) + 1 + chance.randrange(200_00)))
            low, high = (compiled.settle_one(one, before) for one in (sure, more))
            if isinstance(low, Settled) and isinstance(high, Settled):
                compared += 1
                assert paid(high) >= paid(low), (drawn.text, sure.claim_id)
    assert compared > 100


def paid(result: Settled) -> int:
    return sum(line.pay_fen for line in result.lines)
