"""A data key as it is stored: wrapped by the workspace's key of a generation, bound to its own id. Knows no model."""

from __future__ import annotations

from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings

from fuqi.access import ciphers
from fuqi.basics.errors import FuqiError

SECRET = 32
"""Bytes of a data key."""
DESTROYED = b""
"""Stands for a key that was destroyed."""


class KeyLostError(FuqiError):
    """A data key does not open: its row was changed, or the key file is another one's."""

    code = "key_lost"


def bound(key_id: bytes, generation: int) -> bytes:
    """Return what a wrapped key is bound to."""
    return b"fuqi/datakey/%d/" % generation + key_id


def wrap(key_id: bytes, secret: bytes, generation: int) -> bytes:
    """Return the secret as it is stored, wrapped with the key of a generation."""
    cipher = ciphers.BY_NAME[settings.SEAL_CIPHER]
    wrapping = settings.KEYS.wrapping(generation)
    assert wrapping is not None
    return bytes([cipher]) + ciphers.encrypt(cipher, wrapping, secret, bound(key_id, generation))


def unwrap(key_id: bytes, wrapped: bytes, generation: int) -> bytes:
    """Return the secret, DESTROYED if it was. Raises KeyLostError."""
    if not any(wrapped):
        return DESTROYED
    wrapping = settings.KEYS.wrapping(generation)
    try:
        if wrapping is not None:
            return ciphers.decrypt(wrapped[0], wrapping, wrapped[1:], bound(key_id, generation))
    except InvalidTag:
        pass
    raise KeyLostError("一把数据密钥打不开：它被改动过，或者密钥文件不是这个工作区的。请运行 audit 核对，或恢复密钥文件。")


def parts(secrets: bytes) -> list[bytes]:
    """Return the secrets of a bundle; one that is all zeros was destroyed."""
    return [secrets[at : at + SECRET] for at in range(0, len(secrets), SECRET)]


def name_of(bundle_id: UUID, position: int) -> str:
    """Return what the journal calls a key in a bundle."""
    return f"{bundle_id}/{position}"
