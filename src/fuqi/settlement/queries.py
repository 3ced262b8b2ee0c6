"""Reading claims and what was posted for them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fuqi.access.keys import in_bulk
from fuqi.access.sealed import ERASED
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.journal.tables import has_table
from fuqi.journal.validity import known
from fuqi.registry.validity import holds, told, whose
from fuqi.scheme.values import Source
from fuqi.settlement.models import Adjustment, Claim, SchemeVersion, Settlement, SettlementFacts, SettlementLine


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
    scheme_hash: str
    lines: tuple[LineView, ...]


def claims(viewer: Viewer) -> Iterator[Claim]:
    """Yield all claims known now, for the program's own settling, by person, day and number."""
    del viewer
    rows = Claim.objects.filter(known(None), retracted_at__isnull=True).select_related("person")
    yield from in_bulk(sorted(rows, key=lambda claim: (claim.person.serial, claim.settled_on, claim.number)))


def patients(viewer: Viewer, as_of: AsOf, persons: Collection[UUID] | None = None) -> set[UUID]:
    """Return who has a bill, settled by the day, of one of the viewer's institutions."""
    if not viewer.institutions:
        return set()
    chosen = Claim.objects.filter(holds(as_of), whose(persons), hospital__in=viewer.institutions)
    return set(chosen.values_list("person", flat=True))


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
    return _views(chosen)


def settlement_of_any_run(viewer: Viewer, settlement_id: UUID) -> SettlementView | None:
    """Return a settlement by its id, of a run that was superseded too; shown through masks only."""
    del viewer
    return next(iter(_views(Settlement.objects.filter(id=settlement_id))), None)


def settlements_of_rows(viewer: Viewer, run_id: UUID, rows: Collection[UUID]) -> dict[UUID, SettlementView]:
    """Return what a run made of the bills that stand on received rows, by row; nothing is opened."""
    del viewer
    found: dict[UUID, SettlementView] = {}
    ids = list(rows)
    for start in range(0, len(ids), 500):
        some = Settlement.objects.filter(run_id=run_id, claim__source__in=ids[start : start + 500])
        found.update((view.source, view) for view in _views(some))
    return found


def _views(chosen: Any) -> list[SettlementView]:
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
    "scheme_hash": "scheme_hash",
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


@dataclass(frozen=True, slots=True)
class PastSettlement:
    """What a run made of a claim, as far as comparing with it takes; amounts in fen by layer and fund."""

    id: UUID
    serial: int
    person_id: UUID
    number: str
    hospital: str
    settled_on: date
    state: str
    reason: str
    self_pay_fen: int
    in_scope_self_pay_fen: int
    restricted: bool
    scheme_hash: str
    facts: str
    """What the evaluator was given, '' where it was not kept."""
    provisional: bool
    paid: dict[tuple[str, str], int]
    confirmed: bool


def past_settlements(viewer: Viewer, run_id: UUID) -> Iterator[PastSettlement]:
    """Yield what a run made of every claim. For the program's own comparing; opens sealed facts."""
    del viewer
    paid: dict[UUID, dict[tuple[str, str], int]] = {}
    unsure: set[UUID] = set()
    lines = SettlementLine.objects.filter(settlement__run_id=run_id).order_by("settlement", "position")
    for settlement, layer, fund, pay, confirmed in lines.values_list("settlement", "layer", "fund", "pay_fen", "confirmed"):
        paid.setdefault(settlement, {})[layer, fund] = pay
        if not confirmed:
            unsure.add(settlement)
    rows: Any = Settlement.objects.filter(run_id=run_id).order_by("id").values_list(*_PAST, *_FACTS)
    sealed: Any = SettlementFacts._meta.get_field("facts")
    for settlement, *columns, facts_id, facts, provisional in in_bulk(rows.iterator(2000)):
        opened = _unless_erased(sealed.open_value(facts_id, facts)) if facts_id else ""
        amounts = (paid.get(settlement, {}), settlement not in unsure)
        values: list[Any] = [settlement, *columns, opened, bool(provisional), *amounts]
        yield PastSettlement(*values)


def _unless_erased(words: str) -> str:
    return "" if words == ERASED else words


_PAST = (
    "id",
    "claim__person__serial",
    "claim__person",
    "claim__number",
    "claim__hospital",
    "claim__settled_on",
    "state",
    "reason",
    "self_pay_fen",
    "in_scope_self_pay_fen",
    "restricted",
    "scheme_hash",
)
_FACTS = ("facts__id", "facts__facts", "facts__provisional")


