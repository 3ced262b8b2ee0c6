"""Data keys: one for each person, each received row and the workspace, wrapped by the workspace's key, opened in bulk.

A sealed value names the key that it was sealed with. So wrapping keys anew changes no sealed value, and a destroyed key leaves
every digest of the journal as it was.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from fuqi.access import ciphers
from fuqi.access.envelope import Key, Sealed, cipher_of, key_named_in
from fuqi.access.reading import beyond_scope
from fuqi.basics.errors import FuqiError
from fuqi.basics.ids import new_id
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow

PERSON, ROW, WORKSPACE = "person", "row", "workspace"
NOBODY = UUID(int=0)
"""Who holds the workspace's own key."""

_AT_ONCE = 1000
_KEPT = 50_000
"""Opened keys that a process remembers, about 8 MB."""
_WRITERS = 0x66757171
"""The number of the advisory lock that whoever makes keys shares and a rotation takes alone."""

DESTROYED = b""
"""Stands for a key that was destroyed."""


class KeyDestroyedError(FuqiError):
    """The words were erased: their key was destroyed."""

    code = "key_destroyed"


class KeyLostError(FuqiError):
    """A data key does not open: its row was changed, or the key file is another one's."""

    code = "key_lost"


_opened: dict[bytes, bytes] = {}
"""Opened keys by id, as long as the key file stays as it was."""
_opened_under: list[object] = [None]


def _kept() -> dict[bytes, bytes]:
    """Return the opened keys; none of those that were opened before a rotation or a destruction."""
    stamp = settings.KEYS.stamp
    if _opened_under[0] != stamp or len(_opened) > _KEPT:
        _opened.clear()
        _opened_under[0] = stamp
    return _opened


def _bound(key_id: bytes, generation: int) -> bytes:
    return b"fuqi/datakey/%d/" % generation + key_id


def _wrap(key_id: bytes, secret: bytes, generation: int) -> bytes:
    cipher = ciphers.BY_NAME[settings.SEAL_CIPHER]
    wrapping = settings.KEYS.wrapping(generation)
    assert wrapping is not None
    return bytes([cipher]) + ciphers.encrypt(cipher, wrapping, secret, _bound(key_id, generation))


def _unwrap(key_id: bytes, wrapped: bytes, generation: int) -> bytes:
    """Return the secret, DESTROYED if it was. Raises KeyLostError."""
    if not any(wrapped):
        return DESTROYED
    wrapping = settings.KEYS.wrapping(generation)
    try:
        if wrapping is not None:
            return ciphers.decrypt(wrapped[0], wrapping, wrapped[1:], _bound(key_id, generation))
    except InvalidTag:
        pass
    raise KeyLostError("一把数据密钥打不开：它被改动过，或者密钥文件不是这个工作区的。请运行 audit 核对，或恢复密钥文件。")


def _model() -> Any:
    return apps.get_model("access", "DataKey")


def _rows() -> models.QuerySet[Any]:
    return models.QuerySet(_model())


def fetch(key_ids: Collection[bytes]) -> dict[bytes, bytes]:
    """Return the secrets of keys by id, opened in bulk; what the table does not have is left out. Raises KeyLostError."""
    kept = _kept()
    missing = [UUID(bytes=key_id) for key_id in key_ids if key_id not in kept]
    for start in range(0, len(missing), _AT_ONCE):
        chosen = _rows().filter(id__in=missing[start : start + _AT_ONCE])
        for key_id, wrapped, generation in chosen.values_list("id", "wrapped", "generation"):
            kept[key_id.bytes] = _unwrap(key_id.bytes, bytes(wrapped), generation)
    return kept


def find(key_id: bytes) -> bytes | None:
    """Return a key's secret, DESTROYED if it was, None if the table has no such key. Raises KeyLostError."""
    kept = _kept()
    secret = kept.get(key_id)
    return fetch((key_id,)).get(key_id) if secret is None else secret


def make(kind: str, holders: Sequence[UUID]) -> list[tuple[NewRow, Key]]:
    """Return new rows with new keys for the holders, to be written in the transaction that is open. A row's key has its id.

    The key file is read inside the transaction: a rotation that waited for it once knows that no older key can still come.
    """
    if not connection.in_atomic_block:
        raise AssertionError("keys are made within the transaction that writes them")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_WRITERS])
    generation, model, made = settings.KEYS.now(at_once=True).generation, _model(), []
    for holder in holders:
        key_id, whose = (holder, None) if kind == ROW else (new_id(), holder)
        key = Key(key_id.bytes, os.urandom(32))
        wrapped = _wrap(key.id, key.secret, generation)
        made.append((NewRow(model, key_id, kind=kind, holder=whose, generation=generation, wrapped=wrapped), key))
    return made


def _kept_keys(kind: str, holders: Collection[UUID]) -> dict[UUID, Key]:
    """Return the keys that holders have, the newest of each; destroyed ones do not count."""
    found: dict[UUID, Key] = {}
    wanted = list(holders)
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = _rows().filter(kind=kind, holder__in=wanted[start : start + _AT_ONCE], generation__gt=0)
        for key_id, holder, wrapped, generation in chosen.order_by("id").values_list("id", "holder", "wrapped", "generation"):
            secret = _kept().get(key_id.bytes) or _unwrap(key_id.bytes, bytes(wrapped), generation)
            found[holder] = Key(key_id.bytes, secret)
    return found


