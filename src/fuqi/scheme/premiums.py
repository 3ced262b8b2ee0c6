"""Premium subsidies （参保资助）: a year's personal premium, who is subsidised by how much, by whom, and what the person pays.

Of several identities the one that gives most counts, never two together. Dates are those of the insurance year's first day;
who the person is, is asked on a day of the caller's choice (that of enrolment). A premium that the scheme does not know stays
unknown: the subsidised share can still be said, and where it is all of it, that the person pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fuqi.basics.money import share as share_of
from fuqi.scheme.conditions import WHOLE_RATE, Condition
from fuqi.scheme.payers import Payer, shares
from fuqi.scheme.person_facts import PERSON_FACTS
from fuqi.scheme.persons import Facts, known_names, values_on
from fuqi.scheme.promises import NOTHING, Promise, facts_behind, open_names, resolved, truth
from fuqi.scheme.syntax import Values
from fuqi.scheme.values import Outcome, Source, Used, Value

PREMIUM = "premium"
"""The name under which an unknown premium is missing."""
DECIDED, UNDECIDED, NO_RULE = "decided", "undecided", "no_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy(Promise):
    """One row of a premium rule: who is subsidised, by a share of the premium or by a sum, and who pays."""

    share: Value | None = None
    sum: Value | None = None
    payers: tuple[Payer, ...] = ()

    def values(self) -> Iterator[Value]:
        """Yield every value of the row."""
        own = (self.share, self.sum, *(payer.amount for payer in self.payers))
        yield from (value for value in own if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Premium(Promise):
    """A premium rule. `amount` is the personal part of a year; None where the scheme's documents do not say it."""

    amount: Value | None = None
    subsidies: tuple[Subsidy, ...] = ()

    def values(self) -> Iterator[Value]:
        """Yield every value of the rule, those of its subsidies too."""
        if self.amount is not None:
            yield self.amount
        for subsidy in self.subsidies:
            yield from subsidy.values()

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition that stands outside the values."""
        for condition in (self.when, *(subsidy.when for subsidy in self.subsidies)):
            if condition is not None:
                yield condition


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumResult:
    """Who pays how much of a premium. Money in fen, None where unknown.

    `decided` means that the subsidising row is known; where the premium is not, `missing` names it.
    """

    premium: str
    name: str
    year: int
    state: str
    premium_fen: int | None = None
    subsidy_fen: int | None = None
    own_fen: int | None = None
    subsidy: Subsidy | None = None
    """The row that subsidises; None: the person pays all."""
    share: int | None = None
    """Its share in basis points, where it gives one."""
    payers: tuple[tuple[str, int | None], ...] = ()
    others: tuple[Subsidy, ...] = ()
    """Rows that hold too and give no more: they are not paid in addition."""
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()
    source: Source = Source()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class _Offer:
    """What one row offers: fen (None: not known, the premium being unknown), its outcome, and what leaves it open."""

    row: Subsidy
    fen: int | None
    outcome: Outcome
    missing: frozenset[str]

    @property
    def rate(self) -> int | None:
        return self.outcome.value if self.row.share is not None and not self.outcome.missing else None


def premium_of(rule: Premium, facts: Facts, year: int, day: date) -> PremiumResult:
    """Return who pays a year's premium of a person as known on a day. Raises ValueError for a fact not in PERSON_FACTS."""
    known_names(facts, PERSON_FACTS)
    values, first = values_on(facts, day), date(year, 1, 1)
    applies = truth(rule.when, values) if rule.in_force.holds(first) else False
    asked = _Asked(rule, values, first)
    if applies is False:
        return asked.result(NO_RULE)
    return asked.answer(open_names(rule.when, values))


