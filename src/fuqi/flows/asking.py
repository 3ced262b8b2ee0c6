"""Claims of the record as claims of the scheme: identities on the day that the scheme says, household, birth, illness."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, partial

from fuqi.basics.dates import AsOf, completed_years
from fuqi.basics.viewer import Viewer
from fuqi.registry.queries import births, group_histories, household_of
from fuqi.registry.rules import illnesses
from fuqi.scheme.claims import Claim as SchemeClaim
from fuqi.scheme.illness import edition_day, find_diseases
from fuqi.scheme.model import Scheme
from fuqi.settlement.models import Claim


def by_claim_id(kept: Iterable[Claim]) -> tuple[dict[str, Claim], list[Claim]]:
    """Return the record's claims by the id that they are settled under, and those that were sent in twice.

    Two hospitals may use one number: the later claim then goes by number and hospital.
    """
    found: dict[str, Claim] = {}
    doubled: list[Claim] = []
    for claim in kept:
        claim_id = claim.number
        if claim_id in found and found[claim_id].hospital != claim.hospital:
            claim_id = f"{claim.number}({claim.hospital})"
        if found.setdefault(claim_id, claim) is not claim:
            doubled.append(claim)
    return found, doubled


class Asker:
    """Turns claims of the record into claims of the scheme: identities on the day, household, birth."""

    def __init__(self, viewer: Viewer, scheme: Scheme) -> None:
        self.scheme = scheme
        self.find = lru_cache(maxsize=None)(partial(find_diseases, scheme))
        self.groups = group_histories(viewer)
        last = scheme.period.until or date.max
        as_of = AsOf(date.fromordinal(last.toordinal() - 1))
        self.births = births(viewer, as_of)
        self.households = household_of(viewer, as_of)

    def groups_of(self, claim: Claim) -> frozenset[str]:
        """Return the identity groups that count for a claim, on the day that the scheme says, implied ones included."""
        last = claim.discharged or claim.settled_on
        days = {
            "discharged": (last, last),
            "admitted": (claim.admitted or last, claim.admitted or last),
            "settled_at": (claim.settled_on, claim.settled_on),
            "any_day_of_stay": (claim.admitted or last, last),
        }
        first, last = days[self.scheme.benefits.identity_on]
        spells = self.groups.get(claim.person_id, [])
        held = (group for group, start, until in spells if (not start or start <= last) and (not until or first < until))
        return self.scheme.with_implied(frozenset(held))

    def ask(self, claim_id: str, claim: Claim) -> SchemeClaim:
        """Return the claim as the scheme's evaluator takes it."""
        birth_on, sex, _ = self.births.get(claim.person_id, (None, "", None))
        household = self.households.get(claim.person_id)
        return SchemeClaim(
            claim_id=claim_id,
            person_id=f"{claim.person.serial:06d}",
            household_id=household,
            settled_at=claim.settled_on,
            admitted=claim.admitted,
            discharged=claim.discharged,
            care=claim.care or None,
            hospital_level=claim.hospital_level or None,
            in_county=claim.in_county,
            referred=claim.referred,
            icd10=claim.icd10 or None,
            birth_on=birth_on,
            sex=sex or None,
            groups=self.groups_of(claim),
            total=claim.total_fen,
            in_scope=claim.in_scope_fen,
        )

    def diseases(self, claim: Claim) -> tuple[frozenset[str], bool]:
        """Return the lists that the claim's diagnosis stands on, and whether one of its diseases is restricted."""
        birth_on = self.births.get(claim.person_id, (None,))[0]
        age = completed_years(birth_on, claim.admitted or claim.settled_on) if birth_on else None
        day = edition_day(self.scheme, claim.discharged or claim.settled_on)
        matches = [
            match
            for words, icd10 in illnesses(claim.words, claim.icd10)
            for match in self.find(words, icd10 or None, age, day).matches
        ]
        restricted = any(disease in self.scheme.restricted_diseases for _, disease, _ in matches)
        return frozenset(list_id for list_id, _, _ in matches), restricted
