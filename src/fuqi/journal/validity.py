"""When a row is known: the condition that every reader of runs uses."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from fuqi.journal import codes


def known(known_at: datetime | None, *, run: str = "run") -> Q:
    """Return the condition that a row's run was effective at an instant; None is now."""
    if known_at is None:
        return Q(**{f"{run}__state": codes.EFFECTIVE})
    return Q(**{f"{run}__effective_at__lte": known_at}) & (
        Q(**{f"{run}__closed_at__isnull": True}) | Q(**{f"{run}__closed_at__gt": known_at})
    )
