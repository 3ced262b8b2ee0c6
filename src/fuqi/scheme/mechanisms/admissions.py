"""admission_no: which inpatient stay of a person's benefit year this is."""

from __future__ import annotations

from dataclasses import dataclass, field

from fuqi.scheme.claims import Claim


@dataclass(slots=True)
class Admissions:
    """The stays of one person's year with their numbers; from a claim of unknown care on, new numbers are unknown (None)."""

    numbers: dict[str, int | None] = field(default_factory=dict)
    open: bool = False

    def number(self, claim: Claim) -> int | None:
        """Return the claim's number, None where it cannot be known."""
        if claim.stay in self.numbers:
            return self.numbers[claim.stay]
        if self.open or claim.care is None:
            return None
        return len(self.numbers) + (claim.care == "inpatient")

    def count(self, claim: Claim) -> None:
        """Count the claim, settled or undecided."""
        if claim.stay in self.numbers:
            return
        if claim.care == "inpatient":
            self.numbers[claim.stay] = None if self.open else len(self.numbers) + 1
        elif claim.care is None:
            self.open = True
