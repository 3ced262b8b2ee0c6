"""The net under every write: what an entry must vouch for is written inside a recording, whatever way a statement was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.backends.signals import connection_created

from fuqi.journal.errors import UnrecordedWriteError
from fuqi.journal.models import Entry, Recorded, Run

_WRITE = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)"
    r"\s+(?:ONLY\s+)?[\"`\[]?(\w+)",
    re.IGNORECASE,
)
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Let statements write what is vouched for: inside a recording, and for the sealer."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@lru_cache(1)
def vouched_for() -> frozenset[str]:
    """Return the tables that are written under entries only, that of the entries included."""
    recorded = {model._meta.db_table for model in apps.get_models() if issubclass(model, Recorded)}
    return frozenset(recorded | {Entry._meta.db_table, Run._meta.db_table})


@lru_cache(4096)
def written_table(statement: str) -> str:
    """Return a vouched-for table that a statement writes to, '' where there is none."""
    if statement.startswith("SELECT"):
        return ""
    return next((table for table in _WRITE.findall(statement) if table.lower() in vouched_for()), "")


def net(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Let a statement through unless it would write past the journal; Django calls it for each."""
    if not _writing.get() and written_table(sql if isinstance(sql, str) else str(sql)):
        raise UnrecordedWriteError("这一行不能绕过日志写入、修改或删除。这是程序的缺陷，请报给维护人员；数据没有变动。")
    return execute(sql, params, many, context)


def _hang(connection: Any, **_: Any) -> None:
    if net not in connection.execute_wrappers:
        connection.execute_wrappers.append(net)


def hang_the_net() -> None:
    """See to it that every connection, of every thread, has the net."""
    connection_created.connect(_hang, dispatch_uid="fuqi.journal.net")
