"""Giving a person an account and a role."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime

from fuqi.access.codes import ROLES
from fuqi.access.models import Grant, User
from fuqi.basics.errors import FuqiError
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow
from fuqi.places.models import Division


class UnknownRoleError(FuqiError):
    """There is no such role."""

    code = "unknown_role"


class NoAccountError(FuqiError):
    """There is no such account."""

    code = "no_account"


def grant(name: str, role: str, place_code: str, *, valid_from: date, by: str, at: datetime) -> None:
    """Give the person that role at a place from a day on; the account is made if there is none (it has no password yet)."""
    if role not in ROLES:
        roles = "、".join(f"{code}({of.name})" for code, of in ROLES.items())
        raise UnknownRoleError(f"没有“{role}”这个角色。可用的角色：{roles}。")
    with recording(by=by, at=at, action="access.grant") as record:
        user, created = User.objects.get_or_create(name=name)
        if created:
            user.set_unusable_password()
            user.save()
            record.note("account", id=str(user.id), name=name)
        row = NewRow(
            Grant, user_id=user.id, role=role, place_id=Division.objects.get(code=place_code).id, valid_from=valid_from
        )
        record.add([row])


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a one-time password is made of: nothing that two people read differently."""


def give_one_time_password(name: str, *, by: str, at: datetime) -> str:
    """Give an account a new one-time password and return it: 4 groups of 4 characters, about 79 bits. Raises NoAccountError."""
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    _set_password(name, password, one_time=True, by=by, at=at)
    return password


def change_password(name: str, password: str, *, by: str, at: datetime) -> None:
    """Set the password that its owner chose. Raises NoAccountError."""
    _set_password(name, password, one_time=False, by=by, at=at)


def _set_password(name: str, password: str, *, one_time: bool, by: str, at: datetime) -> None:
    with recording(by=by, at=at, action="access.password") as record:
        user = User.objects.select_for_update().filter(name=name).first()
        if user is None:
            raise NoAccountError(f"没有“{name}”这个账号。请先授权（grant），账号会一并建立。")
        user.set_password(password)
        user.must_change_password = one_time
        user.save(update_fields=["password", "must_change_password"])
        record.note("password", id=str(user.id), digest=password_digest(user), one_time=one_time)


def password_digest(user: User) -> str:
    """Return what the journal keeps of a stored password: a digest of its hash."""
    return hashlib.sha256(user.password.encode()).hexdigest()
