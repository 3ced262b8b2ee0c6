"""What differs between two settlings of the same claims: for each claim, layer and fund what was posted and what is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BACK_PAYMENT, RECOVERY = "back_payment", "recovery"
KINDS = {BACK_PAYMENT: "补报", RECOVERY: "追回"}
"""More is owed than was posted; too much was posted."""

Amounts = Mapping[tuple[str, str], int]
"""What was posted for one claim, in fen, by layer and fund."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """What one layer pays of one claim, before and after, in fen; `claim` is whatever the caller calls the claim by."""

    claim: str
    layer: str
    fund: str
    before_fen: int
    after_fen: int

    @property
    def fen(self) -> int:
        """Return what is owed in addition; below 0 what was posted too much."""
        return self.after_fen - self.before_fen

    @property
    def kind(self) -> str:
        """Return the code of 补报 or 追回."""
        return BACK_PAYMENT if self.fen > 0 else RECOVERY


def differences(before: Mapping[str, Amounts], after: Mapping[str, Amounts]) -> list[Difference]:
    """Return what differs, by claim, layer and fund; what a claim does not post counts as 0."""
    found = []
    for claim in sorted({*before, *after}):
        old, new = before.get(claim, {}), after.get(claim, {})
        for layer, fund in sorted({*old, *new}):
            amounts = old.get((layer, fund), 0), new.get((layer, fund), 0)
            if amounts[0] != amounts[1]:
                found.append(Difference(claim, layer, fund, *amounts))
    return found


def totals(found: Iterable[Difference]) -> dict[str, tuple[int, int]]:
    """Return what is owed in addition and what was posted too much, both in fen from 0 up, by fund."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in found:
        sums[item.fund][item.fen < 0] += abs(item.fen)
    return {fund: (more, less) for fund, (more, less) in sorted(sums.items())}
