"""The book: claims as they are known, what was made of them, every posting ever made; and one event after the other.

Accumulators are never kept beside the postings: they are always the fold of the live ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from fuqi.basics.errors import FuqiError
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Settled
from fuqi.scheme.mechanisms.periods import Key
from fuqi.scheme.settle import Result
from fuqi.settlement.rules.components import affected
from fuqi.settlement.rules.differences import Difference, differences
from fuqi.settlement.rules.executor import settle
from fuqi.settlement.rules.postings import Posting, fold, live, posted


class ClaimInBookError(FuqiError):
    """A claim arrives whose number is in the book already."""

    code = "claim_in_book"


class NoSuchClaimError(FuqiError):
    """An event is about a claim that is not in the book."""

    code = "no_such_claim"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A claim arrives, in order or late."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Corrected:
    """A claim that is in the book turns out to be otherwise; it keeps the day on which it was first settled."""

    claim: Claim
    day_too: bool = False
    """The day of settling itself was written down wrong: the corrected one holds."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A claim is taken back （冲销）."""

    claim_id: str


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """It turns out that a person was in a group in `[since, until)`, or, with `held=False`, that they were not."""

    person_id: str
    group: str
    since: date | None = None
    until: date | None = None
    held: bool = True


Event = Arrived | Corrected | TakenBack | IdentityChanged


@dataclass(frozen=True, slots=True)
class Book:
    """What is known and what was posted. `opening` stands before the first claim."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    postings: tuple[Posting, ...] = ()
    opening: tuple[Opening, ...] = ()
    events: int = 0

    def live(self) -> list[Posting]:
        """Return the postings that were not taken back."""
        return live(self.postings)

    def sums(self, benefits: Benefits) -> dict[Key, int]:
        """Return the accumulators: the fold of the live postings, after the opening rows."""
        return fold(self.live(), self.opening, benefits)


@dataclass(frozen=True, slots=True)
class Resettled:
    """What an event did."""

    book: Book
    differences: tuple[Difference, ...]
    """Per claim, layer and fund, the person's own share and the institution's among them."""
    settled: frozenset[str]
    """The claims that were settled again, whatever came of it; all others were not looked at."""


def resettle(benefits: Benefits, book: Book, event: Event) -> Resettled:
    """Return the book after an event: later claims of its component reversed and posted anew where they differ.

    Postings that stay the same stay where they are, those before the first affected claim among them; no posting is ever
    changed. Raises ClaimInBookError, NoSuchClaimError.
    """
    claims = {key: claim for key, claim in {**book.claims, **_changes(benefits, book, event)}.items() if claim is not None}
    touched = affected(benefits, book.claims, claims)
    found = settle(benefits, [claims[key] for key in touched if key in claims], _openings(book, claims, touched))
    results = {key: result for key, result in book.results.items() if key not in touched}
    results |= {result.claim.claim_id: result for result in found}
    new = {key: _postings(results.get(key), benefits) for key in touched}
    after = replace(book, claims=claims, results=results, events=book.events + 1)
    return _post(after, new, [posting for posting in book.live() if posting.claim_id in touched], touched)


def _post(book: Book, new: Mapping[str, tuple[Posting, ...]], old: list[Posting], touched: frozenset[str]) -> Resettled:
    """Append reversals of what no longer holds and postings of what holds now, claims in the order of settlement."""
    number, added = len(book.postings), []
    wanted = [posting for key in touched for posting in new[key]]
    same = {posting.content for posting in old} & {posting.content for posting in wanted}
    for posting in sorted(old, key=lambda one: one.number):
        if posting.content not in same:
            number += 1
            added.append(posting.reversal(number, book.events))
    for posting in sorted(wanted, key=lambda one: (one.settled_at, one.claim_id)):
        if posting.content not in same:
            number += 1
            added.append(replace(posting, number=number, event=book.events))
    changed = tuple(differences(_amounts(old), _amounts(wanted)))
    return Resettled(replace(book, postings=(*book.postings, *added)), changed, touched)


def _amounts(postings: list[Posting]) -> dict[str, dict[tuple[str, str], int]]:
    found: dict[str, dict[tuple[str, str], int]] = {}
    for posting in postings:
        found.setdefault(posting.claim_id, {})[posting.layer, posting.fund] = posting.pay_fen
    return found


def _postings(result: Result | None, benefits: Benefits) -> tuple[Posting, ...]:
    return posted(result, benefits) if isinstance(result, Settled) else ()


def _openings(book: Book, claims: Mapping[str, Claim], touched: frozenset[str]) -> list[Opening]:
    """Return the opening rows of the units that are settled again."""
    here = [claims[key] for key in touched if key in claims]
    units = {claim.person_id for claim in here} | {claim.household for claim in here}
    return [row for row in book.opening if row.unit in units]


def _changes(benefits: Benefits, book: Book, event: Event) -> dict[str, Claim | None]:
    """Return which claims an event changes, and to what; None for a claim that is taken back."""
    match event:
        case Arrived(claim):
            if claim.claim_id in book.claims:
                raise ClaimInBookError(f"结算单“{claim.claim_id}”已经在账上。要更正，请按更正处理；重复的，请退回。")
            return {claim.claim_id: claim}
        case Corrected(claim, day_too):
            first = _known(book, claim.claim_id).settled_at
            return {claim.claim_id: claim if day_too or first is None else replace(claim, settled_at=first)}
        case TakenBack(claim_id):
            _known(book, claim_id)
            return {claim_id: None}
        case IdentityChanged():
            return {
                claim.claim_id: _with_group(claim, event)
                for claim in book.claims.values()
                if claim.person_id == event.person_id and _falls(claim, event, benefits.identity_on)
            }


def _known(book: Book, claim_id: str) -> Claim:
    if claim_id not in book.claims:
        raise NoSuchClaimError(f"账上没有结算单“{claim_id}”，不能更正或冲销。请核对单号。")
    return book.claims[claim_id]


def _with_group(claim: Claim, event: IdentityChanged) -> Claim:
    held = claim.groups or frozenset()
    return replace(claim, groups=held | {event.group} if event.held else held - {event.group})


def _falls(claim: Claim, event: IdentityChanged, identity_on: str) -> bool:
    """Return whether the day, or the days, on which the scheme looks at a claim's identity lie in the event's span."""
    last = claim.discharged or claim.settled_at
    first = {"admitted": claim.admitted or last, "settled_at": claim.settled_at, "any_day_of_stay": claim.admitted or last}
    start = first.get(identity_on, last)
    end = last if identity_on in ("discharged", "any_day_of_stay") else start
    if start is None or end is None:
        return False
    return (event.since is None or event.since <= end) and (event.until is None or start < event.until)
