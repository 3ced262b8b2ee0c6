"""What a chosen password must not be, bound by bound."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.exceptions import ValidationError

from fuqi.access import passwords
from fuqi.access.passwords import LONGEST, NotOnesOwnName, check_as_long, password_faults
from fuqi.access.profiles import ASVS, DENGBAO3, PROFILES

OWNER = SimpleNamespace(name="王春生")


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    passwords._nobodys_hash.cache_clear()


def faults(password: str, *, kinds: int = 1, former: tuple[str, ...] = ()) -> list[str]:
    return list(password_faults(password, OWNER, replace(ASVS, password_kinds=kinds), [*map(hashers.make_password, former)]))


def test_a_password_is_neither_short_nor_a_book() -> None:
    assert faults("湖边白鹭九个字呀") == ["密码至少要有10个字符。"]
    assert faults("xqjwvkzpfh") == []
    assert LONGEST == 200
    assert faults("湖边" * 100) == []
    assert faults("湖" * 201, kinds=5, former=("湖" * 201,)) == ["密码最多200个字符。"]


def test_kinds_names_common_words_and_former_ones_are_each_told() -> None:
    assert faults("湖边的白鹭飞过2026", kinds=2) == []
    assert [words[:8] for words in faults("湖边的白鹭飞过2026", kinds=3)] == ["密码至少要有3种"]
    assert faults("王春生abcdefgh") == []
    assert faults("王春生abcdefg") == ["密码除去自己的姓名以外，至少还要有8个字符。"]
    assert faults("王春生a王春生bcdefgh") == []
    assert len(faults("password123")) == 1
    assert faults("xqjwvkzpfh", former=("a", "xqjwvkzpfh")) == ["这个密码以前用过。请换一个新的。"]
    assert len(faults("password1", former=("password1",))) == 3


def test_the_owners_name_is_looked_for_where_there_is_one() -> None:
    check = NotOnesOwnName(3)
    for user, password in ((None, "x"), (SimpleNamespace(name=""), "x"), (OWNER, "别a"), (OWNER, "王春生abc")):
        check.validate(password, user)
    check.validate("x")
    with pytest.raises(ValidationError, match="至少还要有3个字符") as refused:
        check.validate("王春生ab", OWNER)
    assert refused.value.code == "own_name"


def test_a_password_is_looked_at_as_long_whether_there_is_such_an_account_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, str]] = []

    def check(password: str, stored: str) -> bool:
        looked.append((password, stored))
        return True

    monkeypatch.setattr(hashers, "check_password", check)
    assert check_as_long("right", "stored", usable=True) is True
    assert check_as_long("right", "stored", usable=False) is False
    assert check_as_long("right", "", usable=False) is False
    assert looked[0] == ("right", "stored")
    assert looked[1] == looked[2] != looked[0]
    assert looked[1][1].startswith("md5$")
    assert check_as_long("x" * 200, "stored", usable=True) is True
    assert check_as_long("x" * 201, "stored", usable=True) is False
    assert looked[-1] == ("x" * 200, "stored")


def test_a_wrong_password_opens_nothing() -> None:
    stored = hashers.make_password("right")
    assert check_as_long("right", stored, usable=True) is True
    assert check_as_long("wrong", stored, usable=True) is False
    assert check_as_long("nobody", stored, usable=False) is False


def test_the_numbers_of_the_profiles() -> None:
    def numbers(name: str) -> tuple[object, ...]:
        one = PROFILES[name]
        minutes = [int(span.total_seconds()) // 60 for span in (one.idle, one.longest_session)]
        kept = (one.password_length, one.password_days, one.password_history, one.password_kinds)
        return (one.name, *kept, *minutes, one.failures_before_pause, one.cipher)

    assert numbers("asvs") == ("asvs", 10, 0, 0, 1, 30, 600, 5, "aes")
    assert numbers("dengbao3") == ("dengbao3", 10, 90, 5, 3, 15, 480, 5, "sm")
    assert PROFILES == {"asvs": ASVS, "dengbao3": DENGBAO3}
