"""Random histories of tries: whatever others do, the owner's device and a fresh one-time password open the account at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuqi.access.actions import change_password, give_one_time_password
from fuqi.entrance.devices import with_account
from fuqi.entrance.rules import LONGEST_PAUSE
from fuqi.flows import entry
from fuqi.flows.granting import give_role
from tests.support.small_county import AT, EAST, FOUNDER, ON, acting, lay_county

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

OWNER, NEIGHBOUR = "王春生", "李卫民"
OWN, NEIGHBOURS = "湖边的白鹭飞过" + "2031", "田里的青蛙叫了" + "2031"
ADDRESSES = [f"10.0.0.{number}" for number in range(6)]
"""Synthetic; the first is the owner's."""


@dataclass(frozen=True)
class Try:
    """What an attacker does: the neighbour is one of them, and knows his own password and device."""

    name: str
    password: str
    device: int
    address: int
    after: int
    times: int


TRIES = st.builds(
    Try,
    name=st.sampled_from([OWNER, OWNER, OWNER, NEIGHBOUR, "没有这个人"]),
    password=st.sampled_from(["不对的密码", "", "abcd-efgh-jkmn-pqrs", NEIGHBOURS]),
    device=st.integers(0, 3),
    address=st.integers(0, 5),
    after=st.sampled_from([0, 0, 0, 1, 31, 400, 901, 90_000, -5000]),
    times=st.sampled_from([1, 1, 6]),
)
HISTORIES = st.lists(TRIES, max_size=10)
EXAMPLES = pytest.mark.parametrize("examples", [8, pytest.param(200, marks=pytest.mark.proof)])


def tried(examples: int) -> settings:
    """Return how many histories are drawn, and that drawing them may take its time."""
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture(autouse=True)
def _county(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    lay_county()
    for name, password in ((OWNER, OWN), (NEIGHBOUR, NEIGHBOURS)):
        give_role(acting(FOUNDER), name, "village_doctor", EAST, on=ON, at=AT)
        change_password(name, password, by=name, at=AT)


class Rewound(Exception):
    """Leaves a block whose writes are forgotten."""


@pytest.fixture
def rewound() -> Any:
    """Return a block that leaves both databases as they were."""
    from contextlib import contextmanager

    @contextmanager
    def block() -> Iterator[None]:
        try:
            with transaction.atomic(using="default"), transaction.atomic(using="desk"):
                yield
                raise Rewound
        except Rewound:
            pass

    return block


def attack(history: list[Try], cookies: list[str]) -> Iterator[datetime]:
    """Do what the attackers do; yield the instant after each."""
    at = AT
    for one in history:
        at = max(AT, at + timedelta(seconds=one.after))
        for _ in range(one.times):
            entry.try_sign_in(one.name, one.password, device=cookies[one.device], address=ADDRESSES[one.address], at=at)
        yield at


def attackers_cookies(owners: str) -> list[str]:
    """Return none, the neighbour's own, a forged one, and the owner's with a sign changed."""
    flipped = owners[:-1] + ("0" if owners[-1] != "0" else "1")
    return ["", with_account("", NEIGHBOUR), with_account("", OWNER)[:33] + "0" * 32, flipped]


@EXAMPLES
def test_no_attacker_keeps_the_owners_device_out(examples: int, rewound: Any) -> None:
    @tried(examples)
    @given(history=HISTORIES, mistakes=st.integers(0, 4))
    def check(history: list[Try], mistakes: int) -> None:
        with rewound():
            device = entry.device_cookie(OWNER, device="", at=AT)
            for at in attack(history, attackers_cookies(device)):
                for _ in range(mistakes):
                    assert entry.try_sign_in(OWNER, "记错了", device=device, address=ADDRESSES[0], at=at).state == "wrong"
                assert entry.try_sign_in(OWNER, OWN, device=device, address=ADDRESSES[0], at=at).state == "in"

    check()


@EXAMPLES
def test_no_attacker_keeps_out_who_holds_a_fresh_one_time_password(examples: int, rewound: Any) -> None:
    @tried(examples)
    @given(history=HISTORIES, address=st.integers(0, 5))
    def check(history: list[Try], address: int) -> None:
        with rewound():
            at = [AT, *attack(history, attackers_cookies(with_account("", OWNER)))][-1]
            words = give_one_time_password(OWNER, by=FOUNDER, at=at)
            assert entry.try_sign_in(OWNER, words, device="", address=ADDRESSES[address], at=at).state == "change_password"

    check()


@EXAMPLES
def test_who_is_left_alone_waits_a_quarter_of_an_hour_at_most(examples: int, rewound: Any) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[Try]) -> None:
        with rewound():
            at = [AT, *attack(history, attackers_cookies(with_account("", OWNER)))][-1]
            first = entry.try_sign_in(OWNER, OWN, device="", address=ADDRESSES[0], at=at)
            assert first.wait_seconds <= LONGEST_PAUSE.total_seconds()
            if first.state == "wait":
                later = at + timedelta(seconds=first.wait_seconds)
                assert entry.try_sign_in(OWNER, OWN, device="", address=ADDRESSES[0], at=later).state == "in"

    check()


@EXAMPLES
def test_an_attacker_gets_no_account_and_unknown_names_answer_as_known_ones_do(examples: int, rewound: Any) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[Try]) -> None:
        with rewound():
            cookies = attackers_cookies(with_account("", OWNER))
            for one in history:
                device = cookies[one.device] if one.device != 1 else ""
                found = [
                    entry.try_sign_in(name, one.password, device=device, address=f"{name}{one.address}", at=AT)
                    for name in (OWNER, "没有这个人")
                    for _ in range(one.times)
                ]
                known, unknown = found[: one.times], found[one.times :]
                assert known == unknown
                assert {one.state for one in known} <= {"wrong", "wait"}

    check()


@EXAMPLES
def test_no_code_opens_twice_and_none_older_than_the_last(examples: int, rewound: Any) -> None:
    @tried(examples)
    @given(tries=st.lists(st.tuples(st.integers(0, 200), st.integers(-2, 2)), max_size=12))
    def check(tries: list[tuple[int, int]]) -> None:
        with rewound():
            setup = entry.start_factor(OWNER, at=AT)
            entry.confirm_factor(OWNER, setup.secret, pyotp.TOTP(setup.secret).at(AT), at=AT)
            device = entry.device_cookie(OWNER, device="", at=AT)
            last, now = int(AT.timestamp()) // 30, AT
            for after, drift in tries:
                now += timedelta(seconds=after)
                present = int(now.timestamp()) // 30
                code = pyotp.TOTP(setup.secret).generate_otp(present + drift)
                found = entry.try_factor(OWNER, code, device=device, address=ADDRESSES[0], at=now)
                opens = abs(drift) <= 1 and present + drift > last
                assert found.state in (("in",) if opens else ("wrong", "wait")) or (opens and found.state == "wait")
                last = present + drift if found.state == "in" else last

    check()