def explanations_of(viewer: Viewer, settlement_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the kept sentences of settlements, one a line."""
    del viewer
    return dict(Settlement.objects.filter(id__in=list(settlement_ids)).values_list("id", "explanation"))


def line_columns_of(viewer: Viewer, settlement_ids: Collection[UUID]) -> Iterator[dict[str, Any]]:
    """Yield the lines of settlements as columns by name, by settlement and position."""
    del viewer
    columns = ("settlement_id", "position", "layer", "fund", "base_fen", "pay_fen", "trace", "confirmed")
    found = SettlementLine.objects.filter(settlement_id__in=list(settlement_ids)).order_by("settlement", "position")
    for row in found.values_list(*columns):
        yield dict(zip(columns, row, strict=True))


def stored_traces(viewer: Viewer) -> Iterator[tuple[str, str, int, int, str]]:
    """Yield, of every line of every run that came into force: bill's number, layer, base and payment in fen, trace."""
    del viewer
    lines = SettlementLine.objects.filter(settlement__run__effective_at__isnull=False).order_by("settlement", "position")
    columns = ("settlement__claim__number", "layer", "base_fen", "pay_fen", "trace")
    yield from lines.values_list(*columns).iterator(2000)


def facts_kept(viewer: Viewer, settlement_id: UUID) -> str:
    """Return what the evaluator was given of a settlement's claim, '' where it was not kept. Opens sealed facts."""
    del viewer
    found = SettlementFacts.objects.filter(settlement_id=settlement_id).first()
    return "" if found is None else _unless_erased(str(found.facts))


def kept_scheme_files(viewer: Viewer, hash_: str) -> dict[str, bytes]:
    """Return the files of a scheme's version as they were when it was first settled by, by folder and name; {} if not kept."""
    del viewer
    found = SchemeVersion.objects.filter(hash=hash_).first()
    if found is None:
        return {}
    texts: dict[str, str] = json.loads(zlib.decompress(bytes(found.files)))
    return {name: text.encode() for name, text in texts.items()}


def kept_schemes(viewer: Viewer) -> list[tuple[str, str, datetime]]:
    """Return the versions that were kept, in the order in which they were first used: hash, name, when."""
    del viewer
    if not has_table(SchemeVersion):
        return []
    found = SchemeVersion.objects.order_by("entry__at", "id").values_list("hash", "name", "entry__at")
    return list(found)


def adjusted_claims(viewer: Viewer) -> set[tuple[int, str, str]]:
    """Return the claims that a run which came into force adjusted: person's serial number, hospital, number."""
    del viewer
    found = Adjustment.objects.filter(run__effective_at__isnull=False)
    return set(found.values_list("person__serial", "hospital", "number"))


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """What a run posted of a claim, layer and fund otherwise than the run before it; amounts in fen."""

    id: UUID
    run_id: UUID
    person_id: UUID
    serial: int
    number: str
    hospital: str
    settled_on: date
    before: UUID | None
    after: UUID | None
    layer: str
    fund: str
    before_fen: int
    after_fen: int
    reason: str
    details: dict[str, Any]
    restricted: bool


_ADJUSTMENT = ("id", "run_id", "person_id", "person__serial", "number", "hospital", "settled_on", "before_id", "after_id")
_AMOUNTS = ("layer", "fund", "before_fen", "after_fen", "reason", "details", "restricted")


def adjustments(
    viewer: Viewer, runs: Collection[UUID], *, person_id: UUID | None = None, number: str | None = None
) -> list[AdjustmentView]:
    """Return what runs adjusted, in no particular order; shown through masks only."""
    del viewer
    chosen = Adjustment.objects.filter(run_id__in=list(runs))
    if person_id is not None:
        chosen = chosen.filter(person_id=person_id)
    if number is not None:
        chosen = chosen.filter(number=number)
    rows = chosen.order_by("id").values_list(*_ADJUSTMENT, *_AMOUNTS)
    return [_adjustment(row) for row in rows]


def adjustment(viewer: Viewer, adjustment_id: UUID) -> AdjustmentView | None:
    """Return one row of what was adjusted; None where there is none. Shown through masks only."""
    del viewer
    row = Adjustment.objects.filter(id=adjustment_id).values_list(*_ADJUSTMENT, *_AMOUNTS).first()
    return None if row is None else _adjustment(row)


def _adjustment(row: tuple[Any, ...]) -> AdjustmentView:
    values: list[Any] = [*row[:-2], json.loads(row[-2]), row[-1]]
    return AdjustmentView(*values)
