"""The book of postings on random schemes and histories: whatever happens, the accounts are the fold of the live postings."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Refused, Settled
from fuqi.scheme.layer_payment import unit_of
from fuqi.scheme.mechanisms.periods import period_key, year_of
from fuqi.scheme.settle import settle
from fuqi.settlement.rules import (
    Arrived,
    Book,
    Corrected,
    Event,
    Posting,
    Resettled,
    TakenBack,
    first_affected,
    fold,
    posted,
    resettle,
    totals,
)
from tests.support.histories import random_benefits, random_claim, random_event, random_opening

HISTORIES, EVENTS = 150, 25
"""Together 3,750 events a run, and some 3,700 postings that take another one back."""


def contents(postings: list[Posting]) -> list[tuple[object, ...]]:
    return sorted((posting.content for posting in postings), key=repr)


def from_scratch(benefits: Benefits, claims: list[Claim], opening: tuple[Opening, ...]) -> list[Posting]:
    found = [result for result in settle(benefits, claims, opening) if isinstance(result, Settled)]
    return [posting for result in found for posting in posted(result, benefits)]


def paid(postings: list[Posting]) -> Counter[tuple[str, str, str]]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for posting in postings:
        sums[posting.claim_id, posting.layer, posting.fund] += posting.pay_fen
    return sums


def check(benefits: Benefits, before: Book, done: Resettled) -> None:
    after = done.book
    scratch = from_scratch(benefits, list(after.claims.values()), after.opening)
    assert contents(after.live()) == contents(scratch), "the live postings are those of settling from scratch"
    assert after.sums(benefits) == fold(scratch, after.opening, benefits)
    assert fold(after.live()) == fold(after.postings), "a reversal and what it reverses are nothing together"
    assert after.postings[: len(before.postings)] == before.postings, "no posting is changed or lost"
    was, now = paid(before.live()), paid(after.live())
    told = {(item.claim, item.layer, item.fund): (item.before_fen, item.after_fen) for item in done.differences}
    assert told == {key: (was[key], now[key]) for key in {**was, **now} if was[key] != now[key]}
    change = sum(now.values()) - sum(was.values())
    assert sum(more - less for more, less in totals(done.differences).values()) == change
    new = after.postings[len(before.postings) :]
    assert {posting.claim_id for posting in new} <= done.settled, "nobody else's postings were touched"
    kept = {posting.number for posting in before.live()} - {posting.reverses for posting in new}
    assert kept <= {posting.number for posting in after.live()}


def check_reasons_of_numbers(benefits: Benefits, book: Book) -> None:
    """What each trace says was summed before is the fold of the live postings of earlier claims."""
    results = [result for result in book.results.values() if isinstance(result, Settled)]
    for result in results:
        earlier = [posting for posting in book.live() if _order(book, posting) < result.claim.order]
        sums = fold(earlier, book.opening, benefits)
        year = year_of(result.claim, benefits.year_of)
        assert year is not None
        for layer, line in zip(benefits.layers, result.lines, strict=True):
            if line.trace.applies:
                key = (unit_of(layer, result.claim), period_key(layer.period, result.claim, year))
                assert line.trace.base_before == sums.get(("base", layer.id, *key), 0)
                assert line.trace.paid_before == sums.get(("paid", layer.id, *key), 0)


def _order(book: Book, posting: Posting) -> tuple[object, str]:
    return book.claims[posting.claim_id].order


def history(seed: int) -> tuple[Random, Benefits, Book]:
    chance = Random(seed)
    benefits = random_benefits(chance)
    opening = random_opening(chance, benefits) if seed % 2 else ()
    return chance, benefits, Book(opening=opening)


@pytest.mark.parametrize("start", range(0, HISTORIES, 30))
def test_after_every_event_the_live_postings_are_those_of_settling_from_scratch(start: int) -> None:
    reversed_ = 0
    for seed in range(start, start + 30):
        chance, benefits, book = history(seed)
        for number in range(EVENTS):
            done = resettle(benefits, book, random_event(chance, book, number))
            check(benefits, book, done)
            book = done.book
        check_reasons_of_numbers(benefits, book)
        reversed_ += sum(posting.reverses is not None for posting in book.postings)
    assert reversed_ > 500, "histories that reverse nothing would show nothing"


@pytest.mark.parametrize("seed", range(20))
def test_what_stands_before_the_first_affected_claim_is_left_alone(seed: int) -> None:
    chance, benefits, book = history(1000 + seed)
    for number in range(EVENTS):
        event = random_event(chance, book, number)
        done = resettle(benefits, book, event)
        first = first_affected(book.claims, done.book.claims)
        new = done.book.postings[len(book.postings) :]
        limits = any(isinstance(one, Refused) for side in (book, done.book) for one in side.results.values())
        if first is not None and not limits:
            versions = [side.claims[posting.claim_id] for posting in new for side in (book, done.book) if _has(side, posting)]
            assert all(claim.order >= first for claim in versions)
        if first is None:
            assert not new
            assert not done.settled
        book = done.book


def _has(book: Book, posting: Posting) -> bool:
    return posting.claim_id in book.claims


@pytest.mark.parametrize("seed", range(40))
def test_taking_back_everything_leaves_nothing(seed: int) -> None:
    chance, benefits, book = history(2000 + seed)
    for number in range(12):
        book = resettle(benefits, book, random_event(chance, book, number)).book
    ids = sorted(book.claims)
    chance.shuffle(ids)
    for claim_id in ids:
        book = resettle(benefits, book, TakenBack(claim_id)).book
    assert not book.live()
    assert book.sums(benefits) == fold((), book.opening, benefits)
    assert not fold(book.postings)


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_events_that_lead_to_the_same_claims_does_not_matter(seed: int) -> None:
    chance, benefits, start = history(3000 + seed)
    claims = [random_claim(chance, f"c{number}") for number in range(8)]
    gone = [random_claim(chance, f"g{number}") for number in range(2)]
    wrong = {claim.claim_id: replace(claim, total=(claim.total or 0) // 2, in_scope=0) for claim in claims[:3]}
    events: list[Event] = [Arrived(wrong.get(claim.claim_id, claim)) for claim in [*claims, *gone]]
    ends = []
    for _ in range(4):
        chance.shuffle(events)
        book = start
        for event in events:
            book = resettle(benefits, book, event).book
        later: list[Event] = [*(Corrected(claims[number], day_too=True) for number in range(3)), *map(_gone, gone)]
        chance.shuffle(later)
        for event in later:
            book = resettle(benefits, book, event).book
        ends.append(contents(book.live()))
    assert all(end == ends[0] for end in ends)
    assert ends[0] == contents(from_scratch(benefits, claims, start.opening))


def _gone(claim: Claim) -> TakenBack:
    return TakenBack(claim.claim_id)


def test_a_claim_settled_again_keeps_the_day_on_which_it_was_first_settled() -> None:
    chance = Random(7)
    benefits = random_benefits(chance)
    claim = next(one for number in range(99) if (one := random_claim(chance, f"c{number}")).settled_at)
    assert claim.settled_at is not None
    book = resettle(benefits, Book(), Arrived(claim)).book
    later = replace(claim, settled_at=claim.settled_at + timedelta(30))
    assert resettle(benefits, book, Corrected(later)).book.claims[claim.claim_id].settled_at == claim.settled_at
    assert resettle(benefits, book, Corrected(later, day_too=True)).book.claims[claim.claim_id] == later
