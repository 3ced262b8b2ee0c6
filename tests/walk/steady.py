"""What is the same at every probe, worked out once: who a walker is. Probing makes no grant and takes none back."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.walk.world import WALKERS

_read_anew: dict[str, Any] = {}


def keep_who_asks() -> None:
    """Read account and grants once a walker instead of at every request: that doors read them anew is tested elsewhere."""
    from fuqi.api import door as api
    from fuqi.web import door, visits

    for module, name in ((visits, "session_stamp"), (door, "viewer_for"), (api, "who_shows")):
        _read_anew.setdefault(name, getattr(module, name))
        setattr(module, name, cache(_read_anew[name]))


def accounts_are_as_before() -> bool:
    """Return whether every walker is still who was kept."""
    from fuqi.web import visits
    from fuqi.web.clock import today

    kept, on = vars(visits)["session_stamp"], today()
    return all(_read_anew["session_stamp"](walker.name, on=on) == kept(walker.name, on=on) for walker in WALKERS[1:])


def without_hurry() -> None:
    """Lift the API's limit of requests in a minute: how often one may ask is tested elsewhere."""
    from fuqi.api import limits

    limits.A_MINUTE.update(dict.fromkeys(limits.A_MINUTE, 10**9))
