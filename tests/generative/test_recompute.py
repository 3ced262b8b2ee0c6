"""A stored trace gives its payment again, and a trace that was changed is found."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from fuqi.flows.settle import trace_text
from fuqi.scheme.claims import Line, Settled
from fuqi.scheme.recompute import faults, is_complete, parse_trace, recompute
from fuqi.scheme.settle import settle
from tests.spec.book import benefits_of, claim
from tests.support.histories import random_benefits, random_claim, random_opening

SCHEMES, CLAIMS = 400, 10
HARMLESS = frozenset({"when", "period", "year_base_before", "year_paid_before", "cap_per", "cap_shared", "used"})
"""Parts that tell of the payment and do not make it."""


def lines(seed: int) -> list[Line]:
    chance = Random(seed)
    benefits = random_benefits(chance)
    claims = [random_claim(chance, f"c{number}") for number in range(CLAIMS)]
    found = settle(benefits, claims, random_opening(chance, benefits))
    return [line for result in found if isinstance(result, Settled) for line in result.lines]


def stored(line: Line) -> dict[str, Any]:
    return parse_trace(trace_text(line.trace))


@pytest.mark.parametrize("start", range(0, SCHEMES, 100))
def test_every_payment_comes_out_again_of_its_stored_trace(start: int) -> None:
    seen = 0
    for line in (line for seed in range(start, start + 100) for line in lines(seed)):
        trace = stored(line)
        assert is_complete(trace)
        assert recompute(trace).pay == line.pay_fen
        assert recompute(trace).base == line.base_fen
        assert faults(trace, line.base_fen, line.pay_fen) == []
        seen += line.trace.applies
    assert seen > 1000


@pytest.mark.parametrize("seed", range(60))
def test_a_trace_that_was_changed_is_found(seed: int) -> None:
    chance = Random(seed)
    for line in lines(5000 + seed):
        trace = stored(line)
        amounts = [name for name, value in trace.items() if type(value) is int and name not in HARMLESS]
        name = chance.choice(sorted(amounts))
        changed = trace | {name: trace[name] + chance.choice((1, 100, 12_345))}
        if recompute(changed) != recompute(trace) or name in ("computed", "result", "over", "cut_by_remainder", "charged"):
            assert faults(changed, line.base_fen, line.pay_fen) or not line.trace.applies, name
        assert "pay" in faults(trace, line.base_fen, line.pay_fen + 1)
        assert "base" in faults(trace, line.base_fen + 1, line.pay_fen)


def test_amounts_that_were_all_changed_together_do_not_fit_the_payment() -> None:
    benefits = benefits_of("layers:\n  - {id: a, base: in_scope, rate: 70%, cap: {amount: 500元, per: year}}\n")
    (result,) = settle(benefits, [claim(total=1_000_00)])
    assert isinstance(result, Settled)
    line = result.lines[0]
    trace = stored(line)
    assert (line.pay_fen, trace["computed"], trace["over"]) == (500_00, 700_00, 200_00)
    assert faults(trace | {"cap": 600_00, "over": 100_00, "result": 600_00}, line.base_fen, line.pay_fen) == ["pay"]
    assert faults({**trace, "brackets": [{**trace["brackets"][0], "rate": 6000}]}, line.base_fen, line.pay_fen) == [
        "computed",
        "over",
    ]
    assert faults({"applies": True}, 0, 0) == ["trace"]


def test_a_given_payment_is_compared_with_what_was_given_and_a_checked_one_is_computed_too() -> None:
    for mode, kept in (("given", 650_00), ("checked", 700_00)):
        benefits = benefits_of(f"layers:\n  - {{id: a, base: in_scope, rate: 70%, mode: {mode}}}\n")
        (result,) = settle(benefits, [claim(total=1_000_00, paid={"a": 650_00})])
        assert isinstance(result, Settled)
        line = result.lines[0]
        trace = stored(line)
        assert (line.pay_fen, trace["result"]) == (650_00, kept)
        assert faults(trace, line.base_fen, line.pay_fen) == []
        assert faults(trace | {"result": kept + 1}, line.base_fen, line.pay_fen)


def test_a_trace_of_the_first_form_says_that_it_is_not_complete() -> None:
    trace = stored(next(line for line in lines(1) if line.trace.applies))
    del trace["left"]
    assert not is_complete(trace)
    assert is_complete(json.loads('{"applies": false}'))
