"""The table of retention, carried out: what is over its time, and its removal in a way that the journal still proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps

from fuqi.access.reading import beyond_scope
from fuqi.basics.viewer import Viewer
from fuqi.duties.tables import REMOVE, RetentionRule, retention_rules
from fuqi.jobs.leftovers import ended_jobs, expired_sessions, remove_ended, remove_expired_sessions
from fuqi.journal.actions import recording
from fuqi.journal.retiring import Group, abandoned_runs, groups_of, retire, superseded_runs
from fuqi.reports.queries import count_runs_of_papers

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


def carry_out(viewer: Viewer, *, at: datetime) -> Iterator[RetentionLine]:
    """Remove what is over its time, line by line; yields what went. Killed at any moment, the next run goes on."""
    for rule in retention_rules():
        if rule.after != REMOVE:
            continue
        before = at - timedelta(days=rule.days)
        yield RetentionLine(rule, _DESK[rule.desk][1](before) if rule.desk else _remove(viewer, rule, at))


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
