"""Data keys: one for each person, each received row and the workspace, wrapped by the workspace's key, opened in bulk.

A sealed value names the key that it was sealed with. So wrapping keys anew changes no sealed value, and a destroyed key leaves
every digest of the journal as it was. The keys of received rows are wrapped in bundles: a row comes with many others.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from fuqi.access import ciphers
from fuqi.access.envelope import KEY_ID, Key, Sealed, cipher_of, in_bundle, key_named_in
from fuqi.access.reading import beyond_scope
from fuqi.access.wrapped import DESTROYED as DESTROYED
from fuqi.access.wrapped import SECRET, name_of, parts, unwrap, wrap
from fuqi.access.wrapped import KeyLostError as KeyLostError
from fuqi.basics.errors import FuqiError
from fuqi.basics.ids import new_id
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow

PERSON, ROW, WORKSPACE = "person", "row", "workspace"
ROWS = "rows"
"""A bundle of the keys of received rows. A single `row` is of a workspace from before bundles; its key has the row's id."""
NOBODY = UUID(int=0)
"""Who holds the workspace's own key."""

_AT_ONCE = 1000
BUNDLE = 64
"""Received rows whose keys are wrapped together."""
_KEPT, _KEPT_BUNDLES = 50_000, 4_000
"""Opened keys and bundles that a process remembers, about 8 MB each."""
_WRITERS = 0x66757171
"""The number of the advisory lock that whoever makes keys shares and a rotation takes alone."""


class KeyDestroyedError(FuqiError):
    """The words were erased: their key was destroyed."""

    code = "key_destroyed"


_opened: dict[bytes, bytes] = {}
"""Opened keys by id, as long as the key file stays as it was."""
_bundles: dict[bytes, bytes] = {}
"""Opened bundles by id, likewise: their secrets one after the other, zeros for a destroyed one."""
_opened_under: list[object] = [None]


def forget() -> None:
    """Forget every key that this process has opened."""
    _opened.clear()
    _bundles.clear()
    ciphers.forget()


def _kept() -> dict[bytes, bytes]:
    """Return the opened keys; none of those that were opened before a rotation or a destruction."""
    stamp = settings.KEYS.stamp
    if _opened_under[0] != stamp:
        forget()
        _opened_under[0] = stamp
    return _opened


def _model() -> Any:
    return apps.get_model("access", "DataKey")


def _rows() -> models.QuerySet[Any]:
    return models.QuerySet(_model())


def fetch(key_ids: Collection[bytes]) -> None:
    """Open keys by id in bulk, for `find`; what the table does not have is left out. Raises KeyLostError."""
    kept = _kept()
    wanted = {key_id[:KEY_ID] for key_id in key_ids}
    missing = [UUID(bytes=key_id) for key_id in wanted if key_id not in kept and key_id not in _bundles]
    if len(kept) + len(missing) > _KEPT or len(_bundles) + len(missing) > _KEPT_BUNDLES:
        forget()
        missing = [UUID(bytes=key_id) for key_id in wanted]
    for start in range(0, len(missing), _AT_ONCE):
        chosen = _rows().filter(id__in=missing[start : start + _AT_ONCE])
        for key_id, kind, wrapped, generation in chosen.values_list("id", "kind", "wrapped", "generation"):
            (_bundles if kind == ROWS else kept)[key_id.bytes] = unwrap(key_id.bytes, bytes(wrapped), generation)


def find(key_id: bytes) -> bytes | None:
    """Return a key's secret, DESTROYED if it was, None if the table has no such key. Raises KeyLostError."""
    found = _found(key_id)
    if found is None:
        fetch((key_id,))
        found = _found(key_id)
    return found


def _found(key_id: bytes) -> bytes | None:
    """Return the secret of a key that was opened."""
    kept = _kept()
    if len(key_id) == KEY_ID:
        return kept.get(key_id)
    bundle, start = _bundles.get(key_id[:KEY_ID]), SECRET * int.from_bytes(key_id[KEY_ID:], "big")
    if bundle is None or start >= len(bundle):
        return None
    secret = bundle[start : start + SECRET]
    return secret if any(secret) else DESTROYED


def make(kind: str, holders: Sequence[UUID]) -> list[tuple[NewRow, Key]]:
    """Return new rows with new keys for the holders, to be written in the transaction that is open."""
    generation, model, made = _generation_to_write(), _model(), []
    for holder in holders:
        key_id = new_id()
        key = Key(key_id.bytes, os.urandom(SECRET))
        wrapped = wrap(key.id, key.secret, generation)
        made.append((NewRow(model, key_id, kind=kind, holder=holder, generation=generation, wrapped=wrapped), key))
    return made


