"""Give somebody a role at a place within one's own places."""

from __future__ import annotations

from datetime import date, datetime

from fuqi.access.actions import grant
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.places.queries import find_division


class SelfGrantError(FuqiError):
    """Nobody gives a role to himself."""

    code = "self_grant"


def give_role(viewer: Viewer, name: str, role: str, place: str, *, on: date, at: datetime) -> str:
    """Grant the role from a day on and return the place's full name.

    Raises UnknownPlaceError, UnknownRoleError, SelfGrantError.
    """
    if name == viewer.name:
        raise SelfGrantError("不能给自己授权。请由另一位有权授权的人来做。")
    division = find_division(viewer, place)
    grant(name, role, division.code, valid_from=on, by=viewer.name, at=at)
    return division.full_name
