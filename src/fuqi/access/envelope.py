"""How a sealed value is stored: `FQ`, format, cipher, id of its data key; then nonce, ciphertext and tag. Knows no Django.

Format 1 names a key of its own by 16 bytes; format 2 names one of a bundle by the bundle's 16 bytes and two for its position.
"""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.access import ciphers

_MARK = b"FQ"
_SINGLE, _BUNDLED = 1, 2
_FORMAT_AT = len(_MARK)
_CIPHER_AT = _FORMAT_AT + 1
_KEY_AT = _CIPHER_AT + 1
KEY_ID = 16
"""Bytes that name a key of its own, or a bundle."""
POSITION = 2
"""Bytes that name a key's position in its bundle."""
_NAMES = {_SINGLE: KEY_ID, _BUNDLED: KEY_ID + POSITION}
"""How long a key's name is, by format."""
_FORMATS = {length: number for number, length in _NAMES.items()}
HEAD = _KEY_AT + KEY_ID
"""Bytes before the nonce where a key of its own is named; they are bound in, so that none of them can be changed."""

ERASED = "已删除"
"""What is read where the key was destroyed."""


class Sealed:
    """The stored bytes of a sealed value that nobody has opened yet."""

    __slots__ = ("stored",)

    def __init__(self, stored: bytes) -> None:
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Key:
    """An opened data key, and the id by which sealed values name it: 16 bytes, two more for its position in a bundle."""

    id: bytes
    secret: bytes


def in_bundle(bundle: bytes, position: int) -> bytes:
    """Return the id of a key in a bundle."""
    return bundle + position.to_bytes(POSITION, "big")


def key_named_in(stored: bytes) -> bytes:
    """Return the id of the data key that a stored value names; b"" for a value from before data keys."""
    return stored[_KEY_AT : _head(stored)]


def _head(stored: bytes) -> int:
    """Return how many bytes stand before the nonce; 0 for a value from before data keys, or one that was cut."""
    if not stored.startswith(_MARK) or len(stored) <= _KEY_AT:
        return 0
    end = _KEY_AT + _NAMES.get(stored[_FORMAT_AT], len(stored))
    return end if end <= len(stored) else 0


def cipher_of(stored: bytes) -> int:
    """Return the cipher of a stored value."""
    return stored[_CIPHER_AT] if _head(stored) else ciphers.AES


def seal(cipher: int, key: Key, words: bytes, bound_to: bytes) -> bytes:
    """Return the bytes to store."""
    head = b"%b%c%c%b" % (_MARK, _FORMATS[len(key.id)], cipher, key.id)
    return head + ciphers.encrypt(cipher, key.secret, words, head + bound_to)


def unseal(secret: bytes, stored: bytes, bound_to: bytes) -> bytes:
    """Return the words. Raises InvalidTag for whatever is not exactly what was sealed."""
    head = _head(stored)
    return ciphers.decrypt(stored[_CIPHER_AT], secret, stored[head:], stored[:head] + bound_to)
