"""What stays in force of erased rows: amounts, days, groups and places under a serial number, and no word.

The lists say nothing any more of who was erased. So what the run before knew of the erased rows is taken over, its words
replaced; no figure moves by an erasure, and nobody comes back by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from fuqi.access.erasure import erased_rows
from fuqi.access.keys import NOBODY
from fuqi.access.sealed import ERASED
from fuqi.basics.viewer import Viewer
from fuqi.intake.models import Fact, ReceivedRow
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.journal.validity import known
from fuqi.matching.models import Doubt, Link
from fuqi.registry.models import Identity, Income
from fuqi.settlement.models import Claim, Settlement
from fuqi.settlement.queries import SettlementView, settlements_of_rows

_AT_ONCE = 500
_PERSONAL: dict[type[models.Model], dict[str, object]] = {Identity: {"id_index": "", "sex": "", "birth_on": None}}
"""Open columns that say who somebody is: they are not taken over."""
_OF_THE_BILL = ("Claim", "RestrictedMark")
"""Facts of a row, not of a person: taken over even of who is on the lists again."""


def rows_erased(viewer: Viewer) -> frozenset[UUID]:
    """Return the received rows that were erased, of files that are in force."""
    del viewer
    erased = sorted(erased_rows())
    found: set[UUID] = set()
    for start in range(0, len(erased), _AT_ONCE):
        some = ReceivedRow.objects.filter(known(None, run="file__run"), id__in=erased[start : start + _AT_ONCE])
        found.update(some.values_list("id", flat=True))
    return frozenset(found)


def links_taken_over(viewer: Viewer, run: Run, former: Run | None, *, at: datetime) -> Iterator[NewRow]:
    """Yield whose the erased rows were, as the run before said."""
    yield from _taken_over(Link, run, former, rows_erased(viewer), at)


def facts_taken_over(
    viewer: Viewer, run: Run, former: Run | None, *, known_again: Collection[UUID], households: Collection[str], at: datetime
) -> Iterator[NewRow]:
    """Yield what was known by erased rows. Of persons who are on the lists again, and their households, the bills only."""
    erased = rows_erased(viewer)
    if not erased:
        return
    for model in apps.get_models():
        if not issubclass(model, Fact) or model in (Link, Doubt):
            continue
        for row in _taken_over(model, run, former, erased, at):
            again = model.__name__ not in _OF_THE_BILL and row.columns.get("person_id") in known_again
            if not again and not (model is Income and _number_of(row) in households):
                yield row


def _number_of(row: NewRow) -> str:
    households: Any = apps.get_model("registry", "Household")
    number: str = households.objects.values_list("number", flat=True).get(id=row.columns["household_id"])
    return number


def _taken_over(model: Any, run: Run, former: Run | None, sources: Collection[UUID], at: datetime) -> Iterator[NewRow]:
    ids = sorted(sources) if former is not None else []
    for start in range(0, len(ids), _AT_ONCE):
        kept = model.objects.filter(run=former, source_id__in=ids[start : start + _AT_ONCE], retracted_at__isnull=True)
        for row in kept.order_by("id"):
            yield _copy(row, model, run, at)


def _copy(row: Any, model: Any, run: Run, at: datetime) -> NewRow:
    columns = {
        field.attname: ERASED if hasattr(field, "bound_to") else row.__dict__[field.attname]
        for field in model._meta.concrete_fields
        if field.attname not in ("id", "entry_id")
    }
    made = NewRow(model, **columns | _PERSONAL.get(model, {}) | {"run_id": run.id, "recorded_at": at})
    made.holder = NOBODY  # sealed with the workspace's key: the person's stays destroyed
    return made


@dataclass(frozen=True)
class ErasedClaim:
    """A bill of which only the amounts are left, and what the run before made of it."""

    claim: Claim
    before: SettlementView | None


def apart(viewer: Viewer, kept: Collection[Claim], former: Run | None) -> tuple[list[Claim], list[ErasedClaim]]:
    """Return the bills that can be settled, and those that can only be taken over."""
    erased = rows_erased(viewer)
    gone = [claim for claim in kept if claim.source_id in erased]
    before = settlements_of_rows(viewer, former.id, [claim.source_id for claim in gone]) if former and gone else {}
    live = [claim for claim in kept if claim.source_id not in erased]
    return live, [ErasedClaim(claim, before.get(claim.source_id)) for claim in gone]


def settlement_row(run: Run, erased: ErasedClaim, *, scheme_hash: str, unsettled: str) -> NewRow:
    """Return the settlement of an erased bill as it was; `unsettled` is the state of one that no run ever settled."""
    before = erased.before
    if before is None:
        reason = "内容已依法删除，不能结算。"
        return NewRow(
            Settlement, run_id=run.id, claim_id=erased.claim.id, state=unsettled, reason=reason, scheme_hash=scheme_hash
        )
    return NewRow(
        Settlement,
        run_id=run.id,
        claim_id=erased.claim.id,
        state=before.state,
        reason=before.reason,
        self_pay_fen=before.self_pay_fen,
        in_scope_self_pay_fen=before.in_scope_self_pay_fen,
        disease_lists=",".join(sorted(before.disease_lists)),
        restricted=before.restricted,
        scheme_hash=before.scheme_hash,
    )
