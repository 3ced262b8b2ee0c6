"""Sealed fields: words and numbers encrypted one by one, bound to their row and column, found by a keyed blind index."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from fuqi.access.reading import note_opened
from fuqi.basics.errors import FuqiError

_NONCE = 12


class SealBrokenError(FuqiError):
    """A sealed value does not belong to this row and column, or was changed, or the key is another one."""

    code = "seal_broken"


class Sealed:
    """The stored bytes of a sealed value that nobody has opened yet."""

    __slots__ = ("stored",)

    def __init__(self, stored: bytes) -> None:
        self.stored = stored


@lru_cache(1)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal_bytes(words: bytes, bound_to: str) -> bytes:
    """Return the words encrypted with AES-256-GCM, readable only together with what they are bound to."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(settings.SEAL_KEY).encrypt(nonce, words, bound_to.encode())


def open_bytes(stored: bytes, bound_to: str) -> bytes:
    """Return the words. Raises SealBrokenError."""
    try:
        return _cipher(settings.SEAL_KEY).decrypt(stored[:_NONCE], stored[_NONCE:], bound_to.encode())
    except InvalidTag:
        raise SealBrokenError(
            f"密封内容({bound_to.partition(':')[0]})打不开：被改动过、放错了位置，或者密钥不对。请运行 audit 核对。"
        ) from None


def blind_index(column: str, words: str) -> str:
    """Return the keyed index of a value, for exact look-up without opening anything: HMAC-SHA256, hex; '' for nothing."""
    if not words:
        return ""
    return hmac.new(settings.INDEX_KEY, f"{column}\x1f{words}".encode(), hashlib.sha256).hexdigest()


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

    def seal_value(self, row_id: object, value: Any) -> bytes:
        """Return the bytes to store for a row's value."""
        return seal_bytes(value or b"", self.bound_to(row_id))

    def open_value(self, row_id: object, value: Sealed) -> Any:
        """Return what stands behind a stored value of a row."""
        note_opened(self.bound_to(row_id))
        return open_bytes(value.stored, self.bound_to(row_id))

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

    def seal_value(self, row_id: object, value: Any) -> bytes:
        return super().seal_value(row_id, str(value or "").encode())

    def open_value(self, row_id: object, value: Sealed) -> str:
        words: bytes = super().open_value(row_id, value)
        return words.decode()
