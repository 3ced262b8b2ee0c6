"""Coming in: waits, the same answer for everybody unknown, second factors, and when a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from fuqi.access.actions import change_password, give_one_time_password, grant, set_active
from fuqi.access.models import User
from fuqi.access.queries import prove_accounts
from fuqi.entrance.actions import count_try, tallies
from fuqi.entrance.devices import known_as, with_account
from fuqi.entrance.models import Tries
from fuqi.flows import entry
from fuqi.flows.accounts import disable, enable, reset_factor, take_role
from fuqi.flows.entry import SignIn
from fuqi.flows.granting import give_role
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.models import Entry
from tests.support.entering import DOCTOR, ELSEWHERE, HERE, OWN, come, county_with_a_doctor, with_factor
from tests.support.small_county import AT, COUNTY, EAST, FOUNDER, ON, acting

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


@pytest.fixture(autouse=True)
def _county(settings: Any) -> None:
    county_with_a_doctor(settings)


# Wrong, unknown, disabled


def test_the_right_password_lets_in_and_the_device_is_known_from_then_on() -> None:
    found = come()
    assert (found.state, found.name) == ("in", DOCTOR)
    assert found.user_id == User.objects.get(name=DOCTOR).id
    assert known_as(found.device_cookie, DOCTOR)
    assert not known_as(found.device_cookie, FOUNDER)


def test_wrong_unknown_disabled_without_password_and_outdated_read_the_same() -> None:
    disable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    give_role(acting(FOUNDER), "李卫民", "township_clerk", EAST, on=ON, at=AT)
    outdated = give_one_time_password("李卫民", by=FOUNDER, at=AT - timedelta(days=7))
    answers = [
        come("不对的密码"),
        come(),
        come(name="没有这个人"),
        come("", name="李卫民"),
        come(outdated, name="李卫民"),
        come(name=FOUNDER),
        come("x" * 5000),
    ]
    assert answers == [SignIn("wrong")] * len(answers)


def test_a_one_time_password_holds_a_week_and_then_is_given_anew() -> None:
    day = timedelta(days=1)
    words = give_one_time_password(DOCTOR, by=FOUNDER, at=AT)
    assert entry.first_password(PROGRAM, DOCTOR, at=AT + 6 * day) == ""
    assert come(words, after=6 * 86400).state == "change_password"
    assert come(words, after=7 * 86400).state == "wrong"
    fresh = entry.first_password(PROGRAM, DOCTOR, at=AT + 7 * day)
    assert come(fresh, after=7 * 86400).state == "change_password"


def test_the_program_gives_no_first_password_to_a_disabled_account() -> None:
    give_role(acting(FOUNDER), "李卫民", "township_clerk", EAST, on=ON, at=AT)
    disable(acting(FOUNDER), "李卫民", why="试", at=AT)
    assert entry.first_password(PROGRAM, "李卫民", at=AT) == ""


@pytest.mark.parametrize("who", ["known", "unknown", "disabled", "no password", "outdated"])
def test_each_try_costs_one_hash_whoever_it_is(who: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    change_password(DOCTOR, OWN + "了", by=DOCTOR, at=AT)
    name = {"unknown": "没有这个人", "no password": FOUNDER}.get(who, DOCTOR)
    if who == "disabled":
        set_active(DOCTOR, active=False, on=ON, why="试", by=FOUNDER, at=AT)
    if who == "outdated":
        give_one_time_password(DOCTOR, by=FOUNDER, at=AT - timedelta(days=30))
    come("不对的密码", name="先算一次")
    looked, verify = [], Argon2PasswordHasher.verify

    def counted(hasher: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        looked.append(encoded)
        return verify(hasher, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted)
    assert come("不对的密码", name=name).state == "wrong"
    assert len(looked) == 1


def test_during_a_wait_no_password_is_looked_at_whoever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (DOCTOR, "没有这个人"):
        for _ in range(5):
            assert come("不对的密码", name=name).state == "wrong"
    monkeypatch.setattr(entry, "password_is", lambda *_: pytest.fail("looked at"))
    answers = [come(name=name) for name in (DOCTOR, "没有这个人")]
    assert answers == [SignIn("wait", wait_seconds=30)] * 2


# Waits


def test_after_five_wrong_tries_the_sixth_waits_and_then_is_looked_at() -> None:
    for _ in range(5):
        assert come("不对的密码").state == "wrong"
    assert come().state == "wait"
    assert come(after=29).state == "wait"
    assert come(after=30).state == "in"
    assert come("不对的密码", after=31).state == "wrong"


def test_a_row_of_wrong_tries_ends_with_a_right_one() -> None:
    for _ in range(3):
        for _ in range(4):
            assert come("不对的密码").state == "wrong"
        assert come().state == "in"


def test_strangers_at_one_address_do_not_hold_up_another() -> None:
    for _ in range(10):
        come("不对的密码", address=ELSEWHERE)
    assert come(address=ELSEWHERE).state == "wait"
    assert come(address=HERE).state == "in"


def test_strangers_everywhere_hold_up_strangers_but_not_the_owners_device() -> None:
    device = come().device_cookie
    for number in range(40):
        come("不对的密码", address=f"10.1.0.{number}")
    assert come(address="10.2.0.1").state == "wait"
    assert come(address="10.2.0.1", device=device).state == "in"


def test_who_has_a_one_time_password_gets_in_from_a_new_device_in_the_middle_of_an_attack() -> None:
    for number in range(40):
        come("不对的密码", address=f"10.1.0.{number}")
    assert come().state == "wait"
    words = give_one_time_password(DOCTOR, by=FOUNDER, at=AT)
    assert come("abcd-efgh-jkmn-pqrs").state == "wait"
    assert come(words).state == "change_password"


def test_a_chosen_password_that_looks_like_a_one_time_one_waits_as_others_do() -> None:
    looks = "abcd-efgh-jkmn-pqrs"
    change_password(DOCTOR, looks, by=DOCTOR, at=AT)
    for _ in range(5):
        come("不对的密码")
    assert come(looks).state == "wait"


def test_the_owners_own_device_waits_after_its_own_mistakes_only() -> None:
    device = come().device_cookie
    for _ in range(5):
        assert come("不对的密码", device=device).state == "wrong"
    assert come(device=device).state == "wait"
    assert come().state == "in"


def test_one_address_cannot_try_all_accounts() -> None:
    states = [come("不对的密码", name=f"某人{number}").state for number in range(60)]
    assert states == ["wrong"] * 50 + ["wait"] * 10


def test_a_device_of_one_account_is_a_stranger_to_another() -> None:
    device = come().device_cookie
    for _ in range(5):
        come("不对的密码", name="李卫民", device=device)
    assert come(name="李卫民", device=device).state == "wait"
    assert come(name="李卫民").state == "wait"


def test_several_accounts_share_a_browser_and_each_is_known_there() -> None:
    cookie = ""
    for name in ("甲", "乙", "丙", "甲"):
        cookie = with_account(cookie, name)
    assert all(known_as(cookie, name) for name in ("甲", "乙", "丙"))
    assert cookie.count(".") == 2
    for number in range(20):
        cookie = with_account(cookie, f"某人{number}")
    assert cookie.count(".") == 7
    assert not known_as(cookie, "甲")


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: c + "0", lambda c: c.swapcase(), lambda c: "0" * len(c), lambda c: "é" * 65]
)
def test_a_forged_cookie_is_a_stranger(change: Callable[[str], str]) -> None:
    cookie = with_account("", DOCTOR)
    assert change(cookie) != cookie
    assert not known_as(change(cookie), DOCTOR)


def test_a_wait_is_kept_in_the_journal_without_what_was_typed() -> None:
    typed = "也许是一个密码"
    for name in (DOCTOR, typed):
        for _ in range(7):
            come("不对的密码", name=name)
    told = list(Entry.objects.filter(action="access.paused").order_by("id").values_list("content", flat=True))
    assert len(told) == 2
    assert str(User.objects.get(name=DOCTOR).id) in told[0]
    assert typed not in "".join(told)


def test_what_lies_at_the_entrance_names_nobody() -> None:
    come("不对的密码")
    stored = str(list(Tries.objects.values()))
    assert DOCTOR not in stored
    assert HERE not in stored
    assert Tries.objects.count() == 3
    come("不对的密码", name="以后的人", after=3 * 86400)
    assert Tries.objects.count() == 3


def test_tries_at_the_same_instant_are_counted_before_they_are_looked_at() -> None:
    keys = tallies("password", DOCTOR, nonce="", address=HERE)
    tried = [count_try(keys, failures=5, at=AT) for _ in range(9)]
    assert [one.refused for one in tried] == [False] * 5 + [True] * 4
    assert [one.pauses for one in tried] == [False] * 4 + [True] + [False] * 4


# Sessions


def test_a_session_rests_on_account_password_factor_and_grants() -> None:
    stamps = [stamp()]
    entry.choose_password(DOCTOR, "白鹭飞过的湖边2031", at=AT)
    stamps.append(stamp())
    _, codes = with_factor(DOCTOR)
    stamps.append(stamp())
    entry.check_factor(DOCTOR, codes[0], at=AT)
    assert stamp() == stamps[-1], "using a recovery code ends nobody's session"
    reset_factor(acting(FOUNDER), DOCTOR, why="试", at=AT)
    stamps.append(stamp())
    give_one_time_password(DOCTOR, by=FOUNDER, at=AT)
    stamps.append(stamp())
    give_role(acting(FOUNDER), DOCTOR, "township_clerk", EAST, on=ON, at=AT)
    stamps.append(stamp())
    assert stamp() == stamps[-1]
    assert len(set(stamps)) == len(stamps)
    disable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    assert stamp() == ""
    enable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    stamps.append(stamp())
    assert len(set(stamps)) == len(stamps), "no session comes back with what was given back"


def stamp(name: str = DOCTOR, on: date = ON) -> str:
    return entry.session_stamp(name, on=on)


def test_a_role_taken_back_and_a_role_that_runs_out_end_sessions() -> None:
    before = stamp()
    give_role(acting(FOUNDER), DOCTOR, "township_clerk", EAST, on=ON, at=AT, until=ON + timedelta(days=3))
    both = stamp()
    assert stamp(on=ON + timedelta(days=2)) == both
    assert stamp(on=ON + timedelta(days=3)) == before
    from fuqi.access.queries import held_by

    first = held_by(PROGRAM, User.objects.get(name=DOCTOR).id)[0]
    take_role(acting(FOUNDER), first.id, why="试", at=AT, on=ON)
    assert stamp() not in ("", before, both)
    assert stamp(on=ON + timedelta(days=3)) == ""


def test_nobody_unknown_or_without_a_role_has_a_session() -> None:
    assert stamp("没有这个人") == ""
    assert stamp(on=ON - timedelta(days=1)) == ""


def test_the_founders_sessions_end_when_a_security_administrator_is_appointed() -> None:
    before = stamp(FOUNDER)
    grant("赵安全", "security_administrator", COUNTY, valid_from=ON, by=FOUNDER, at=AT)
    assert stamp(FOUNDER) not in ("", before)


def test_everything_that_may_change_of_an_account_is_vouched_for() -> None:
    with_factor(DOCTOR)
    disable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    give_one_time_password(FOUNDER, by=PROGRAM.name, at=AT)
    assert list(prove_accounts(PROGRAM)) == []
    tampered: dict[str, Any] = {"is_active": True, "password": "x", "must_change_password": True, "name": "别人"}
    mutable = {field.attname for field in User._meta.concrete_fields} - {"id"}
    assert mutable == set(tampered)
    kept: dict[str, Any] = dict(User.objects.filter(name=DOCTOR).values().get())
    for column, value in tampered.items():
        User.objects.filter(id=kept["id"]).update(**{column: value})
        assert any(str(kept["id"]) in fault.message for fault in prove_accounts(PROGRAM)), column
        User.objects.filter(id=kept["id"]).update(**{column: kept[column]})
    assert list(prove_accounts(PROGRAM)) == []
    User.objects.create(name="塞进来的")
    assert list(prove_accounts(PROGRAM))


def test_days_are_chinas() -> None:
    assert entry._day(datetime(2031, 5, 5, 16, 0, tzinfo=UTC)) == ON
