"""Coming in: what the journal keeps of it, and passwords."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fuqi.access.actions import change_password, give_one_time_password
from fuqi.access.queries import needs_password
from fuqi.basics.viewer import Viewer
from fuqi.flows.purposes import record_purpose
from fuqi.journal.actions import recording


def signed_in(name: str, *, at: datetime) -> None:
    """Keep who came in and when."""
    with recording(by=name, at=at, action="access.sign_in"):
        pass


def say_why(viewer: Viewer, purpose: str, *, at: datetime) -> None:
    """Keep why somebody wants names shown in full."""
    record_purpose(replace(viewer, purpose=purpose), at=at)


def choose_password(name: str, password: str, *, at: datetime) -> None:
    """Set the password that its owner chose."""
    change_password(name, password, by=name, at=at)


def first_password(viewer: Viewer, name: str, *, at: datetime) -> str:
    """Return a one-time password for a person whose account has none yet, else ''."""
    return give_one_time_password(name, by=viewer.name, at=at) if needs_password(viewer, name) else ""


def new_password(viewer: Viewer, name: str, *, at: datetime) -> str:
    """Return a new one-time password for a person who lost the old one."""
    return give_one_time_password(name, by=viewer.name, at=at)
