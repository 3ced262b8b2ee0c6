"""Postings: what a settled claim adds to the accounts of its units. Nothing is edited; a reversal is a posting of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Settled
from fuqi.scheme.layer_payment import add_to_sums
from fuqi.scheme.mechanisms.periods import Key, Sums, year_of

SELF_PAY, ADJUSTMENT = "self_pay", "institution_adjustment"
"""What stands in place of a layer's id for the person's own share, and for what the institution bears or gains."""

Sum = tuple[Key, int]
"""What a posting adds to one accumulator: (what, layer, unit, period) and fen."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What one layer pays on one claim, and what that adds to each accumulator; amounts in fen.

    A reversal has the same amounts below zero and names the posting that it takes back.
    """

    claim_id: str
    layer: str
    fund: str
    base_fen: int
    pay_fen: int
    settled_at: date
    """The day on which the claim was first settled; it stays when the claim is settled again."""
    sums: tuple[Sum, ...]
    number: int = 0
    """The place in the book, from 1."""
    event: int = 0
    """The number of the event that it was posted for."""
    reverses: int | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """Return what makes two postings the same, wherever in the book they stand."""
        return (self.claim_id, self.layer, self.fund, self.base_fen, self.pay_fen, self.settled_at, self.sums)

    def reversal(self, number: int, event: int) -> Posting:
        """Return the posting that takes this one back."""
        sums = tuple((key, -amount) for key, amount in self.sums)
        base, pay = -self.base_fen, -self.pay_fen
        return replace(self, base_fen=base, pay_fen=pay, sums=sums, number=number, event=event, reverses=self.number)


def posted(result: Settled, benefits: Benefits) -> tuple[Posting, ...]:
    """Return what a settled claim posts: a row for each layer, the person's own share, the institution's if there is one.

    Together they pay the claim's total, to the fen.
    """
    return tuple(_posted(result, benefits))


def _posted(result: Settled, benefits: Benefits) -> Iterator[Posting]:
    claim = result.claim
    year = year_of(claim, benefits.year_of)
    if year is None or claim.settled_at is None:
        raise ValueError("a settled claim has its days")
    for layer, line in zip(benefits.layers, result.lines, strict=True):
        sums = Sums()
        add_to_sums(line, layer, claim, year, sums)
        added = tuple(sorted(((key, amount) for key, amount in sums.amounts.items() if amount), key=repr))
        yield Posting(claim.claim_id, line.layer, line.fund, line.base_fen, line.pay_fen, claim.settled_at, added)
    yield _own_share(result, claim, year, claim.settled_at)
    rest = result.institution_adjustment_fen
    if rest:
        yield Posting(claim.claim_id, ADJUSTMENT, "", 0, rest, claim.settled_at, ())


def _own_share(result: Settled, claim: Claim, year: int, day: date) -> Posting:
    """Return the posting of the person's own share, which the year's sums of own payments in scope are made of."""
    units = (("person", claim.person_id), ("household", claim.household))
    own = result.in_scope_self_pay_fen
    sums = tuple((("own_in_scope", unit, ("year", year)), own) for unit in units) if own else ()
    return Posting(claim.claim_id, SELF_PAY, "", claim.settled_sum or 0, result.self_pay_fen, day, sums)


def live(postings: Iterable[Posting]) -> list[Posting]:
    """Return the postings that were not taken back."""
    every = list(postings)
    gone = {posting.reverses for posting in every if posting.reverses is not None}
    return [posting for posting in every if posting.reverses is None and posting.number not in gone]


def fold(postings: Iterable[Posting], opening: Iterable[Opening] = (), benefits: Benefits | None = None) -> dict[Key, int]:
    """Return the accumulators: the sum of what postings and opening rows add, by (what, layer, unit, period); no zeros."""
    sums: defaultdict[Key, int] = defaultdict(int)
    for row in opening:
        if benefits is None:
            raise ValueError("opening rows need the benefits that say whose year a layer counts")
        for key, amount in _opened(row, benefits):
            sums[key] += amount
    for posting in postings:
        for key, amount in posting.sums:
            sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


def _opened(row: Opening, benefits: Benefits) -> Iterator[Sum]:
    layer = benefits.layer(row.layer)
    unit, year = (layer.who, row.unit), ("year", row.year)
    yield ("base", layer.id, unit, year), row.base_fen
    yield ("paid", layer.id, unit, year), row.paid_fen
    yield ("charged", layer.id, unit, year), row.charged_fen
    if layer.cap_shared and layer.cap_per == "year":
        yield ("paid", ("shared", layer.cap_shared), unit, year), row.paid_fen
