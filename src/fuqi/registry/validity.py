"""When a fact is true and known: the condition that every reader of facts uses."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from fuqi.basics.dates import AsOf
from fuqi.intake.models import Fact
from fuqi.journal.validity import known


def holds(as_of: AsOf) -> Q:
    """Return the condition that a fact is true on the day and known at the instant."""
    on = as_of.on
    true = (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    kept = Q(retracted_at__isnull=True)
    if as_of.known_at is not None:
        kept |= Q(retracted_at__gt=as_of.known_at)
    return true & kept & known(as_of.known_at)


def whose(persons: Collection[UUID] | None) -> Q:
    """Return the condition that a fact is about one of these persons; None stands for everybody."""
    return Q() if persons is None else Q(person_id__in=list(persons))


def told(model: type[Fact], as_of: AsOf, *also: str, **chosen: object) -> list[Any]:
    """Return the facts of a table that began by the day, ended ones too, the earliest first, each with its run.

    For opening single persons.
    """
    kept = Q(retracted_at__isnull=True)
    if as_of.known_at is not None:
        kept |= Q(retracted_at__gt=as_of.known_at)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=as_of.on)
    rows: Any = model.objects.filter(known(as_of.known_at), kept, begun, **chosen)
    return sorted(
        rows.select_related("run", *also), key=lambda row: (row.valid_from is not None, row.valid_from or as_of.on, row.id)
    )
