"""Both families of ciphers: what is sealed opens, and nothing else does."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from fuqi.access import ciphers
from fuqi.access.envelope import Key, key_named_in, seal, unseal

KEY = Key(bytes(range(16)), bytes(range(32)))
BOTH = pytest.mark.parametrize("cipher", ciphers.BY_NAME.values(), ids=ciphers.BY_NAME)


@BOTH
@given(words=st.binary(max_size=300), bound_to=st.binary(min_size=1, max_size=60))
def test_what_is_sealed_opens_where_it_belongs_and_nowhere_else(cipher: int, words: bytes, bound_to: bytes) -> None:
    stored = seal(cipher, KEY, words, bound_to)
    assert unseal(KEY.secret, stored, bound_to) == words
    assert key_named_in(stored) == KEY.id
    for other in (bound_to + b"1", bound_to[:-1], b""):
        with pytest.raises(InvalidTag):
            unseal(KEY.secret, stored, other)


@BOTH
def test_equal_words_are_never_sealed_equally(cipher: int) -> None:
    assert len({seal(cipher, KEY, b"same", b"place") for _ in range(1000)}) == 1000


@BOTH
def test_every_flipped_bit_is_noticed(cipher: int) -> None:
    stored = seal(cipher, KEY, "胃癌".encode(), b"place")
    for position in range(len(stored)):
        for bit in range(8):
            mutated = bytearray(stored)
            mutated[position] ^= 1 << bit
            with pytest.raises(InvalidTag):
                unseal(KEY.secret, bytes(mutated), b"place")


@BOTH
def test_another_key_and_a_cut_value_open_nothing(cipher: int) -> None:
    stored = seal(cipher, KEY, b"words", b"place")
    for secret, value in ((bytes(32), stored), *((KEY.secret, stored[:length]) for length in range(32, len(stored)))):
        with pytest.raises(InvalidTag):
            unseal(secret, value, b"place")


def test_the_marks_of_both_families_are_the_published_ones() -> None:
    """RFC 4231, test case 2, for HMAC-SHA256; the other one by its definition over SM3."""
    assert ciphers.mark(ciphers.AES, b"Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert ciphers.mark(ciphers.SM, b"Jefe", b"what do ya want for nothing?") == (
        "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882"
    )


def test_sm4_never_uses_the_bytes_of_an_aes_key() -> None:
    assert ciphers._sm4_key(KEY.secret) not in KEY.secret
