"""The table of retention, carried out: what is over its time, and its removal in a way that the journal still proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.apps import apps
from django.db import connection

from fuqi.access.reading import beyond_scope
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.duties.tables import REMOVE, RetentionRule, retention_rules
from fuqi.jobs.leftovers import ended_jobs, expired_sessions, remove_ended, remove_expired_sessions
from fuqi.journal.actions import recording
from fuqi.journal.retiring import Group, abandoned_runs, groups_of, retire, superseded_runs
from fuqi.reports.queries import count_runs_of_papers


class MayNotRemoveError(FuqiError):
    """The account that the database is opened with may remove no rows."""

    code = "may_not_remove"


ACTION = "retention.remove"
_AT_ONCE = 20
"""Groups that go in one transaction: each group is at most a chunk of rows, read once before it goes."""


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """A line of the table with what is over its time now; after a run, what went."""

    rule: RetentionRule
    rows: int
    runs: int = 0


def what_is_due(viewer: Viewer, *, at: datetime) -> list[RetentionLine]:
    """Return every line of the table with how much of it is over its time. Nothing is changed."""
    return [_line(viewer, rule, at) for rule in retention_rules()]


def _line(viewer: Viewer, rule: RetentionRule, at: datetime) -> RetentionLine:
    if rule.after != REMOVE:
        return RetentionLine(rule, 0)
    if rule.desk:
        return RetentionLine(rule, _DESK[rule.desk][0](viewer, at - timedelta(days=rule.days)))
    with beyond_scope("rows are counted, none is shown"):
        runs = _runs(viewer, rule, at)
        rows = sum(group.rows for model in _models(rule) for group in groups_of(model, runs))
    return RetentionLine(rule, rows, len(runs))


def carry_out(viewer: Viewer, *, at: datetime, owner: str = "") -> Iterator[RetentionLine]:
    """Remove what is over its time, line by line; yields what went. Killed at any moment, the next run goes on.

    On PostgreSQL the application's role removes nothing: `owner` is the address of the tables' owner.
    Raises MayNotRemoveError before anything went.
    """
    rules = [rule for rule in retention_rules() if rule.after == REMOVE]
    with _as_owner(owner):
        _check_may_remove(rules)
    for rule in rules:
        before = at - timedelta(days=rule.days)
        with _as_owner(owner):
            gone = _DESK[rule.desk][1](before) if rule.desk else _remove(viewer, rule, at)
        yield RetentionLine(rule, gone)


def _check_may_remove(rules: list[RetentionRule]) -> None:
    if connection.vendor != "postgresql":
        return
    tables = sorted({model._meta.db_table for rule in rules for model in _models(rule)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM unnest(%s::text[]) AS one WHERE NOT has_table_privilege(one, 'DELETE')", [tables])
        if cursor.fetchone()[0]:
            raise MayNotRemoveError(
                "应用的账号不能删除数据库里的行，什么都没有清除。请由数据库的主人运行 fuqi retention --do --owner 地址，"
                "地址里是数据表主人的账号，可以写成 $环境变量名。"
            )


@contextmanager
def _as_owner(address: str) -> Iterator[None]:
    """Have this process work with the account of the tables' owner meanwhile. Raises MayNotRemoveError for another database."""
    if not address:
        yield
        return
    settings, parts = connection.settings_dict, urlsplit(address)
    place = (settings.get("HOST"), str(settings.get("PORT") or 5432), settings.get("NAME"))
    if connection.vendor != "postgresql" or (parts.hostname, str(parts.port or 5432), unquote(parts.path[1:])) != place:
        raise MayNotRemoveError("--owner 的地址要指工作区自己的 PostgreSQL 数据库，只有账号不同；什么都没有清除。请核对地址。")
    kept = {name: settings[name] for name in ("USER", "PASSWORD")}
    connection.close()
    settings |= {"USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or "")}
    try:
        yield
    finally:
        connection.close()
        settings |= kept


def _remove(viewer: Viewer, rule: RetentionRule, at: datetime) -> int:
    gone = 0
    with beyond_scope("rows go by the table of retention, none is shown"):
        runs = _runs(viewer, rule, at)
        for model in _models(rule):
            groups = groups_of(model, runs)
            for batch in iter(lambda groups=groups: list(islice(groups, _AT_ONCE)), []):  # type: ignore[misc]
                gone += _remove_batch(viewer, rule, model, batch, at)
    return gone


def _remove_batch(viewer: Viewer, rule: RetentionRule, model: Any, batch: list[Group], at: datetime) -> int:
    with recording(by=viewer.name, at=at, action=ACTION, why=f"{rule.name}：保存{rule.days_words}") as record:
        return retire(record, model, batch, rule=rule.id)


def _runs(viewer: Viewer, rule: RetentionRule, at: datetime) -> list[UUID]:
    """Return the runs whose rows go by a line of the table."""
    before = at - timedelta(days=rule.days)
    if rule.kind == "any":
        return [run.id for run in abandoned_runs(before=before)]
    kept = count_runs_of_papers(viewer) if rule.keep_if == "paper" else set()
    return [run.id for run in superseded_runs(rule.kind, before=before, keep_last=rule.keep_last) if run.id not in kept]


def _models(rule: RetentionRule) -> list[Any]:
    return [apps.get_model(label) for label in rule.tables]


_DESK: dict[str, tuple[Callable[[Viewer, datetime], int], Callable[[datetime], int]]] = {
    "jobs": (ended_jobs, remove_ended),
    "sessions": (expired_sessions, remove_expired_sessions),
}
"""Working data of the doors, of which nothing is a record: how to count and how to remove them."""
