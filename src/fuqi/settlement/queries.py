"""Reading claims and what was posted for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.journal.validity import known
from fuqi.registry.validity import holds
from fuqi.settlement.models import Claim, Settlement, SettlementLine


@dataclass(frozen=True, slots=True)
class LineView:
    """What one layer pays of a claim."""

    layer: str
    fund: str
    base_fen: int
    pay_fen: int
    posted_on: date
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SettlementView:
    """A claim with what was made of it."""

    id: UUID
    person_id: UUID
    number: str
    hospital: str
    care: str
    hospital_level: str
    in_county: bool | None
    admitted: date | None
    discharged: date | None
    settled_on: date
    total_fen: int | None
    in_scope_fen: int | None
    state: str
    reason: str
    self_pay_fen: int
    in_scope_self_pay_fen: int
    disease_lists: frozenset[str]
    restricted: bool
    explanation: str
    source: UUID
    lines: tuple[LineView, ...]


def claims(viewer: Viewer) -> Iterator[Claim]:
    """Yield all claims known now, for the program's own settling, by person, day and number."""
    del viewer
    rows = Claim.objects.filter(known(None), retracted_at__isnull=True).select_related("person")
    yield from sorted(rows, key=lambda claim: (claim.person.serial, claim.settled_on, claim.number))


def settlements(
    viewer: Viewer, as_of: AsOf, *, person_id: UUID | None = None, number: str | None = None
) -> list[SettlementView]:
    """Return the claims settled by the day with their lines, by person, day and number."""
    del viewer
    chosen = Settlement.objects.filter(known(as_of.known_at), claim__in=Claim.objects.filter(holds(as_of)))
    if person_id is not None:
        chosen = chosen.filter(claim__person_id=person_id)
    if number is not None:
        chosen = chosen.filter(claim__number=number)
    lines: dict[UUID, list[LineView]] = {}
    posted = SettlementLine.objects.filter(settlement__in=chosen).order_by("settlement", "position")
    for settlement, *rest in posted.values_list("settlement", "layer", "fund", "base_fen", "pay_fen", "posted_on", "confirmed"):
        lines.setdefault(settlement, []).append(LineView(*rest))
    rows = chosen.select_related("claim__person")
    ordered = sorted(rows, key=lambda row: (row.claim.person.serial, row.claim.settled_on, row.claim.number))
    return [_view(row, tuple(lines.get(row.id, ()))) for row in ordered]


def _view(row: Settlement, lines: tuple[LineView, ...]) -> SettlementView:
    claim = row.claim
    return SettlementView(
        row.id,
        claim.person_id,
        claim.number,
        claim.hospital,
        claim.care,
        claim.hospital_level,
        claim.in_county,
        claim.admitted,
        claim.discharged,
        claim.settled_on,
        claim.total_fen,
        claim.in_scope_fen,
        row.state,
        row.reason,
        row.self_pay_fen,
        row.in_scope_self_pay_fen,
        frozenset(row.disease_lists.split(",")) - {""},
        row.restricted,
        row.explanation,
        claim.source_id,
        lines,
    )
