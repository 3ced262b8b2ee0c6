"""Sums over periods: what a unit's claims added up to within a stay, day, month, quarter or year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from fuqi.scheme.claims import Claim

Key = tuple[object, ...]


def year_of(claim: Claim, rule: str) -> int | None:
    """Return the benefit year, None where its day is unknown."""
    day = claim.settled_at if rule == "settled_at" else claim.discharged
    return None if day is None else day.year


def period_key(period: str, claim: Claim, year: int) -> Key:
    """Return what claims of one period have in common. All but stays end with the benefit year."""
    day = claim.discharged
    if day is None:
        raise ValueError("a claim without a day of discharge has no period")
    match period:
        case "claim":
            return ("claim", claim.claim_id)
        case "stay":
            return ("stay", claim.stay)
        case "day":
            return ("day", year, day)
        case "month":
            return ("month", year, day.year, day.month)
        case "quarter":
            return ("quarter", year, day.year, (day.month - 1) // 3)
    return ("year", year)


@dataclass(slots=True)
class Sums:
    """Sums in fen by what is summed, unit and period."""

    amounts: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def of(self, *key: object) -> int:
        """Return a sum."""
        return self.amounts.get(key, 0)

    def add(self, amount: int, *key: object) -> None:
        """Add to a sum."""
        self.amounts[key] += amount
