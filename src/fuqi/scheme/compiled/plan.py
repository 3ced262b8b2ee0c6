"""What a kernel reads and writes: the columns of its arguments by name, and the numbers within which it stays in 64 bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fuqi.scheme.writer import GIVEN_TOO_HIGH, REFUSED, SETTLED, UNDECIDED, UNKNOWN, UNLIMITED, Slot, TraceSlot

__all__ = ["GIVEN_TOO_HIGH", "REFUSED", "SETTLED", "UNDECIDED", "UNKNOWN", "UNLIMITED", "Plan", "Slot", "TraceSlot"]

LARGEST_SUM = 9 * 10**14
"""Sums up to this many fen may be multiplied by a rate without leaving 64 bits: 9 × 10^14 × 10^4 < 2^63."""

LARGEST_YEAR = 10**11
"""What claims that share sums may come to together, in fen; ten times what the standard lets a unit's year have."""

_OPENING_FIELDS = {"base": "base_fen", "paid": "paid_fen", "charged": "charged_fen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The arguments of a kernel; see the package for what each of them is."""

    facts: tuple[str, ...]
    keys: tuple[str, ...]
    slots: tuple[Slot, ...]
    outputs: tuple[str, ...]
    trace: tuple[TraceSlot, ...]
    profile: tuple[str, ...]
    """The names whose values together are a claim's profile."""
    version_starts: tuple[int, ...]
    """The days (ordinals) on which versions of dated values begin; `version` in a profile counts those not after discharge."""
    profile_width: int
    shared: Mapping[str, str]
    """The shared yearly cap that a layer's payments count towards, by layer."""
    largest_step: int
    """The most that one claim can add to any sum, in fen."""
    fallback: str = ""
    """Why the kernel must not be used for this scheme: what could leave 64 bits; empty for sums of this world."""

    def opening(self, layer_id: str) -> list[tuple[int, str]]:
        """Return where an opening row of a layer counts: the slot, and the field of the row; slots are by (unit, year)."""
        found = []
        for number, slot in enumerate(self.slots):
            if slot.period != "year":
                continue
            if slot.owner == layer_id and slot.what in _OPENING_FIELDS:
                found.append((number, _OPENING_FIELDS[slot.what]))
            elif slot.what == "shared" and self.shared.get(layer_id) == slot.owner:
                found.append((number, "paid_fen"))
        return found

    def fits(self, claims: int, settled: int, opening: int = 0) -> bool:
        """Return whether claims that share sums stay in 64 bits, whatever else they are.

        `claims` is their number, `settled` the sum of their `settle_total`, `opening` that of all opening rows, in fen.
        """
        within_year = settled + opening <= LARGEST_YEAR
        return not self.fallback and within_year and claims * self.largest_step + opening <= LARGEST_SUM