@dataclass(slots=True)
class _Asked:
    """One question."""

    rule: Premium
    values: Values
    first: date

    def result(self, state: str, **more: object) -> PremiumResult:
        rule = self.rule
        used = more.get("used", ())
        assert isinstance(used, tuple)
        subsidy = more.get("subsidy")
        sure = rule.confirmed and all(one.confirmed for one in used) and (not isinstance(subsidy, Subsidy) or subsidy.confirmed)
        return PremiumResult(
            premium=rule.id,
            name=rule.name,
            year=self.first.year,
            state=state,
            source=rule.source,
            confirmed=sure and rule.amount is not None,
            **more,  # type: ignore[arg-type]
        )

    def answer(self, missing: frozenset[str]) -> PremiumResult:
        amount = resolved(self.rule.amount, self.values, self.first, None)
        missing |= amount.missing
        offers = [offer for row in self.rule.subsidies for offer in self.offer(row, amount.value)]
        sure = [offer for offer in offers if not offer.missing]
        best = _best(sure, amount.value)
        for offer in offers:
            missing |= offer.missing if _may_win(offer, best, amount.value) else NOTHING
        if not missing and best is None and sure and amount.value is None:
            missing |= {PREMIUM}
        if missing:
            return self.result(UNDECIDED, premium_fen=amount.value, missing=facts_behind(missing))
        return self.decided(amount, best, tuple(offer.row for offer in sure if offer is not best))

    def offer(self, row: Subsidy, premium: int | None) -> Iterator[_Offer]:
        """Yield what a row offers; nothing where it does not hold."""
        if not row.in_force.holds(self.first) or truth(row.when, self.values) is False:
            return
        outcome = resolved(row.share or row.sum, self.values, self.first)
        fen = None
        if premium is not None and not outcome.missing:
            value = outcome.value or 0
            fen = share_of(premium, value) if row.share is not None else min(value, premium)
        yield _Offer(row, fen, outcome, open_names(row.when, self.values) | outcome.missing)

    def decided(self, amount: Outcome, best: _Offer | None, others: tuple[Subsidy, ...]) -> PremiumResult:
        premium = amount.value
        unknown = (PREMIUM,) if premium is None else ()
        if best is None:
            return self.result(DECIDED, premium_fen=premium, subsidy_fen=0, own_fen=premium, used=amount.used, missing=unknown)
        funds = [payer.fund for payer in best.row.payers]
        parts: Sequence[int | None] = [None for _ in funds]
        used = (*amount.used, *best.outcome.used)
        if best.fen is not None:
            split = shares(best.row.payers, best.fen, self.values, self.first)
            if split.missing:
                return self.result(UNDECIDED, premium_fen=premium, missing=facts_behind(split.missing))
            parts, used = split.parts, (*used, *split.used)
        return self.result(
            DECIDED,
            premium_fen=premium,
            subsidy_fen=best.fen,
            own_fen=0 if best.rate == WHOLE_RATE else None if premium is None or best.fen is None else premium - best.fen,
            subsidy=best.row,
            share=best.rate,
            payers=tuple(zip(funds, parts, strict=True)),
            others=others,
            used=used,
            missing=unknown,
        )


def _best(offers: Sequence[_Offer], premium: int | None) -> _Offer | None:
    """Return the offer that gives most, of equal ones the first; None where none does, or an unknown premium leaves it open."""
    if premium is not None:
        return max(offers, key=lambda offer: offer.fen or 0, default=None)
    rated = [offer for offer in offers if offer.rate is not None]
    best = max(rated, key=lambda offer: offer.rate or 0, default=None)
    if len(rated) == len(offers) or (best is not None and best.rate == WHOLE_RATE):
        return best
    return offers[0] if len(offers) == 1 else None


def _may_win(offer: _Offer, best: _Offer | None, premium: int | None) -> bool:
    """Return whether an offer that is open could change the answer."""
    if not offer.missing:
        return False
    if best is not None and (best.rate == WHOLE_RATE or (premium is not None and best.fen == premium)):
        return False
    if premium is not None and offer.fen is not None:
        return offer.fen > (0 if best is None else best.fen or 0)
    if offer.rate is not None and best is not None and best.rate is not None:
        return offer.rate > best.rate
    return True
