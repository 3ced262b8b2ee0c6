"""The two families of ciphers, AES-256-GCM with HMAC-SHA256 and SM4-GCM with HMAC-SM3 （GB/T 32907, 32905, 39786）. No Django."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as other_hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES, SM = 1, 2
BY_NAME = {"aes": AES, "sm": SM}
"""Ciphers by the name that a profile calls them by."""

_NONCE, _TAG = 12, 16
_MADE_READY = 2048
"""Keys for which ciphers are kept ready: those of a bulk of rows."""


def encrypt(cipher: int, key: bytes, words: bytes, bound_to: bytes) -> bytes:
    """Return nonce, ciphertext and tag; opens only together with what it is bound to."""
    nonce = os.urandom(_NONCE)
    if cipher == AES:
        return nonce + _aes(key).encrypt(nonce, words, bound_to)
    work = Cipher(_sm4(key), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(bound_to)
    return nonce + work.update(words) + work.finalize() + work.tag


def decrypt(cipher: int, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the words. Raises InvalidTag for whatever is not exactly what was sealed, ValueError for what is no key."""
    if cipher == AES:
        return _aes(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
    if cipher != SM or len(sealed) < _NONCE + _TAG:
        raise InvalidTag
    work = Cipher(_sm4(key), modes.GCM(sealed[:_NONCE], sealed[-_TAG:])).decryptor()
    work.authenticate_additional_data(bound_to)
    return work.update(sealed[_NONCE:-_TAG]) + work.finalize()


@lru_cache(_MADE_READY)
def _aes(key: bytes) -> AESGCM:
    """Return the cipher made ready for a key, which takes longer than sealing a name with it."""
    return AESGCM(key)


@lru_cache(_MADE_READY)
def _sm4(key: bytes) -> algorithms.SM4:
    return algorithms.SM4(_sm4_key(key))


def _sm4_key(key: bytes) -> bytes:
    """Return the 16 bytes that SM4 takes: the same bytes are never a key of both ciphers."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"fuqi/sm4" + key)
    return digest.finalize()[:16]


def forget() -> None:
    """Forget the keys that ciphers were made ready for."""
    _aes.cache_clear()
    _sm4.cache_clear()


def mark(cipher: int, key: bytes, words: bytes) -> str:
    """Return the keyed digest of words as hex."""
    return _MARKS[cipher](key, words)


def _sha256_mark(key: bytes, words: bytes) -> str:
    return hmac.new(key, words, hashlib.sha256).hexdigest()


def _sm3_mark(key: bytes, words: bytes) -> str:
    work = other_hmac.HMAC(key, hashes.SM3())
    work.update(words)
    return work.finalize().hex()


_MARKS: dict[int, Callable[[bytes, bytes], str]] = {AES: _sha256_mark, SM: _sm3_mark}
