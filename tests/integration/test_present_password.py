"""Guessing beside the entrance: on a page left open, and with what only looks like a one-time password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fuqi.access.actions import give_one_time_password
from fuqi.flows import entry
from fuqi.flows.entry import SignIn, try_present_password
from fuqi.journal.models import Entry
from tests.support.entering import DOCTOR, ELSEWHERE, OWN, come, county_with_a_doctor
from tests.support.small_county import AT, FOUNDER

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


@pytest.fixture(autouse=True)
def _county(settings: Any) -> None:
    county_with_a_doctor(settings)


def test_wrong_tries_wait_whatever_visit_they_come_from_and_the_wait_is_kept() -> None:
    assert [try_present_password(DOCTOR, "不对的密码", at=AT).state for _ in range(5)] == ["wrong"] * 5
    assert try_present_password(DOCTOR, OWN, at=AT) == SignIn("wait", wait_seconds=30)
    assert Entry.objects.filter(action="access.paused").count() == 1
    assert try_present_password(DOCTOR, OWN, at=AT + timedelta(seconds=30)).state == "in"
    assert try_present_password(DOCTOR, OWN, at=AT + timedelta(seconds=30)).state == "in"


def test_during_a_wait_the_password_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        try_present_password(DOCTOR, "不对的密码", at=AT)
    monkeypatch.setattr(entry, "password_is", lambda *_, **__: pytest.fail("looked at"))
    assert try_present_password(DOCTOR, OWN, at=AT).state == "wait"


def test_who_took_a_visit_over_makes_its_owner_wait_nowhere_else() -> None:
    for _ in range(9):
        try_present_password(DOCTOR, "不对的密码", at=AT)
    assert come().state == "in"


def test_wrong_tries_at_the_entrance_do_not_stand_in_the_way_of_who_is_in() -> None:
    for _ in range(9):
        come("不对的密码")
    assert try_present_password(DOCTOR, OWN, at=AT).state == "in"


def test_what_looks_like_a_one_time_password_is_looked_at_so_often_from_an_address_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(5):
        come("不对的密码")
    looked: list[str] = []

    def looks(_: object, name: str, *__: object, **___: object) -> bool:
        looked.append(name)
        return False

    monkeypatch.setattr(entry, "password_is", looks)
    for _ in range(60):
        assert come("abcd-efgh-jkmn-pqrs").state == "wait"
    assert len(looked) == 50
    monkeypatch.undo()
    words = give_one_time_password(DOCTOR, by=FOUNDER, at=AT)
    for _ in range(5):
        come("不对的密码", address=ELSEWHERE)
    assert come(words).state == "wait"
    assert come(words, address=ELSEWHERE).state == "change_password"
