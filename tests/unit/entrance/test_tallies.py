"""Counting tries, used codes and ended sessions; the cookie of a device: each row and each sign as it is stored."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from django.conf import settings

from fuqi.basics.viewer import Viewer
from fuqi.entrance import rules
from fuqi.entrance.actions import Tried, count_try, end_sessions, tallies, use_code, use_counter, was_right
from fuqi.entrance.codes import DEVICES_KEPT
from fuqi.entrance.devices import known_as, with_account
from fuqi.entrance.models import SessionsEnded, Tries, UsedCode
from fuqi.entrance.queries import sessions_ended

AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOBODY = Viewer("程序")
FACTOR, OTHER = UUID(int=1), UUID(int=2)
DEVICE_KEYS = (("device", "d"),)
STRANGER_KEYS = (("here", "h"), ("strangers", "s"), ("address", "a"))


def keyed(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\x1f".join(parts).encode(), sha256).hexdigest()


def test_the_numbers_of_the_rule() -> None:
    assert rules.SHARES == {"device": 1, "here": 1, "strangers": 4, "address": 10}
    assert [rules.limit(kind, 5) for kind in ("device", "here", "strangers", "address")] == [5, 5, 20, 50]
    assert (rules.FIRST_PAUSE, rules.LONGEST_PAUSE) == (30 * SECOND, 900 * SECOND)
    assert timedelta(days=1) == rules.FORGOTTEN_AFTER
    assert rules.pause("strangers", 19, 5) == timedelta(0)
    assert rules.pause("strangers", 21, 5) == 60 * SECOND


def test_a_known_device_counts_by_itself_and_a_stranger_in_three_tallies() -> None:
    assert tallies("password", "甲", nonce="n", address="1.2.3.4") == (
        ("device", keyed("entrance.tries", "password", "device", "甲", "n")),
    )
    assert tallies("password", "甲", nonce="", address="1.2.3.4") == (
        ("here", keyed("entrance.tries", "password", "here", "甲", "1.2.3.4")),
        ("strangers", keyed("entrance.tries", "password", "strangers", "甲")),
        ("address", keyed("entrance.tries", "password", "address", "1.2.3.4")),
    )


def stored() -> dict[str, tuple[int, datetime]]:
    return {row.key: (row.count, row.last_at) for row in Tries.objects.all()}


def tried(*keys: tuple[str, str], at: datetime = AT) -> Tried:
    return count_try(keys, failures=5, at=at)


def fill(key: str, count: int, at: datetime = AT) -> None:
    Tries.objects.create(key=key, count=count, last_at=at)


@pytest.mark.django_db(databases=["default", "desk"])
class TestTries:
    def test_a_try_is_counted_in_each_tally_before_it_is_looked_at(self) -> None:
        first = tried(*STRANGER_KEYS)
        assert first == Tried(STRANGER_KEYS)
        assert (first.refused, first.wait, first.pauses) == (False, timedelta(0), False)
        tried(*STRANGER_KEYS, at=AT + SECOND)
        assert stored() == {key: (2, AT + SECOND) for _, key in STRANGER_KEYS}

    def test_the_last_try_before_a_wait_says_so_and_the_next_one_is_not_counted(self) -> None:
        for number in range(1, 6):
            assert tried(*DEVICE_KEYS).pauses is (number == 5)
        refused = tried(*DEVICE_KEYS, at=AT + SECOND)
        assert refused == Tried(DEVICE_KEYS, 29 * SECOND)
        assert refused.refused
        assert stored() == {"d": (5, AT)}
        assert not tried(*DEVICE_KEYS, at=AT + 30 * SECOND).refused
        assert stored() == {"d": (6, AT + 30 * SECOND)}

    def test_any_tally_that_is_full_begins_a_wait_and_the_longest_one_counts(self) -> None:
        fill("h", 1)
        fill("s", 19)
        fill("a", 3)
        assert tried(*STRANGER_KEYS).pauses
        assert tried(*STRANGER_KEYS).wait == 30 * SECOND
        fill("x", 7)
        assert tried(("here", "x"), ("strangers", "s")).wait == 120 * SECOND
        assert tried(("strangers", "s"), ("here", "x")).wait == 120 * SECOND

    def test_a_clock_that_went_back_is_told_once_and_only_where_it_did(self) -> None:
        fill("h", 9, AT + timedelta(hours=5))
        fill("s", 30, AT - SECOND)
        fill("z", 9, AT + timedelta(hours=5))
        assert tried(("here", "h"), ("strangers", "s")).wait > timedelta(0)
        assert stored() == {"h": (9, AT), "s": (30, AT - SECOND), "z": (9, AT + timedelta(hours=5))}

    def test_tallies_to_which_nothing_was_added_for_two_days_are_swept_away(self) -> None:
        fill("old", 1, AT - timedelta(days=2, seconds=1))
        fill("young", 1, AT - timedelta(days=2))
        fill("d", 9, AT - timedelta(days=1))
        assert not tried(*DEVICE_KEYS).refused
        assert stored() == {"young": (1, AT - timedelta(days=2)), "d": (1, AT)}

    def test_a_right_try_ends_its_own_row_and_takes_one_back_elsewhere(self) -> None:
        for _, key in STRANGER_KEYS:
            fill(key, 3)
        fill("other", 3)
        was_right(Tried(STRANGER_KEYS))
        assert stored() == {"s": (2, AT), "a": (2, AT), "other": (3, AT)}
        Tries.objects.filter(key="s").update(count=0)
        was_right(Tried(STRANGER_KEYS))
        assert stored() == {"s": (0, AT), "a": (1, AT), "other": (3, AT)}
        was_right(Tried(STRANGER_KEYS))
        assert stored() == {"s": (0, AT), "a": (0, AT), "other": (3, AT)}
        fill("d", 3)
        was_right(Tried(DEVICE_KEYS))
        assert "d" not in stored()

    def test_a_code_opens_once_and_none_before_it(self) -> None:
        assert use_code(FACTOR, 7) is True
        assert use_code(FACTOR, 7) is False
        assert use_code(FACTOR, 6) is False
        assert use_code(OTHER, 6) is True
        assert use_code(FACTOR, 8) is True
        assert {row.factor: row.step for row in UsedCode.objects.all()} == {FACTOR: 8, OTHER: 6}

    def test_a_passkey_counts_upwards_or_says_nothing_each_time(self) -> None:
        assert [use_counter(FACTOR, 0), use_counter(FACTOR, 0)] == [True, True]
        assert use_counter(OTHER, 9) is True
        assert use_counter(FACTOR, 0) is True, "of another one"
        assert [use_counter(FACTOR, number) for number in (5, 5, 4, 0, 6)] == [True, False, False, False, True]
        assert use_counter(OTHER, 9) is False
        assert [use_counter(UUID(int=3), 0), use_counter(UUID(int=3), 0)] == [True, True]

    def test_ended_sessions_are_counted_by_account(self) -> None:
        assert sessions_ended(NOBODY, FACTOR) == 0
        for number in (1, 2):
            end_sessions(FACTOR)
            assert sessions_ended(NOBODY, FACTOR) == number
        assert sessions_ended(NOBODY, OTHER) == 0
        assert SessionsEnded.objects.count() == 1
        end_sessions(OTHER)
        assert sessions_ended(NOBODY, OTHER) == 1


def mac(name: str, nonce: str) -> str:
    return keyed("entrance.device", name, nonce)[:32]


def test_a_devices_cookie_is_nonces_with_their_marks_the_newest_first() -> None:
    cookie = with_account("", "甲")
    nonce, _, mark = cookie.partition("-")
    assert (len(nonce), len(mark)) == (32, 32)
    assert mark == mac("甲", nonce)
    assert known_as(cookie, "甲") == nonce
    assert known_as(cookie, "乙") == ""
    both = with_account(cookie, "乙")
    assert both.split(".")[1] == cookie
    again = with_account(both, "甲")
    assert again.split(".")[1:] == [both.split(".")[0]], "the account's former number goes"
    assert known_as(again, "甲") not in ("", nonce)


def test_only_so_many_accounts_are_kept_on_a_device() -> None:
    cookie = ""
    for number in range(DEVICES_KEPT + 1):
        cookie = with_account(cookie, str(number))
    assert len(cookie.split(".")) == DEVICES_KEPT
    assert known_as(cookie, "0") == ""
    assert all(known_as(cookie, str(number)) for number in range(1, DEVICES_KEPT + 1))
    assert len(cookie) == DEVICES_KEPT * 66 - 1
    too_long = ".".join(f"{nonce}-{mac('甲', nonce)}" for nonce in (f"{number:032x}" for number in range(DEVICES_KEPT + 1)))
    last = f"{DEVICES_KEPT:032x}"
    assert known_as(too_long.replace(mac("甲", f"{0:032x}"), "0" * 32), "甲") == f"{1:032x}"
    assert known_as(f"{'0' * 32}-{'0' * 32}." * DEVICES_KEPT + f"{last}-{mac('甲', last)}", "甲") == ""


@pytest.mark.parametrize("nonce", ["a" * 31, "a" * 33, "a" * 31 + "_", "a" * 31 + "é", "a" * 31 + "٣"])
def test_a_number_that_is_not_of_ours_is_known_to_nobody(nonce: str) -> None:
    assert known_as(f"{nonce}-{mac('甲', nonce)}", "甲") == ""


@pytest.mark.parametrize("cookie", ["", ".", "-", "x", "a" * 32, "a" * 32 + "-" + "b" * 31, "a" * 32 + "-" + "b" * 31 + "é"])
def test_a_broken_cookie_is_an_empty_one(cookie: str) -> None:
    assert known_as(cookie, "甲") == ""
    assert with_account(cookie, "甲").count(".") == 0
