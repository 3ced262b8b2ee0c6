"""Sealed fields a second and core: sealing, opening and indexing a short text with a data key of its own, by both ciphers."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

from benchmarks.rounds import Contender

MOST = 20_000
"""How many fields are sealed in a round, each with another key: as names and numbers of as many people are."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field to be sealed: whose key, what it says, where it stands."""

    key: tuple[bytes, bytes]
    words: bytes
    bound_to: bytes


def contenders(count: int, seed: int) -> tuple[list[Contender], int]:
    """Return who seals, opens and indexes the same invented fields, and how many there are."""
    from fuqi.access.ciphers import AES, SM

    chance = random.Random(seed)
    number = min(count, MOST)
    fields = [
        Field(
            (os.urandom(16), os.urandom(32)),
            f"{chance.randrange(10**18):018d}".encode(),
            b"registry_identity.id_number:%d" % row,
        )
        for row in range(number)
    ]
    found = [runner for name, cipher in (("AES-256-GCM", AES), ("SM4-GCM", SM)) for runner in _of(name, cipher, fields)]
    return found, number


def _of(name: str, cipher: int, fields: list[Field]) -> list[Contender]:
    from fuqi.access import ciphers
    from fuqi.access.envelope import Key, seal, unseal

    keys = [Key(*field.key) for field in fields]
    stored = [seal(cipher, key, field.words, field.bound_to) for key, field in zip(keys, fields, strict=True)]
    words = [field.words for field in fields]
    mark = "HMAC-SHA256" if cipher == ciphers.AES else "HMAC-SM3"

    def opened() -> list[bytes]:
        return [unseal(key.secret, value, field.bound_to) for key, value, field in zip(keys, stored, fields, strict=True)]

    return [
        Contender(
            f"{name}, sealed",
            lambda: [seal(cipher, key, field.words, field.bound_to) for key, field in zip(keys, fields, strict=True)],
            lambda made: "" if len(set(made)) == len(fields) else "equal ciphertexts",
        ),
        Contender(f"{name}, opened", opened, lambda made: "" if made == words else "other words"),
        Contender(
            f"{mark}, indexed",
            lambda: [ciphers.mark(cipher, bytes(32), field.words) for field in fields],
            lambda made: "" if len(set(made)) == len(set(words)) else "other indexes",
        ),
    ]
