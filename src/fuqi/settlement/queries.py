"""Reading claims and what was posted for them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.journal.validity import known
from fuqi.registry.validity import holds, told
from fuqi.scheme.values import Source
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
    viewer: Viewer,
    as_of: AsOf,
    *,
    person_id: UUID | None = None,
    number: str | None = None,
    persons: Collection[UUID] | None = None,
) -> list[SettlementView]:
    """Return the claims settled by the day with their lines, by person, day and number."""
    del viewer
    chosen = Settlement.objects.filter(known(as_of.known_at), claim__in=Claim.objects.filter(holds(as_of)))
    if person_id is not None:
        chosen = chosen.filter(claim__person_id=person_id)
    if persons is not None:
        chosen = chosen.filter(claim__person_id__in=list(persons))
    if number is not None:
        chosen = chosen.filter(claim__number=number)
    lines: dict[UUID, list[LineView]] = {}
    posted = SettlementLine.objects.filter(settlement__in=chosen).order_by("settlement", "position")
    for settlement, *rest in posted.values_list("settlement", "layer", "fund", "base_fen", "pay_fen", "posted_on", "confirmed"):
        lines.setdefault(settlement, []).append(LineView(*rest))
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in chosen.order_by("id").values_list(*_COLUMNS.values())]
    rows.sort(key=lambda row: (row["serial"], row["settled_on"], row["number"]))
    return [_view(row, tuple(lines.get(row["id"], ()))) for row in rows]


_COLUMNS = {
    "serial": "claim__person__serial",
    "id": "id",
    "person_id": "claim__person",
    "number": "claim__number",
    "hospital": "claim__hospital",
    "care": "claim__care",
    "hospital_level": "claim__hospital_level",
    "in_county": "claim__in_county",
    "admitted": "claim__admitted",
    "discharged": "claim__discharged",
    "settled_on": "claim__settled_on",
    "total_fen": "claim__total_fen",
    "in_scope_fen": "claim__in_scope_fen",
    "state": "state",
    "reason": "reason",
    "self_pay_fen": "self_pay_fen",
    "in_scope_self_pay_fen": "in_scope_self_pay_fen",
    "disease_lists": "disease_lists",
    "restricted": "restricted",
    "explanation": "explanation",
    "source": "claim__source",
}
"""Where each part of a `SettlementView` stands, and the serial number that orders them; sealed words stay closed."""


def _view(row: dict[str, Any], lines: tuple[LineView, ...]) -> SettlementView:
    columns = {name: value for name, value in row.items() if name != "serial"}
    columns["disease_lists"] = frozenset(row["disease_lists"].split(",")) - {""}
    return SettlementView(**columns, lines=lines)


def claims_of(viewer: Viewer, as_of: AsOf, person_id: UUID) -> list[Claim]:
    """Return a person's bills settled by the day, as received; shown through masks only."""
    del viewer
    return told(Claim, as_of, person_id=person_id)


def sources_of_lines(viewer: Viewer, settlement_id: UUID) -> list[tuple[Source, ...]]:
    """Return, for each line of a settlement, the documents and clauses of the rows that were used, as kept in its trace."""
    del viewer
    traces = SettlementLine.objects.filter(settlement_id=settlement_id).order_by("position").values_list("trace", flat=True)
    return [tuple(dict.fromkeys(Source(**used["source"]) for used in json.loads(trace).get("used", ()))) for trace in traces]