def make_bundled(number: int) -> tuple[list[NewRow], list[Key]]:
    """Return the rows of new bundles, to be written in the transaction that is open, and so many new keys in them."""
    if not number:
        return [], []
    generation, model = _generation_to_write(), _model()
    rows: list[NewRow] = []
    made: list[Key] = []
    for start in range(0, number, BUNDLE):
        secrets, bundle_id = os.urandom(SECRET * min(BUNDLE, number - start)), new_id()
        wrapped = wrap(bundle_id.bytes, secrets, generation)
        rows.append(NewRow(model, bundle_id, kind=ROWS, holder=None, generation=generation, wrapped=wrapped))
        made.extend(Key(in_bundle(bundle_id.bytes, at), secret) for at, secret in enumerate(parts(secrets)))
    return rows, made


def _generation_to_write() -> int:
    """Return the generation that new keys are wrapped with.

    The key file is read inside the transaction: a rotation that waited for it once knows that no older key can still come.
    """
    if not connection.in_atomic_block:
        raise AssertionError("keys are made within the transaction that writes them")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_WRITERS])
    generation: int = settings.KEYS.now(at_once=True).generation
    return generation


def _kept_keys(kind: str, holders: Collection[UUID]) -> dict[UUID, Key]:
    """Return the keys that holders have, the newest of each; destroyed ones do not count."""
    found: dict[UUID, Key] = {}
    wanted = list(holders)
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = _rows().filter(kind=kind, holder__in=wanted[start : start + _AT_ONCE], generation__gt=0)
        for key_id, holder, wrapped, generation in chosen.order_by("id").values_list("id", "holder", "wrapped", "generation"):
            secret = _kept().get(key_id.bytes) or unwrap(key_id.bytes, bytes(wrapped), generation)
            found[holder] = Key(key_id.bytes, secret)
    return found


def holder_of(row: NewRow) -> tuple[str, UUID]:
    """Return whose key a new row's words are sealed with."""
    if row.holder is not None:
        return (WORKSPACE, NOBODY) if row.holder == NOBODY else (PERSON, row.holder)
    if getattr(row.model, "has_own_key", False):
        return ROW, row.id
    person = row.columns.get("person_id")
    return (PERSON, person) if isinstance(person, UUID) else (WORKSPACE, NOBODY)


def keys_for(rows: Sequence[NewRow]) -> tuple[list[NewRow], list[Key]]:
    """Return the keys to seal new rows with, one for each, and the rows of those that had to be made first."""
    holders = [holder_of(row) for row in rows]
    new, bundled = make_bundled(sum(kind == ROW for kind, _ in holders))
    found: dict[tuple[str, UUID], Key] = {}
    for kind in (PERSON, WORKSPACE):
        wanted = list(dict.fromkeys(holder for sort, holder in holders if sort == kind))
        if not wanted:
            continue
        have = _kept_keys(kind, wanted)
        found.update(((kind, holder), key) for holder, key in have.items())
        lacking = [holder for holder in wanted if holder not in have]
        for holder, (row, key) in zip(lacking, make(kind, lacking), strict=True):
            new.append(row)
            found[kind, holder] = key
    own = iter(bundled)
    return new, [next(own) if holder[0] == ROW else found[holder] for holder in holders]


def workspace_key(*, at: datetime | None = None) -> Key:
    """Return the workspace's own key; one that is not there yet is made and recorded.

    It is there once the workspace was opened, which is when `at` says: only where nobody opened it, the clock is asked.
    """
    found = _kept_keys(WORKSPACE, (NOBODY,))
    if found:
        return found[NOBODY]
    with recording(by="程序", at=at or datetime.now(UTC), action="keys.make") as record:
        made = make(WORKSPACE, (NOBODY,))
        record.add([row for row, _ in made])
    return made[0][1]


def with_own_keys() -> list[Any]:
    """Return the models whose rows have keys of their own."""
    return [model for model in apps.get_models() if getattr(model, "has_own_key", False)]


def sealed_column(model: Any) -> str:
    """Return the first column of a model that is sealed."""
    names: list[str] = [field.name for field in model._meta.concrete_fields if hasattr(field, "bound_to")]
    return names[0]


