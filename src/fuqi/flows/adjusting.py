"""Rows of what a run posts otherwise than the one before: for each claim, layer and fund, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from fuqi.flows.posting import SETTLED, Poster
from fuqi.flows.settled_before import Key, bill_of
from fuqi.journal.rules import canonical, spell
from fuqi.journal.tables import NewRow
from fuqi.scheme.claims import Claim as SchemeClaim
from fuqi.settlement.models import Adjustment
from fuqi.settlement.rules import OPEN_BEFORE, OPEN_NOW, UNTOLD, Difference, Reason, differences, reason_of

SHOWN_COLUMNS = frozenset(
    "total in_scope settle_total settled_at discharged admitted care hospital_level in_county referred away".split()
)
"""Columns whose former and present words are kept; of the others it is kept that they changed."""


@dataclass(frozen=True)
class Adjuster:
    """Compares what a poster posts with what was posted before."""

    poster: Poster
    why: dict[Key, Key]
    """The claims that were settled anew or are gone, each with the claim whose change is why."""
    adjusted: frozenset[Key]
    """Claims that an earlier run adjusted: what was once taken back and comes again is no first settling."""

    def rows(self) -> Iterator[NewRow]:
        """Yield the rows, by person, hospital, number and layer."""
        past = self.poster.past
        if past.run is None:
            return
        keys = [key for key in self.why if not self._is_first(key)]
        before = {key: past.settlements[key].paid for key in keys if self._was_settled(key)}
        after = {key: self.poster.paid[key] for key in keys if key in self.poster.paid}
        for item in differences(before, after):
            yield self._row(item)

    @cached_property
    def _bills_past(self) -> frozenset[str]:
        return frozenset(map(bill_of, self.poster.past.settlements))

    @cached_property
    def _bills_now(self) -> frozenset[str]:
        return frozenset(map(bill_of, self.poster.now.claims))

    def _was_settled(self, key: Key) -> bool:
        former = self.poster.past.settlements.get(key)
        return former is not None and former.state == SETTLED

    def _is_first(self, key: Key) -> bool:
        """Return whether a claim is settled for the first time and in its turn, which is no adjustment."""
        past, now = self.poster.past, self.poster.now.claims.get(key)
        if now is None or key in past.settlements or key in self.adjusted:
            return False
        return past.last_day is None or now.claim.settled_on > past.last_day

    def _row(self, item: Difference) -> NewRow:
        past, reason = self.poster.past, self._reason(item.claim)
        former, now = past.settlements.get(item.claim), self.poster.now.claims.get(item.claim)
        one = now.claim if now else former
        assert one is not None
        lines, fen = self.poster.report.adjusted.get(item.kind, (0, 0))
        self.poster.report.adjusted[item.kind] = (lines + 1, fen + abs(item.fen))
        return NewRow(
            Adjustment,
            run_id=self.poster.run.id,
            person_id=one.person_id,
            number=one.number,
            hospital=one.hospital,
            settled_on=one.settled_on,
            before_id=former.id if former else None,
            after_id=self.poster.ids.get(item.claim),
            layer=item.layer,
            fund=item.fund,
            before_fen=item.before_fen,
            after_fen=item.after_fen,
            kind=item.kind,
            reason=reason.code,
            details=canonical(self._details(item.claim, reason, one.person_id)),
            restricted=(former is not None and former.restricted) or self.poster.restricted.get(item.claim, False),
        )

    def _reason(self, key: Key) -> Reason:
        past, now = self.poster.past, self.poster.now.claims
        if key in past.settlements and key not in past.asked:
            return Reason((UNTOLD,))
        moved = bill_of(key) in (self._bills_now if key in past.settlements else self._bills_past)
        changed = past.scheme_hash != self.poster.scheme.hash
        asked = now[key].asked if key in now else None
        opened = "" if key in self.poster.paid else OPEN_NOW
        if not self._was_settled(key):
            opened = OPEN_BEFORE
        opened = opened if key in past.settlements and key in now else ""
        return reason_of(past.asked.get(key), asked, scheme_changed=changed, moved=moved, opened=opened, cause=self.why[key])

    def _details(self, key: Key, reason: Reason, person_id: UUID) -> dict[str, object]:
        past, now = self.poster.past.asked.get(key), self.poster.now.claims.get(key)
        spells = self.poster.now.asker.groups.get(person_id, [])
        day = now.claim.discharged or now.claim.settled_on if now else None
        found: dict[str, object] = {"codes": list(reason.codes)}
        found["gained"] = [[group, _since(spells, group, day)] for group in reason.gained]
        found["lost"] = list(reason.lost)
        if past is not None and now is not None:
            found["changed"] = [_change(name, past, now.asked) for name in reason.changed]
        if OPEN_NOW in reason.codes:
            found["open"] = self.poster.open_reasons[key]
        if reason.cause and reason.cause != key:
            serial, _, bill = reason.cause.partition("\x1f")
            found["cause"] = {"serial": int(serial), "number": bill.partition("\x1f")[2]}
        return found


def _since(spells: list[tuple[str, date | None, date | None]], group: str, day: date | None) -> str:
    """Return since when a person is in a group by the spell that holds on the day, '' where no list says a day."""
    starts = [start for name, start, _ in spells if name == group and start is not None and (day is None or start <= day)]
    return max(starts).isoformat() if starts else ""


def _change(name: str, past: SchemeClaim, now: SchemeClaim) -> list[str]:
    if name not in SHOWN_COLUMNS:
        return [name]
    values = (getattr(past, name), getattr(now, name))
    return [name, *("" if value is None else _plain(value) for value in values)]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else spell(value)
