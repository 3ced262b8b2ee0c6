"""Sealed fields: words and numbers encrypted one by one, bound to their row and column, found by a keyed blind index.

A stored value names its data key (`access.envelope`, `access.keys`). One that names none is of a workspace from before data
keys, and opens with the key of that time.
"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from fuqi.access import ciphers, envelope, keys
from fuqi.access.envelope import ERASED as ERASED
from fuqi.access.envelope import Key, Sealed, key_named_in
from fuqi.access.reading import note_opened
from fuqi.access.scope import UnscopedReadError
from fuqi.basics.errors import FuqiError


class SealBrokenError(FuqiError):
    """A sealed value does not belong to this row and column, or was changed, or the key is another one."""

    code = "seal_broken"


def seal_bytes(words: bytes, bound_to: str, key: Key | None = None) -> bytes:
    """Return the words encrypted with a data key (the workspace's own, if none is given), bound to what they belong to."""
    cipher = ciphers.BY_NAME[settings.SEAL_CIPHER]
    return envelope.seal(cipher, key or keys.workspace_key(), words, bound_to.encode())


def open_bytes(stored: bytes, bound_to: str) -> bytes:
    """Return the words. Raises SealBrokenError; KeyDestroyedError where they were erased; KeyLostError."""
    named = key_named_in(stored)
    secret = keys.find(named) if named else None
    if secret == keys.DESTROYED:
        raise keys.KeyDestroyedError("这里的内容已依法删除：它的密钥已销毁，谁也打不开。")
    try:
        if secret is not None:
            return envelope.unseal(secret, stored, bound_to.encode())
        return ciphers.decrypt(ciphers.AES, settings.SEAL_KEY, stored, bound_to.encode())
    except (InvalidTag, ValueError):
        raise SealBrokenError(
            f"密封内容（{bound_to.partition(':')[0]}）打不开：被改动过、放错了位置，或者密钥不对。请运行 audit 核对。"
        ) from None


def blind_index(column: str, words: str) -> str:
    """Return the keyed index of a value, for exact look-up without opening anything: hex; '' for nothing.

    HMAC-SHA256 or HMAC-SM3 by what the workspace's first received rows were sealed with: an index must be found again.
    """
    if not words:
        return ""
    return ciphers.mark(_index_cipher(), settings.INDEX_KEY, f"{column}\x1f{words}".encode())


_first_cipher: list[int] = []
"""Found once: what the first received row was sealed with does not change."""


def _index_cipher() -> int:
    by_profile = ciphers.BY_NAME[settings.SEAL_CIPHER]
    if settings.KEYS.path is None or _first_cipher:
        return _first_cipher[0] if _first_cipher else by_profile
    try:
        found = keys.first_cipher()
    except UnscopedReadError:
        return by_profile
    if found is not None:
        _first_cipher.append(found)
    return found or by_profile


class _SealedAttribute(DeferredAttribute):
    """Opens the value when somebody reads the attribute."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        return self.field.open_value(instance.pk, value) if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedBytesField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes that are stored sealed, and opened when somebody reads the attribute."""

    descriptor_class = _SealedAttribute

    def bound_to(self, row_id: object) -> str:
        """Return what a value of a row is bound to: table, column and row."""
        return f"{self.model._meta.db_table}.{self.column}:{row_id}"

    def keys_for(self, rows: Any) -> Any:
        """Return the keys to seal new rows with, and the rows of keys that must be written before them."""
        return keys.keys_for(rows)

    def seal_value(self, row_id: object, value: Any, key: Any = None) -> bytes:
        """Return the bytes to store for a row's value, sealed with a data key or with the workspace's own."""
        return seal_bytes(value or b"", self.bound_to(row_id), key)

    def open_value(self, row_id: object, value: Sealed) -> Any:
        """Return what stands behind a stored value of a row."""
        bound_to = self.bound_to(row_id)
        words = open_bytes(value.stored, bound_to)
        note_opened(bound_to)
        return words

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        """Return the bytes to store."""
        value = model_instance.__dict__.get(self.attname)
        return value.stored if isinstance(value, Sealed) else self.seal_value(model_instance.pk, value)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Sealed | None:
        """Return the stored bytes, still closed; None where an outer join found no row."""
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        """Return the value as it is: sealed values are never typed into forms or fixtures."""
        return value


class SealedTextField(SealedBytesField):
    """Text that is stored sealed. Read as text, looked up through a column of its own with `blind_index`."""

    def seal_value(self, row_id: object, value: Any, key: Any = None) -> bytes:
        return super().seal_value(row_id, str(value or "").encode(), key)

    def open_value(self, row_id: object, value: Sealed) -> str:
        """Return the text; ERASED where the key was destroyed."""
        try:
            words: bytes = super().open_value(row_id, value)
        except keys.KeyDestroyedError:
            return ERASED
        return words.decode()
