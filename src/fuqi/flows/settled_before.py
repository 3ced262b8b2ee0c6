"""What the run before made of the claims, and which of it holds still: nothing is computed that nothing changed for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.viewer import Viewer
from fuqi.flows.asking import Asker, by_claim_id
from fuqi.journal.models import Run
from fuqi.scheme.claims import Claim as SchemeClaim
from fuqi.scheme.model import Scheme
from fuqi.settlement.models import Claim
from fuqi.settlement.queries import PastSettlement, past_settlements
from fuqi.settlement.rules import causes, claim_of

FORM = 2
"""The form in which settlements are kept; a run of another form holds nothing that could be taken over."""

Key = str
"""What a claim is known by from run to run: person, hospital and number. A bill that moves to somebody else is two claims."""


def key_of(serial: int, hospital: str, number: str) -> Key:
    """Return what a claim is known by from run to run."""
    return f"{serial:06d}\x1f{hospital}\x1f{number}"


def bill_of(key: Key) -> str:
    """Return the bill without its person."""
    return key.partition("\x1f")[2]


@dataclass(frozen=True, slots=True)
class NowClaim:
    """A claim of the record, and what the evaluator is given of it."""

    claim: Claim
    asked: SchemeClaim


@dataclass
class Now:
    """All claims as they are known now."""

    asker: Asker
    claims: dict[Key, NowClaim] = field(default_factory=dict)
    doubled: list[Claim] = field(default_factory=list)
    """Bills that were sent in twice: the first of them is settled."""

    @property
    def asked(self) -> dict[Key, SchemeClaim]:
        """Return what the evaluator is given, by key."""
        return {key: one.asked for key, one in self.claims.items()}


def claims_now(asker: Asker, kept: Iterable[Claim]) -> Now:
    """Return the record's claims by key."""
    found, doubled = by_claim_id(kept)
    now = Now(asker, doubled=doubled)
    for claim_id, claim in found.items():
        key = key_of(claim.person.serial, claim.hospital, claim.number)
        now.claims[key] = NowClaim(claim, asker.ask(claim_id, claim))
    return now


@dataclass
class Past:
    """What the run before made of its claims."""

    run: Run | None = None
    settlements: dict[Key, PastSettlement] = field(default_factory=dict)
    asked: dict[Key, SchemeClaim] = field(default_factory=dict)
    """What the evaluator was given then, where it was kept."""
    scheme_hash: str = ""

    @property
    def last_day(self) -> date | None:
        """Return the last day up to which bills had been settled."""
        return max((one.settled_on for one in self.settlements.values()), default=None)


def past_of(viewer: Viewer, run: Run | None) -> Past:
    """Return what a run made of its claims; of bills that were sent in twice, the one that was settled."""
    past = Past(run)
    if run is None:
        return past
    whole = json.loads(run.summary or "{}").get("form") == FORM
    for one in past_settlements(viewer, run.id):
        key = key_of(one.serial, one.hospital, one.number)
        if one.facts:
            past.asked[key] = claim_of(one.facts)
        elif whole or key in past.settlements:
            continue  # a bill sent in twice
        past.settlements[key] = one
        past.scheme_hash = one.scheme_hash
    return past


def reasons_to_settle(past: Past, now: Now, scheme: Scheme) -> dict[Key, Key]:
    """Return the claims that must be settled anew, or are gone, each with the claim whose change is why.

    Where the scheme is another, or the former run did not keep what it was given, that is every claim, for its own sake.
    """
    asked = now.asked
    if past.scheme_hash != scheme.hash or past.asked.keys() != past.settlements.keys():
        return {key: key for key in {**past.settlements, **asked}} | causes(scheme.benefits, past.asked, asked)
    return causes(scheme.benefits, past.asked, asked)
