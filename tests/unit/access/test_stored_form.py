"""What a sealed value and a wrapped key look like, taken apart here by hand: what was stored years ago must open."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fuqi.access import ciphers, wrapped
from fuqi.access.envelope import HEAD, KEY_ID, Key, Sealed, cipher_of, in_bundle, key_named_in, seal, unseal
from fuqi.access.keyfile import KeyFile

SECRET = bytes(range(32))
NONCE = bytes(range(100, 112))
OWN, BUNDLE = bytes(range(16)), bytes(range(16, 32))
IDS = [OWN, in_bundle(BUNDLE, 258)]


def sm4() -> algorithms.SM4:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"fuqi/sm4" + SECRET)
    return algorithms.SM4(digest.finalize()[:16])


def encrypted(cipher: int, words: bytes, bound_to: bytes) -> bytes:
    """Return nonce, ciphertext and tag, made without the program."""
    if cipher == 1:
        return NONCE + AESGCM(SECRET).encrypt(NONCE, words, bound_to)
    work = Cipher(sm4(), modes.GCM(NONCE)).encryptor()
    work.authenticate_additional_data(bound_to)
    return NONCE + work.update(words) + work.finalize() + work.tag


def decrypted(cipher: int, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the words, read without the program."""
    nonce, words, tag = sealed[:12], sealed[12:-16], sealed[-16:]
    if cipher == 1:
        return AESGCM(SECRET).decrypt(nonce, words + tag, bound_to)
    work = Cipher(sm4(), modes.GCM(nonce, tag)).decryptor()
    work.authenticate_additional_data(bound_to)
    return work.update(words) + work.finalize()


def test_the_ciphers_have_their_names_and_numbers() -> None:
    assert ciphers.BY_NAME == {"aes": 1, "sm": 2}
    assert (ciphers.AES, ciphers.SM) == (1, 2)


@pytest.mark.parametrize("cipher", [1, 2])
@pytest.mark.parametrize("words", [b"", b"x", "胃癌".encode()])
def test_both_sides_of_a_cipher_are_the_standards(cipher: int, words: bytes) -> None:
    assert ciphers.decrypt(cipher, SECRET, encrypted(cipher, words, b"place"), b"place") == words
    assert decrypted(cipher, ciphers.encrypt(cipher, SECRET, words, b"place"), b"place") == words
    assert len(ciphers.encrypt(cipher, SECRET, words, b"place")) == 12 + len(words) + 16


@pytest.mark.parametrize("cipher", [0, 3, 255])
def test_a_cipher_that_is_not_ours_opens_nothing(cipher: int) -> None:
    for made in (1, 2):
        with pytest.raises(InvalidTag):
            ciphers.decrypt(cipher, SECRET, encrypted(made, b"words", b"place"), b"place")


def test_a_value_too_short_to_hold_a_tag_is_refused_as_a_changed_one_is() -> None:
    for length in range(28):
        with pytest.raises(InvalidTag):
            ciphers.decrypt(2, SECRET, bytes(length), b"place")


def test_keys_that_ciphers_were_made_ready_for_are_forgotten() -> None:
    ciphers.encrypt(1, SECRET, b"", b"")
    ciphers.encrypt(2, SECRET, b"", b"")
    held = [ciphers._aes, ciphers._sm4]
    assert all(one.cache_info().currsize for one in held)
    ciphers.forget()
    assert not any(one.cache_info().currsize for one in held)


@pytest.mark.parametrize("cipher", [1, 2])
@pytest.mark.parametrize(("form", "key_id"), list(zip([1, 2], IDS, strict=True)))
def test_a_stored_value_is_mark_form_cipher_and_key_and_all_of_them_are_bound_in(cipher: int, form: int, key_id: bytes) -> None:
    head = b"FQ" + bytes([form, cipher]) + key_id
    stored = head + encrypted(cipher, b"words", head + b"place")
    assert unseal(SECRET, stored, b"place") == b"words"
    own = seal(cipher, Key(key_id, SECRET), b"words", b"place")
    assert own.startswith(head)
    assert decrypted(cipher, own[len(head) :], head + b"place") == b"words"
    assert (key_named_in(own), cipher_of(own)) == (key_id, cipher)
    assert (key_named_in(head), cipher_of(head)) == (key_id, cipher)
    assert key_named_in(head[:-1]) == b""


def test_the_places_of_a_stored_value_are_these() -> None:
    assert (HEAD, KEY_ID, in_bundle(BUNDLE, 258)) == (20, 16, BUNDLE + b"\x01\x02")


@pytest.mark.parametrize(
    "stored", [b"", b"F", b"FQ", b"FQ\x01", b"FQ\x01\x02", b"FQ\x03\x02" + OWN * 3, b"XX\x01\x02" + OWN * 3]
)
def test_what_names_no_key_is_of_a_workspace_from_before_data_keys(stored: bytes) -> None:
    assert key_named_in(stored) == b""
    assert cipher_of(stored) == ciphers.AES


@pytest.fixture
def generations(settings: Any) -> KeyFile:
    """Let there be two generations of the workspace's key."""
    file = KeyFile(bytes(32), ((1, bytes(32)), (2, SECRET)))
    keys = dict(file.masters)
    settings.KEYS = SimpleNamespace(wrapping=keys.get)
    return file


@pytest.mark.parametrize(("name", "cipher"), [("aes", 1), ("sm", 2)])
def test_a_wrapped_key_is_cipher_and_ciphertext_bound_to_generation_and_id(
    settings: Any, generations: KeyFile, name: str, cipher: int
) -> None:
    settings.SEAL_CIPHER = name
    stored = wrapped.wrap(OWN, b"secret", 2)
    assert stored[0] == cipher
    assert decrypted(cipher, stored[1:], b"fuqi/datakey/2/" + OWN) == b"secret"
    assert wrapped.unwrap(OWN, stored, 2) == b"secret"
    for key_id, value, generation in ((BUNDLE, stored, 2), (OWN, stored, 1), (OWN, stored, 3), (OWN, stored[:-1], 2)):
        with pytest.raises(wrapped.KeyLostError):
            wrapped.unwrap(key_id, value, generation)
    assert wrapped.unwrap(OWN, bytes(9), 2) == wrapped.unwrap(OWN, b"", 0) == wrapped.DESTROYED == b""
    with pytest.raises(AssertionError):
        wrapped.wrap(OWN, b"secret", 3)
    assert generations.generation == 2


def test_a_bundle_is_cut_into_secrets_of_32_bytes() -> None:
    assert wrapped.parts(bytes(32) + SECRET) == [bytes(32), SECRET]
    assert wrapped.parts(b"") == []
    assert wrapped.name_of(UUID(int=7), 3) == "00000000-0000-0000-0000-000000000007/3"
    assert wrapped.SECRET == 32


def test_a_closed_value_holds_what_was_stored() -> None:
    assert Sealed(b"stored").stored == b"stored"
