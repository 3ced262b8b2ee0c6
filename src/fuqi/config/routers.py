"""Which database a model lives in: sessions, jobs and tries in the doors' own file, everything else in the record."""

from __future__ import annotations

from typing import Any

DESK = "desk"
_DESK_APPS = frozenset({"sessions", "jobs", "entrance"})


class DeskRouter:
    """Keeps what is polled and thrown away out of the record's file."""

    def db_for_read(self, model: Any, **_: Any) -> str | None:
        """Return the doors' database for their models, None for the record."""
        return DESK if model._meta.app_label in _DESK_APPS else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        """Return whether an app's tables are made in a database."""
        return (db == DESK) == (app_label in _DESK_APPS)
