"""Destroying data keys for ever: the sealed words of a person or a received row open to nobody any more.

Ciphertexts, digests and amounts stay. A key is overwritten in place; what a copy still holds dies with the next rotation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from fuqi.access.envelope import KEY_ID, in_bundle, key_named_in
from fuqi.access.keys import NOBODY, PERSON, ROW, ROWS, find, forget, opened_bundles, sealed_column, with_own_keys
from fuqi.access.models import DataKey
from fuqi.access.reading import beyond_scope
from fuqi.access.wrapped import DESTROYED, SECRET, name_of, unwrap, wrap
from fuqi.journal.actions import recording

_AT_ONCE = 1000
NOTE = "destroy_key"
"""What the change is called in an entry."""


def _rows() -> models.QuerySet[Any]:
    return models.QuerySet(DataKey)


def destroy_key(holders: Collection[UUID], *, by: str, at: datetime, why: str) -> int:
    """Destroy the keys of persons or received rows and return how many."""
    wanted = sorted(set(holders) - {NOBODY})
    some = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    return _record(
        (name for ids in some for name in (*_destroy_single(_whose(ids)), *_destroy_bundled(_bundled(ids)))), by, at, why
    )


def destroy_named(names: Collection[str], *, by: str, at: datetime, why: str) -> int:
    """Destroy keys by what the journal calls them and return how many were there and were not destroyed yet."""
    single = [UUID(name) for name in names if "/" not in name]
    bundled = [(UUID(bundle), int(position)) for bundle, slash, position in (name.partition("/") for name in names) if slash]
    mine = models.Q(id__in=single) & models.Q(kind__in=(PERSON, ROW))
    return _record((name for part in (_destroy_single(mine), _destroy_bundled(bundled)) for name in part), by, at, why)


def _record(work: Iterable[str], by: str, at: datetime, why: str) -> int:
    """Do the work in one recording that names every key, and let all forget what they had opened."""
    with recording(by=by, at=at, action="keys.destroy", why=why[:200]) as record:
        destroyed = sorted(work)
        record.note(NOTE, keys=destroyed)
        transaction.on_commit(_forget_everywhere)
    _forget_everywhere()
    return len(destroyed)


def _forget_everywhere() -> None:
    """Let this process and every other one forget what it has opened; once more when all see that the keys are gone."""
    forget()
    settings.KEYS.touch()


def _destroy_single(mine: models.Q) -> Iterator[str]:
    chosen = _rows().select_for_update().filter(mine, generation__gt=0).order_by("id")
    for key_id, wrapped in list(chosen.values_list("id", "wrapped")):
        _rows().filter(id=key_id).update(wrapped=bytes(len(wrapped)), generation=0)
        yield str(key_id)


def _whose(holders: Sequence[UUID]) -> models.Q:
    return models.Q(kind=ROW, id__in=holders) | models.Q(kind=PERSON, holder__in=holders)


def _destroy_bundled(named: Iterable[tuple[UUID, int]]) -> Iterator[str]:
    """Overwrite the keys of received rows in their bundles; the bundle's other keys stay."""
    positions: dict[UUID, set[int]] = {}
    for bundle_id, position in named:
        positions.setdefault(bundle_id, set()).add(position)
    chosen = _rows().select_for_update().filter(kind=ROWS, id__in=sorted(positions)).order_by("id")
    for bundle_id, wrapped, generation in list(chosen.values_list("id", "wrapped", "generation")):
        secrets = bytearray(unwrap(bundle_id.bytes, bytes(wrapped), generation))
        if not secrets:
            continue  # blanked by no entry of ours: for the audit to find
        for position in sorted(positions[bundle_id]):
            part = slice(SECRET * position, SECRET * (position + 1))
            if any(secrets[part]):  # nothing where the bundle is shorter, either
                secrets[part] = bytes(SECRET)
                yield name_of(bundle_id, position)
        _rows().filter(id=bundle_id).update(wrapped=wrap(bundle_id.bytes, bytes(secrets), generation))


def _bundled(row_ids: Sequence[UUID]) -> Iterator[tuple[UUID, int]]:
    """Yield bundle and position of the keys of received rows: their sealed words name them."""
    with beyond_scope("which key a row has says nothing about anybody"):
        for model in with_own_keys():
            for value in models.QuerySet(model).filter(id__in=row_ids).values_list(sealed_column(model), flat=True):
                named = key_named_in(value.stored)
                if len(named) > KEY_ID:
                    yield UUID(bytes=named[:KEY_ID]), int.from_bytes(named[KEY_ID:], "big")


def erased_rows() -> frozenset[UUID]:
    """Return the received rows whose keys were destroyed."""
    gone = {
        in_bundle(bundle_id.bytes, position)
        for bundle_id, secrets in opened_bundles()
        for position, secret in enumerate(secrets)
        if not any(secret)
    }
    found = set(_rows().filter(kind=ROW, generation=0).values_list("id", flat=True))
    with beyond_scope("which rows were erased says nothing about anybody"):
        for model in with_own_keys() if gone else ():
            rows: Any = models.QuerySet(model).values_list("id", sealed_column(model))
            found.update(row_id for row_id, value in rows.iterator(_AT_ONCE) if key_named_in(value.stored) in gone)
    return frozenset(found)


def is_destroyed(holder: UUID) -> bool:
    """Return whether a person or a received row had a key and has none any more."""
    generations = set(_rows().filter(_whose([holder])).values_list("generation", flat=True))
    bundled = [find(in_bundle(bundle_id.bytes, position)) for bundle_id, position in _bundled([holder])]
    return generations == {0} or bundled == [DESTROYED]
