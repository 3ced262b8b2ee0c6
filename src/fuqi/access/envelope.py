"""How a sealed value is stored: `FQ`, format, cipher, id of its data key; then nonce, ciphertext and tag. Knows no Django."""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.access import ciphers

_FORMAT = b"FQ\x01"
_CIPHER_AT = len(_FORMAT)
_KEY_AT = _CIPHER_AT + 1
HEAD = _KEY_AT + 16
"""Bytes before the nonce; they are bound in, so that none of them can be changed."""


class Sealed:
    """The stored bytes of a sealed value that nobody has opened yet."""

    __slots__ = ("stored",)

    def __init__(self, stored: bytes) -> None:
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Key:
    """An opened data key, and the id by which sealed values name it."""

    id: bytes
    secret: bytes


def key_named_in(stored: bytes) -> bytes:
    """Return the id of the data key that a stored value names; b"" for a value from before data keys."""
    return stored[_KEY_AT:HEAD] if stored.startswith(_FORMAT) else b""


def cipher_of(stored: bytes) -> int:
    """Return the cipher of a stored value."""
    return stored[_CIPHER_AT] if stored.startswith(_FORMAT) else ciphers.AES


def seal(cipher: int, key: Key, words: bytes, bound_to: bytes) -> bytes:
    """Return the bytes to store."""
    head = b"%b%c%b" % (_FORMAT, cipher, key.id)
    return head + ciphers.encrypt(cipher, key.secret, words, head + bound_to)


def unseal(secret: bytes, stored: bytes, bound_to: bytes) -> bytes:
    """Return the words. Raises InvalidTag for whatever is not exactly what was sealed."""
    return ciphers.decrypt(stored[_CIPHER_AT], secret, stored[HEAD:], stored[:HEAD] + bound_to)
