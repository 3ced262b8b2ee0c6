"""A credential's minute: so many requests at once, then as they come back; each has its own."""

from __future__ import annotations

from fuqi.access.tokens import KINDS, is_token, new_token
from fuqi.api.limits import Buckets


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_is_used_up_and_fills_up_evenly() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    assert [buckets.wait("a", 60) for _ in range(60)] == [0] * 60
    assert buckets.wait("a", 60) == 1
    clock.now += 0.5
    assert buckets.wait("a", 60) == 1
    clock.now += 0.6
    assert buckets.wait("a", 60) == 0
    assert buckets.wait("a", 60) == 1
    clock.now += 3600
    assert [buckets.wait("a", 60) for _ in range(61)] == [0] * 60 + [1]


def test_the_wait_is_long_enough() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    for _ in range(2):
        assert buckets.wait("slow", 2) == 0
    seconds = buckets.wait("slow", 2)
    assert seconds == 30
    clock.now += seconds
    assert buckets.wait("slow", 2) == 0


def test_one_credential_takes_nothing_from_another() -> None:
    buckets = Buckets(Clock())
    assert [buckets.wait("a", 2) > 0 for _ in range(4)] == [False, False, True, True]
    assert buckets.wait("b", 2) == 0


def test_tokens_have_a_form_of_their_own() -> None:
    for kind in KINDS:
        token = new_token(kind)
        assert is_token(token)
        assert token != new_token(kind)
        assert not any(
            is_token(changed)
            for changed in (token[:-1], token + "0", token.upper(), f" {token}", token.replace("fuqi", "fuqj"))
        )
    assert not is_token("")
