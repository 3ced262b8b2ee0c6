"""What one version of the layers makes of claims, in amounts: by the reference evaluator, or by the compiled one, sooner.

All give the same fen; the reference alone says why a claim is not settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Settled, Undecided
from fuqi.scheme.compiled import compile_benefits
from fuqi.scheme.settle import settle

SETTLED, UNDECIDED, REFUSED = "settled", "undecided", "refused"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one version makes of a claim, in fen; `why` names the facts that are missing, or what the claim contradicts."""

    state: str
    pays: tuple[int, ...] = ()
    """By layer, in the version's order."""
    self_pay_fen: int = 0
    in_scope_self_pay_fen: int = 0
    provisional: bool = False
    why: tuple[str, ...] = ()


Judge = Callable[[Benefits, Sequence[Claim]], dict[str, Judged]]
"""Settles claims and returns what became of each, by claim id."""


def judge(benefits: Benefits, claims: Sequence[Claim]) -> dict[str, Judged]:
    """Return what becomes of each claim by its id, as the reference evaluator says."""
    found: dict[str, Judged] = {}
    for result in settle(benefits, claims):
        match result:
            case Settled():
                pays = tuple(line.pay_fen for line in result.lines)
                own = (result.self_pay_fen, result.in_scope_self_pay_fen)
                judged = Judged(SETTLED, pays, *own, provisional=result.provisional)
            case Undecided():
                judged = Judged(UNDECIDED, why=result.missing)
            case _:
                judged = Judged(REFUSED, why=tuple(problem.message for problem in result.problems))
        found[result.claim.claim_id] = judged
    return found


MOST_ASKED = 50_000
"""How many claims the reference is asked about at most; beyond that reasons are not looked up."""
NOT_ASKED = "原因没有逐笔查明"


def judge_compiled(benefits: Benefits, claims: Sequence[Claim]) -> dict[str, Judged]:
    """Return what becomes of each claim by its id, as the compiled executor says; why one is not settled says the reference."""
    found: dict[str, Judged] = {}
    unsettled: list[Claim] = []
    for row in compile_benefits(benefits).amounts(claims):
        if row.status == 0:
            own = (row.self_pay_fen, row.in_scope_self_pay_fen)
            found[row.claim.claim_id] = Judged(SETTLED, row.pays, *own, provisional=row.provisional)
        else:
            unsettled.append(row.claim)
    found |= {claim.claim_id: Judged(UNDECIDED, why=(NOT_ASKED,)) for claim in unsettled}
    reasons = judge(benefits, near(claims, unsettled, MOST_ASKED))
    return found | {claim.claim_id: reasons[claim.claim_id] for claim in unsettled if claim.claim_id in reasons}


def near(claims: Iterable[Claim], about: Iterable[Claim], most: int) -> list[Claim]:
    """Return the claims whose sums those of `about` may share: of their persons and households, and of theirs, and so on.

    None if there are more than `most`.
    """
    every = list(claims)
    persons = {claim.person_id for claim in about}
    homes = {claim.household for claim in about}
    ids = {claim.claim_id for claim in about}
    while persons:
        found = [claim for claim in every if claim.person_id in persons or claim.household in homes or claim.claim_id in ids]
        if len(found) > most:
            return []
        more = {claim.person_id for claim in found}, {claim.household for claim in found}
        if more == (persons, homes):
            return found
        persons, homes = more
    return []
