"""Pages asked within the test's own process, over an empty county of the test's database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pyotp
from django.test import Client

from fuqi.access.codes import ROLES
from fuqi.flows.entry import choose_password, confirm_factor
from fuqi.flows.granting import give_role
from fuqi.flows.workspaces import PROGRAM
from tests.support.accounts import PASSWORD, Account
from tests.support.codes import SECRET


class Answer(Protocol):
    """What a test asks of an answer: the test client's kind is known to type checkers alone."""

    content: bytes

    @property
    def headers(self) -> Mapping[str, str]: ...


def make(account: Account) -> Account:
    """Make an account with its role, its password, and its second factor where the role calls for one."""
    now = datetime.now(UTC)
    on = now.date()
    give_role(PROGRAM, account.name, account.role, account.place, institution=account.institution, on=on, at=now)
    choose_password(account.name, PASSWORD, at=now)
    if ROLES[account.role].second_factor:
        confirm_factor(account.name, SECRET, pyotp.TOTP(SECRET).at(now), at=now)
    return account


def browser(*, checks: bool = False) -> Client:
    """Return a browser that nobody has signed in with."""
    return Client(enforce_csrf_checks=checks, headers={"host": "localhost", "origin": "http://localhost"})


def sign_in(account: Account, client: Client | None = None) -> Client:
    """Return a browser in which the person has signed in, with a code where one is asked for."""
    client = client or browser()
    answer = client.post("/sign-in/", {"name": account.name, "password": PASSWORD})
    if place(answer) == "/sign-in/code/":
        answer = client.post("/sign-in/code/", {"code": pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=30))})
    assert place(answer) == "/", text(answer)
    return client


def place(answer: Answer) -> str:
    """Return where an answer leads to."""
    return answer.headers.get("Location", "")


def text(answer: Answer) -> str:
    """Return what an answer says."""
    return answer.content.decode()
