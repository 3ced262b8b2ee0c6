"""Whatever a draft changes: what people gain, less what they lose, is to the fen what the funds pay more; parts add up."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim
from fuqi.scheme.judging import judge, judge_compiled
from fuqi.scheme.spread import FEWEST, MERGED, Income, against_line, is_safe, merged_small, spread
from fuqi.scheme.trial import Change, Moves, Part, Trial, Who, claims_digest, try_out
from tests.support.trials import TEXT, claims, drafts, layers_of

PRESENT, AGAIN = layers_of(TEXT), layers_of(TEXT)


def who(claim: Claim) -> Who:
    return Who(min(claim.groups or {"?"}), claim.household_id or "", claim.household_id or "")


def tried(draft: Benefits, every: list[Claim]) -> Trial:
    return try_out(PRESENT, draft, every, every, who=who)


@settings(max_examples=30)
@given(drafts(), claims())
def test_gains_less_losses_are_what_the_funds_pay_more(draft: Benefits, every: list[Claim]) -> None:
    trial = tried(draft, every)
    for moved in (trial.claims, trial.people):
        assert moved.loss_fen - moved.gain_fen == trial.self_pay.more_fen == -trial.paid.more_fen
    assert sum((layer.change for layer in trial.layers), Change()) == trial.paid
    for side in ("before_fen", "after_fen"):
        assert getattr(trial.paid, side) + getattr(trial.self_pay, side) == trial.total_fen
    assert trial.claims.number + trial.left_out_claims == len(every)


@settings(max_examples=30)
@given(drafts(), claims())
def test_groups_and_places_add_up_to_the_county(draft: Benefits, every: list[Claim]) -> None:
    trial = tried(draft, every)
    for parts in (trial.groups, trial.places, merged_small(trial.groups), merged_small(trial.places)):
        whole = sum(parts, Part(""))
        assert (whole.people, whole.claims, whole.total_fen) == (trial.people, trial.claims.number, trial.total_fen)
        assert whole.self_pay == trial.self_pay


@settings(max_examples=50)
@given(claims())
def test_the_same_layers_change_nothing(every: list[Claim]) -> None:
    trial = tried(AGAIN, every)
    assert trial.paid.more_fen == trial.self_pay.more_fen == trial.in_scope_self_pay.more_fen == 0
    assert trial.people.gaining == trial.people.losing == trial.claims.gaining == trial.claims.losing == 0
    assert all(part.self_pay.more_fen == 0 for part in (*trial.groups, *trial.places))
    assert sum(not one.draft for one in trial.left_out) == sum(one.draft for one in trial.left_out)


@settings(max_examples=30)
@given(drafts(), claims())
def test_the_compiled_executor_says_what_the_reference_says(draft: Benefits, every: list[Claim]) -> None:
    assert judge_compiled(draft, every) == judge(draft, every)


@settings(max_examples=30)
@given(drafts(), claims(), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing(draft: Benefits, every: list[Claim], random: Random) -> None:
    shuffled = list(every)
    random.shuffle(shuffled)
    assert tried(draft, every) == tried(draft, shuffled)
    assert claims_digest(every) == claims_digest(shuffled)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=200))
def test_every_person_stands_in_one_class(sums: list[tuple[int, int]]) -> None:
    found = spread((old for old, _ in sums), (new for _, new in sums))
    assert sum(one.before for one in found.classes) == sum(one.after for one in found.classes) == found.number == len(sums)
    for side, values in ((0, sorted(old for old, _ in sums)), (1, sorted(new for _, new in sums))):
        for one in found.classes:
            low = -1 if one.above_fen is None else one.above_fen
            assert sum(low < value <= one.to_fen for value in values) == (one.before, one.after)[side]
        for quantile in found.quantiles:
            value = (quantile.before_fen, quantile.after_fen)[side]
            assert sum(one <= value for one in values) * 100 >= quantile.percent * len(values)
            assert sum(one < value for one in values) * 100 < quantile.percent * len(values)


counts = st.integers(0, 12)
parts = st.builds(
    lambda key, gaining, losing, unchanged: Part(
        key, Moves(gaining, losing, unchanged, gaining * 7, losing * 5), 3, 100, Change(50, 50 + losing * 5 - gaining * 7)
    ),
    st.uuids().map(str),
    counts,
    counts,
    counts,
)


@given(st.lists(parts, max_size=12, unique_by=lambda part: part.key))
def test_no_part_that_is_shown_tells_of_few_people(every: list[Part]) -> None:
    found = merged_small(every)
    assert sum(found, Part("")) == sum(every, Part("")) or not every
    if len(found) > 1:
        assert all(is_safe(part, FEWEST) for part in found)
    merged = [part for part in found if part.key == MERGED]
    kept = {part.key for part in found}
    if merged and len(every) > 1:
        assert sum(part.key not in kept for part in every) > 1, "one alone could be told from the whole"


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 10**7), st.integers(0, 10**7))),
    st.dictionaries(st.sampled_from("abcdef"), st.builds(Income, st.none() | st.integers(0, 10**6), st.integers(0, 8))),
    st.integers(1, 10**6),
)
def test_households_stand_above_or_below_the_line(
    borne: dict[str, tuple[int, int]], incomes: dict[str, Income], line: int
) -> None:
    found = against_line(borne, incomes, line)
    rated = {
        house: incomes[house]
        for house in borne
        if house in incomes and incomes[house].members and incomes[house].per_head_fen is not None
    }
    assert found.households == len(rated)
    assert found.households + found.without_income == len(borne)
    for side, above in ((0, found.above_before), (1, found.above_after)):
        assert above == sum(
            (one.per_head_fen or 0) * one.members - borne[house][side] >= line * one.members for house, one in rated.items()
        )