def holder_of(row: NewRow) -> tuple[str, UUID]:
    """Return whose key a new row's words are sealed with."""
    if row.holder is not None:
        return PERSON, row.holder
    if getattr(row.model, "has_own_key", False):
        return ROW, row.id
    person = row.columns.get("person_id")
    return (PERSON, person) if isinstance(person, UUID) else (WORKSPACE, NOBODY)


def keys_for(rows: Sequence[NewRow]) -> tuple[list[NewRow], list[Key]]:
    """Return the keys to seal new rows with, one for each, and the rows of those that had to be made first."""
    holders = [holder_of(row) for row in rows]
    found: dict[tuple[str, UUID], Key] = {}
    new: list[NewRow] = []
    for kind in (PERSON, ROW, WORKSPACE):
        wanted = list(dict.fromkeys(holder for sort, holder in holders if sort == kind))
        if not wanted:
            continue
        have = {} if kind == ROW else _kept_keys(kind, wanted)
        found.update(((kind, holder), key) for holder, key in have.items())
        lacking = [holder for holder in wanted if holder not in have]
        for holder, (row, key) in zip(lacking, make(kind, lacking), strict=True):
            new.append(row)
            found[kind, holder] = key
    return new, [found[holder] for holder in holders]


def workspace_key() -> Key:
    """Return the workspace's own key; the first one is made and recorded when it is first asked for."""
    found = _kept_keys(WORKSPACE, (NOBODY,))
    if found:
        return found[NOBODY]
    with recording(by="程序", at=datetime.now(UTC), action="keys.make") as record:
        made = make(WORKSPACE, (NOBODY,))
        record.add([row for row, _ in made])
    return made[0][1]


def destroy_key(holders: Collection[UUID], *, by: str, at: datetime, why: str) -> int:
    """Destroy the keys of persons or received rows for ever and return how many: their sealed words open to nobody any more.

    Ciphertexts, digests and amounts stay. Overwritten in place; a copy that a backup holds dies with the next rotation.
    """
    destroyed: list[UUID] = []
    with recording(by=by, at=at, action="keys.destroy", why=why[:200]) as record:
        wanted = sorted(set(holders) - {NOBODY})
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            mine = models.Q(kind=ROW, id__in=some) | models.Q(kind=PERSON, holder__in=some)
            chosen = _rows().select_for_update().filter(mine, generation__gt=0)
            for key_id, wrapped in chosen.values_list("id", "wrapped"):
                _rows().filter(id=key_id).update(wrapped=bytes(len(wrapped)), generation=0)
                destroyed.append(key_id)
        record.note("destroy_key", keys=[str(key_id) for key_id in sorted(destroyed)])
    for key_id in destroyed:
        _opened.pop(key_id.bytes, None)
    settings.KEYS.touch()
    return len(destroyed)


def is_destroyed(holder: UUID) -> bool:
    """Return whether a person or a received row had a key and has none any more."""
    mine = models.Q(kind=ROW, id=holder) | models.Q(kind=PERSON, holder=holder)
    generations = set(_rows().filter(mine).values_list("generation", flat=True))
    return generations == {0}


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
            secret = _unwrap(key_id.bytes, bytes(wrapped), generation)
            changed.append((_wrap(key_id.bytes, secret, newest), newest, key_id))
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
    own = [model for model in apps.get_models() if getattr(model, "has_own_key", False)]
    with beyond_scope("which cipher the first row was sealed with says nothing about anybody"):
        for model in own:
            field = next(field.name for field in model._meta.concrete_fields if hasattr(field, "bound_to"))
            first = models.QuerySet(model).order_by("id").values_list(field, flat=True).first()
            if first is not None:
                return cipher_of(first.stored)
    return None


def former_keys() -> int:
    """Return how many keys are still wrapped by a former generation."""
    return _rows().filter(generation__gt=0, generation__lt=settings.KEYS.now(at_once=True).generation).count()


def numbers() -> dict[str, int]:
    """Return how many keys of each kind there are, and how many were destroyed."""
    counted = _rows().values_list("kind").annotate(models.Count("id")).order_by()
    return {**dict(counted), "destroyed": _rows().filter(generation=0).count()}


def unsound_keys(destroyed: Collection[str]) -> Iterator[tuple[UUID, str]]:
    """Yield the keys that neither open nor were destroyed by an entry, with what is wrong; `destroyed` are those that were."""
    gone = set(destroyed)
    for key_id, wrapped, generation in _rows().order_by("id").values_list("id", "wrapped", "generation").iterator(2000):
        if (str(key_id) in gone) != (generation == 0 and not any(bytes(wrapped))):
            yield key_id, "restored" if str(key_id) in gone else "destroyed"
            continue
        try:
            _unwrap(key_id.bytes, bytes(wrapped), generation)
        except KeyLostError:
            yield key_id, "changed"


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
