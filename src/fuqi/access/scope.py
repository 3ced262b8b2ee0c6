"""The net below every door: no statement touches a table of persons unless somebody said whose eyes are looking.

Every query takes its viewer and filters by it; this catches the one that forgets. An execute wrapper sees each statement of
each connection. Behind a door, one that names a table of persons is refused unless `reading_as` is open. On PostgreSQL it
also tells the session which places are being read, and row-level security (`access.policies`) answers no other rows, by default
none. Outside all doors the program works for nobody in particular (the worker, a command's main job) and reads everything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.signals import connection_created

from fuqi.access.reading import Reading, current
from fuqi.basics.errors import FuqiError

EVERYTHING = "*"
"""The session's setting of places where all rows may be read; '' is none."""
PLACES, INSTITUTIONS = "fuqi.places", "fuqi.institutions"
"""The session's settings that row-level security asks."""

PERSON, HOUSEHOLD, ROW = "registry.person", "registry.household", "intake.receivedrow"
"""What rows of persons hang on: the person, the household, and the received row that says so."""
COUNTY_ONLY = frozenset({"indicators.countedlist", "intake.rowfault", "matching.doubt"})
"""Tables whose rows are for viewers of the whole county, or for the program, which lays the viewer's masks on them."""
BY_PLACE = {"indicators.countedfigure": "place", "reports.issuedpaper": "place"}
"""Tables whose rows are about a place, and the column with its code."""


class UnscopedReadError(FuqiError):
    """A statement behind a door touches a table of persons, and nobody said who is reading."""

    code = "unscoped_read"


_behind_a_door: ContextVar[bool] = ContextVar("behind_a_door", default=False)


@contextmanager
def behind_a_door() -> Iterator[None]:
    """Mark that somebody from outside is being answered: persons are read only by a viewer from here on."""
    token = _behind_a_door.set(True)
    try:
        yield
    finally:
        _behind_a_door.reset(token)


def parent_of(model: type[models.Model]) -> models.ForeignKey[Any, Any] | None:
    """Return the foreign key by which a table's rows belong to persons: to the person, else the household, else another."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey) and not field.null]
    to = {field: field.related_model for field in keys if isinstance(field.related_model, type)}
    for wanted in (PERSON, HOUSEHOLD):
        for field, related in to.items():
            if related._meta.label_lower == wanted:
                return field
    return next((field for field, related in to.items() if related is not model and is_of_persons(related)), None)


@lru_cache
def is_of_persons(model: type[models.Model]) -> bool:
    """Return whether a table's rows are about persons: then they have a scope."""
    label = model._meta.label_lower
    return label in (PERSON, HOUSEHOLD, ROW) or label in COUNTY_ONLY or label in BY_PLACE or parent_of(model) is not None


@lru_cache(1)
def tables_of_persons() -> frozenset[str]:
    """Return the names of all tables whose rows are about persons."""
    return frozenset(model._meta.db_table for model in apps.get_models() if is_of_persons(model))


_WORD = re.compile(r"[a-z][a-z0-9_]*")


@lru_cache(4096)
def reads_persons(statement: str) -> bool:
    """Return whether a statement names a table of persons and is not merely an insertion of values into it."""
    if statement.startswith("INSERT INTO") and " SELECT " not in statement:
        return False
    return not tables_of_persons().isdisjoint(_WORD.findall(statement))


def wanted_setting() -> tuple[str, str]:
    """Return places and institutions that may be read now. Raises UnscopedReadError behind a door where nobody reads."""
    reading: Reading | None = current()
    if reading is None:
        if _behind_a_door.get():
            raise UnscopedReadError("这一处没有说明是谁在查看，不能读取个人资料。这是程序的缺陷，请把所在页面报给维护人员。")
        return EVERYTHING, "[]"
    places = EVERYTHING if "" in reading.places else ",".join(reading.places)
    return places, json.dumps(list(reading.institutions), ensure_ascii=False)


def net(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Let a statement through if it may read what it names; Django calls it for each."""
    if reads_persons(sql if isinstance(sql, str) else str(sql)):
        wanted = wanted_setting()
        if context["connection"].vendor == "postgresql":
            _tell(context["connection"].connection, wanted)
    return execute(sql, params, many, context)


def _tell(session: Any, wanted: tuple[str, str]) -> None:
    """Set what the session may read, if it is not set already.

    A setting that was made inside a transaction goes with its rollback: there it is made anew for each statement.
    """
    from psycopg.pq import TransactionStatus

    kept, moved = getattr(session, "fuqi_scope", (None, False))
    if kept == wanted and not moved:
        return
    lasts = session.autocommit and session.info.transaction_status == TransactionStatus.IDLE
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, false), set_config(%s, %s, false)", (PLACES, wanted[0], INSTITUTIONS, wanted[1])
        )
    session.fuqi_scope = (wanted, False) if lasts else (kept, True)


def _hang_the_net(connection: Any, **_: Any) -> None:
    if net not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, net)


def hang_the_net() -> None:
    """See to it that every connection, of every thread, has the net."""
    connection_created.connect(_hang_the_net, dispatch_uid="fuqi.access.scope")
