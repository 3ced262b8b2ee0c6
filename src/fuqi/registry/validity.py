"""When a fact is true and known: the condition that every reader of facts uses."""

from __future__ import annotations

from django.db.models import Q

from fuqi.basics.dates import AsOf
from fuqi.journal.validity import known


def holds(as_of: AsOf) -> Q:
    """Return the condition that a fact is true on the day and known at the instant."""
    on = as_of.on
    true = (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    kept = Q(retracted_at__isnull=True)
    if as_of.known_at is not None:
        kept |= Q(retracted_at__gt=as_of.known_at)
    return true & kept & known(as_of.known_at)
