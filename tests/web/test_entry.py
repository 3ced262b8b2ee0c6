"""Signing in: who gets in, who does not, and what is said to whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from fuqi.access.actions import change_password, give_one_time_password
from fuqi.access.models import User
from fuqi.access.queries import prove_accounts
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.actions import recording

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

AT = datetime.now(UTC)
"""The pages go by the clock, and a one-time password holds seven days only."""
OWN = "湖边的白鹭飞过" + "2026"


@pytest.fixture
def clerk() -> User:
    with recording(by="程序", at=AT, action="test.account") as record:
        user = User(name="李桂芳")
        user.set_unusable_password()
        user.save()
        record.note("account", id=str(user.id), name=user.name)
    return user


def client(*, checks: bool = False) -> Client:
    return Client(enforce_csrf_checks=checks, headers={"host": "localhost"})


def enter(browser: Client, name: str, password: str, **more: str) -> tuple[int, str, str]:
    answer = browser.post("/sign-in/", {"name": name, "password": password, **more})
    return answer.status_code, answer.content.decode(), answer.headers.get("Location", "")


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(clerk: User) -> None:
    give_one_time_password(clerk.name, by="程序", at=AT)
    wrong = enter(client(), clerk.name, "不是这个")
    unknown = enter(client(), "没有这个人", "不是这个")
    assert wrong[0] == unknown[0] == 422
    assert "姓名或密码不对" in wrong[1]
    assert "姓名或密码不对" in unknown[1]


def test_nobody_enters_an_account_without_a_password(clerk: User) -> None:
    assert enter(client(), clerk.name, "")[0] == 422
    assert enter(client(), clerk.name, clerk.password)[0] == 422


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(clerk: User) -> None:
    password = give_one_time_password(clerk.name, by="程序", at=AT)
    browser = client()
    assert enter(browser, clerk.name, password)[2] == "/password/"
    assert browser.get("/").headers["Location"] == "/password/"
    browser.post("/password/", {"password": OWN, "again": OWN})
    assert enter(client(), clerk.name, password)[0] == 422
    assert enter(client(), clerk.name, OWN)[2] == "/"


@pytest.mark.parametrize("weak", ["短", "1234567890", "password123", "李桂芳李桂芳李桂芳李桂芳"])
def test_a_weak_password_is_refused_in_words(clerk: User, weak: str) -> None:
    browser = client()
    enter(browser, clerk.name, give_one_time_password(clerk.name, by="程序", at=AT))
    answer = browser.post("/password/", {"password": weak, "again": weak})
    assert answer.status_code == 422
    assert "密码" in answer.content.decode()
    clerk.refresh_from_db()
    assert clerk.must_change_password


def test_an_expired_page_is_a_sentence_and_nothing_is_done(clerk: User) -> None:
    change_password(clerk.name, OWN, by=clerk.name, at=AT)
    answer = client(checks=True).post("/sign-in/", {"name": clerk.name, "password": OWN})
    assert answer.status_code == 403
    assert "没有提交" in answer.content.decode()


def test_after_signing_in_nobody_is_sent_to_another_host(clerk: User) -> None:
    change_password(clerk.name, OWN, by=clerk.name, at=AT)
    assert enter(client(), clerk.name, OWN, next="https://elsewhere.example/")[2] == "/"
    assert enter(client(), clerk.name, OWN, next="/people/")[2] == "/people/"


def test_a_new_password_ends_every_other_session(clerk: User) -> None:
    change_password(clerk.name, OWN, by=clerk.name, at=AT)
    browser = client()
    enter(browser, clerk.name, OWN)
    give_one_time_password(clerk.name, by="管理员", at=AT)
    assert browser.get("/").headers["Location"].startswith("/sign-in/")


def test_the_audit_tells_a_password_that_was_set_behind_the_programs_back(clerk: User) -> None:
    change_password(clerk.name, OWN, by=clerk.name, at=AT)
    assert not list(prove_accounts(PROGRAM))
    clerk.refresh_from_db()
    clerk.set_password("绕过程序设的密码")
    clerk.save()
    assert ["密码与日志不符" in fault.message for fault in prove_accounts(PROGRAM)] == [True]
