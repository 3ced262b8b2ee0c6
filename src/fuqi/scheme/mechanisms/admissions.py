"""admission_no: which inpatient stay of a person's benefit year this is."""

from __future__ import annotations

from dataclasses import dataclass, field

from fuqi.scheme.claims import Claim
from fuqi.scheme.writer import REFUSED, UNKNOWN, KernelWriter, Slot

INPATIENT, OTHER_CARE, CARE_UNKNOWN, NOT_COUNTED = 1, 0, -1, -2
"""What the column `admission` of a kernel says of a claim."""


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


def emit_admission_no(to: KernelWriter, may_be_refused: bool) -> None:
    """Write the claim's number and that it is counted; what is counted is taken back if the claim turns out to be refused."""
    number, admission = to.name_of("admission_no", "admission_no"), to.fact("admission")
    stay = to.sum(Slot("number", "stay", "person", "admission"))
    stays = to.sum(Slot("counted", "stays", "person", "year"))
    unsure = to.sum(Slot("unsure", "stays", "person", "year"))
    to.line(f"{number} = {UNKNOWN}")
    if may_be_refused:
        for place, kept in ((stay, "stay_before"), (stays, "stays_before"), (unsure, "unsure_before")):
            to.line(f"{to.name_of(kept, kept)} = {place}")
            to.ends.append(f"{place} = {to.name_of(kept, kept)}")
    with to.block(f"if status[i] < {REFUSED} and {admission} != {NOT_COUNTED}:"):
        to.line(f"{number} = {stay}")
        with to.block(f"if {number} == 0:"):
            with to.block(f"if {unsure} == 1 or {admission} == {CARE_UNKNOWN}:"):
                to.line(f"{number} = {UNKNOWN}")
            with to.block("else:"):
                to.line(f"{number} = {stays} + {admission}")
            with to.block(f"if {admission} == {INPATIENT}:"):
                to.line(f"{stay} = {number}")
                to.line(f"{stays} = {stays} + 1")
            with to.block(f"if {admission} == {CARE_UNKNOWN}:"):
                to.line(f"{unsure} = 1")