def rewrap(after: UUID, *, by: str, at: datetime, most: int = 2 * _AT_ONCE) -> tuple[UUID, int] | None:
    """Wrap the next keys of former generations with the newest one, by id; returns the last id and how many, None for none."""
    newest = settings.KEYS.now(at_once=True).generation
    old = _rows().filter(id__gt=after, generation__gt=0, generation__lt=newest).order_by("id")
    if not old.exists():
        return None
    with recording(by=by, at=at, action="keys.rotate") as record:
        rows = list(old.select_for_update().values_list("id", "wrapped", "generation")[:most])
        changed = []
        for key_id, wrapped, generation in rows:
            secret = unwrap(key_id.bytes, bytes(wrapped), generation)
            changed.append((wrap(key_id.bytes, secret, newest), newest, key_id))
        _update(changed)
        record.note("rewrap_keys", generation=newest, keys=len(rows))
    return (rows[-1][0], len(rows)) if rows else None


def _update(changed: Sequence[tuple[bytes, int, UUID]]) -> None:
    id_field = _model()._meta.get_field("id")
    values = [(wrapped, newest, id_field.get_db_prep_value(key_id, connection)) for wrapped, newest, key_id in changed]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE access_datakey SET wrapped = %s, generation = %s WHERE id = %s", values)


def wait_for_writers() -> None:
    """Wait until every transaction that may have made keys of a former generation has ended; call it in a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])


def first_cipher() -> int | None:
    """Return the cipher that the workspace's first received row was sealed with; None where there is no row yet."""
    with beyond_scope("which cipher the first row was sealed with says nothing about anybody"):
        for model in with_own_keys():
            first = models.QuerySet(model).order_by("id").values_list(sealed_column(model), flat=True).first()
            if first is not None:
                return cipher_of(first.stored)
    return None


def former_keys() -> int:
    """Return how many keys are still wrapped by a former generation."""
    return _rows().filter(generation__gt=0, generation__lt=settings.KEYS.now(at_once=True).generation).count()


def numbers() -> dict[str, int]:
    """Return how many keys of each kind there are, and how many were destroyed; those in bundles are received rows'."""
    counted = dict(_rows().exclude(kind=ROWS).values_list("kind").annotate(models.Count("id")).order_by())
    destroyed = _rows().filter(generation=0).count()
    for _, secrets in opened_bundles():
        blank = [not any(secret) for secret in secrets]
        counted[ROW] = counted.get(ROW, 0) + len(blank)
        destroyed += sum(blank)
    return {**counted, "destroyed": destroyed}


def opened_bundles() -> Iterator[tuple[UUID, list[bytes]]]:
    """Yield every bundle with its secrets; a destroyed one is zeros."""
    chosen = _rows().filter(kind=ROWS).order_by("id").values_list("id", "wrapped", "generation")
    for bundle_id, wrapped, generation in chosen.iterator(_AT_ONCE):
        yield bundle_id, parts(unwrap(bundle_id.bytes, bytes(wrapped), generation))


def unsound_keys(destroyed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the keys that neither open nor were destroyed by an entry, with what is wrong; `destroyed` are those that were."""
    gone = set(destroyed)
    chosen = _rows().order_by("id").values_list("id", "kind", "wrapped", "generation")
    for key_id, kind, wrapped, generation in chosen.iterator(_AT_ONCE):
        blank = {str(key_id): generation == 0 and not any(bytes(wrapped))}
        if not blank[str(key_id)]:
            try:
                opened = unwrap(key_id.bytes, bytes(wrapped), generation)
            except KeyLostError:
                yield str(key_id), "changed"
                continue
            if kind == ROWS:
                blank |= {name_of(key_id, position): not any(part) for position, part in enumerate(parts(opened))}
        for name, is_blank in blank.items():
            if (name in gone) != is_blank:
                yield name, "restored" if name in gone else "destroyed"


def in_bulk(rows: Iterable[Any], at_once: int = _AT_ONCE) -> Iterator[Any]:
    """Yield the rows as they come, with the keys of their sealed values fetched a thousand rows at a time."""
    source = iter(rows)
    while some := list(islice(source, at_once)):
        wanted: set[bytes] = set()
        for row in some:
            values = row if isinstance(row, tuple) else row.values() if isinstance(row, dict) else row.__dict__.values()
            wanted.update(key_named_in(value.stored) for value in values if type(value) is Sealed)
        fetch([key_id for key_id in wanted if key_id])
        yield from some
