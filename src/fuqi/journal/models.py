"""Runs, entries, and the base of every row that is written under an entry."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from fuqi.basics.ids import new_id
from fuqi.journal import codes
from fuqi.journal.errors import UnrecordedWriteError


class Entry(models.Model):
    """One committed write: inserted unnumbered in the transaction of what it records, numbered and chained by the sealer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    action = models.CharField(max_length=50)
    why = models.CharField(max_length=200, blank=True)
    content = models.TextField()
    """Canonical JSON: per table the number of rows and the digest of what was inserted, retracted or changed."""
    mac = models.CharField(max_length=64)
    """Made with the journal's key when the entry is written: the sealer numbers nothing that the program did not write."""
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="entries_of_a_day"),
            models.Index(fields=["by", "at"], name="entries_of_somebody"),
            models.Index(fields=["action", "at"], name="entries_of_an_action"),
        ]


class Run(models.Model):
    """A large piece of work, staged in chunks that readers ignore until one small transaction makes it effective.

    What is known at an instant is what belongs to runs that were effective then: `effective_at <= instant < closed_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    """What the run is of, within its kind: the received file's name; a new effective run replaces the former of its subject."""
    fingerprint = models.CharField(max_length=64)
    """Digest of all that the run's result depends on; equal fingerprint, equal result."""
    state = models.CharField(max_length=20, default=codes.STAGED)
    started_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    summary = models.TextField(blank=True)
    """Canonical JSON: counts that the run's product shows."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(state=codes.EFFECTIVE), name="one_effective_run_a_subject"
            )
        ]


class RecordedQuerySet(models.QuerySet[Any]):
    """Reads like any other; every bulk write goes through `journal.actions.Recording`."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise UnrecordedWriteError("这一行不能绕过日志写入、修改或删除。")

    create = _refuse
    bulk_create = _refuse
    bulk_update = _refuse
    update = _refuse
    delete = _refuse
    get_or_create = _refuse
    update_or_create = _refuse


class Recorded(models.Model):
    """A row that exists only together with the entry that recorded it. Never edited; a fact is retracted, not deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager.from_queryset(RecordedQuerySet)()

    digest_leaves_out: ClassVar[frozenset[str]] = frozenset()
    """Columns that may change after the row was written, and are vouched for by a later entry instead."""

    class Meta:
        abstract = True

    def save(self, *_: object, **__: object) -> NoReturn:
        """Refuse: rows are written through a `Recording`."""
        raise UnrecordedWriteError("这一行不能绕过日志写入或修改。")

    def delete(self, *_: object, **__: object) -> NoReturn:
        """Refuse: nothing that was recorded is deleted."""
        raise UnrecordedWriteError("已记录的内容不能删除。")
