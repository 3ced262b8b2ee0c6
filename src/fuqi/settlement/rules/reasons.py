"""Why a claim is settled otherwise than before: what changed of the claim itself, of the scheme, or of an earlier claim."""

from __future__ import annotations

from dataclasses import dataclass, fields

from fuqi.scheme.claims import Claim

IDENTITY, LATE, TAKEN_BACK, MOVED, AMOUNTS, FACTS = "identity", "late", "taken_back", "moved", "amounts", "facts"
OPEN_NOW, OPEN_BEFORE = "open_now", "open_before"
SCHEME, FOLLOW_ON, UNTOLD = "scheme", "follow_on", "untold"
REASONS = {
    LATE: "费用单迟到",
    TAKEN_BACK: "费用单冲销",
    MOVED: "改记到别人名下",
    OPEN_NOW: "现在不能结算",
    OPEN_BEFORE: "原来不能结算",
    IDENTITY: "身份变化",
    AMOUNTS: "金额更正",
    FACTS: "其他事实更正",
    SCHEME: "方案改了",
    FOLLOW_ON: "更早的费用变了",
    UNTOLD: "原来的事实没有留存",
}
"""What may have changed, the most telling first: the first that holds is the leading reason."""

_AMOUNTS = ("total", "in_scope", "settle_total", "fees", "amounts", "paid")
_NO_REASON = frozenset({"claim_id", "groups", *_AMOUNTS})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim's payments differ: the codes that hold, the leading one first, and what exactly changed."""

    codes: tuple[str, ...]
    gained: tuple[str, ...] = ()
    """Identity groups that count now and did not."""
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Columns of the claim that say something else; the words of an illness are never among what is kept of them."""
    cause: str = ""
    """The earliest claim of the component that changed, where that is what this one follows."""

    @property
    def code(self) -> str:
        """Return the leading reason."""
        return self.codes[0]


def reason_of(
    before: Claim | None,
    after: Claim | None,
    *,
    scheme_changed: bool,
    moved: bool = False,
    opened: str = "",
    cause: str = "",
) -> Reason:
    """Return why a claim is settled otherwise. `moved`: the same bill went to, or came from, somebody else.

    `opened` is OPEN_NOW or OPEN_BEFORE for a claim that could be settled on one side only; `cause` names the earliest changed
    claim of its component, for a claim in which nothing itself changed.
    """
    if before is None or after is None:
        lead = MOVED if moved else LATE if before is None else TAKEN_BACK
        return Reason((lead, SCHEME) if scheme_changed else (lead,))
    held, holds = before.groups or frozenset(), after.groups or frozenset()
    names = [item.name for item in fields(Claim) if getattr(before, item.name) != getattr(after, item.name)]
    changed = tuple(name for name in names if name != "groups" and name != "claim_id")
    found = [
        (opened, bool(opened)),
        (IDENTITY, held != holds),
        (AMOUNTS, any(name in _AMOUNTS for name in changed)),
        (FACTS, any(name not in _NO_REASON for name in changed)),
        (SCHEME, scheme_changed),
    ]
    codes = tuple(code for code, holds_so in found if holds_so)
    gained, lost = tuple(sorted(holds - held)), tuple(sorted(held - holds))
    return Reason(codes or (FOLLOW_ON,), gained, lost, changed, "" if set(codes) - {opened} else cause)
