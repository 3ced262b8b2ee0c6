"""Coming in as a test does: a doctor with a password, tries at an instant, second factors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp

from fuqi.access.actions import change_password
from fuqi.flows import entry
from fuqi.flows.entry import SignIn
from fuqi.flows.granting import give_role
from tests.support.small_county import AT, EAST, FOUNDER, ON, acting, lay_county

DOCTOR = "王春生"
OWN = "湖边的白鹭飞过" + "2031"
HERE, ELSEWHERE = "10.0.0.7", "10.0.0.8"
"""Synthetic addresses."""

FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Hashes that cost nothing, for tests of everything but hashes."""


def county_with_a_doctor(settings: Any) -> None:
    """Lay the county out and give a doctor a role and a password."""
    settings.PASSWORD_HASHERS = FAST
    lay_county()
    give_role(acting(FOUNDER), DOCTOR, "village_doctor", EAST, on=ON, at=AT)
    change_password(DOCTOR, OWN, by=DOCTOR, at=AT)


def come(
    password: str = OWN, *, name: str = DOCTOR, device: str = "", address: str = HERE, after: float = 0, **more: Any
) -> SignIn:
    """Try to sign in so many seconds after the first instant."""
    return entry.try_sign_in(name, password, device=device, address=address, at=AT + timedelta(seconds=after), **more)


def code_of(secret: str, after: float = 0) -> str:
    """Return the code that an app with the secret shows then."""
    return pyotp.TOTP(secret).at(AT + timedelta(seconds=after))


def with_factor(name: str, after: float = 0) -> tuple[str, tuple[str, ...]]:
    """Set a second factor up; return its secret and the recovery codes."""
    setup = entry.start_factor(name, at=AT)
    at = AT + timedelta(seconds=after)
    return setup.secret, entry.confirm_factor(name, setup.secret, code_of(setup.secret, after), at=at)
