"""What a token looks like: known by its beginning, refused when torn."""

from __future__ import annotations

import hashlib
import zlib

import pytest

from fuqi.access.tokens import DEVICE, KINDS, LONGEST_DAYS, SERVICE, is_token, new_token, token_digest

BODY = "fuqi_device_" + "aZ09_-x" * 6 + "q"


def whole(body: str) -> str:
    return f"{body}{zlib.crc32(body.encode()):08x}"


def test_there_are_two_kinds_and_how_long_they_hold() -> None:
    assert set(KINDS) == {DEVICE, SERVICE} == {"device", "service"}
    assert LONGEST_DAYS == {"device": 90, "service": 366}


@pytest.mark.parametrize("kind", ["device", "service"])
def test_a_new_token_says_its_kind_and_ends_with_its_check(kind: str) -> None:
    tokens = {new_token(kind) for _ in range(20)}
    assert len(tokens) == 20
    for token in tokens:
        assert token.startswith(f"fuqi_{kind}_")
        assert len(token) == len(f"fuqi_{kind}_") + 43 + 8
        assert token == whole(token[:-8])
        assert is_token(token)


def test_a_torn_or_changed_token_is_none() -> None:
    assert is_token(whole(BODY))
    assert not is_token(whole(BODY)[:-1] + ("0" if whole(BODY)[-1] != "0" else "1"))
    wrong = ["fuqi_person_" + BODY[12:], BODY[:-1], BODY + "q", "x" + BODY, BODY[:-1] + "*", BODY.replace("fuqi", "fuki")]
    assert not [body for body in wrong if is_token(whole(body))]
    assert not is_token("")
    assert not is_token(whole(BODY) + "\n")
    assert not is_token(whole(BODY).upper())


def test_what_is_kept_of_it_is_a_digest() -> None:
    assert token_digest("湖") == hashlib.sha256("湖".encode()).hexdigest()
