"""Giving a person an account and a role."""

from __future__ import annotations

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


def grant(name: str, role: str, place_code: str, *, valid_from: date, by: str, at: datetime) -> None:
    """Give the person that role at a place from a day on; the account is made if there is none (it has no password yet)."""
    if role not in ROLES:
        roles = "、".join(f"{code}({label})" for code, (label, _) in ROLES.items())
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
