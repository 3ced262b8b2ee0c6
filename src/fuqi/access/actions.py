"""Giving a person an account, roles and passwords, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from fuqi.access.codes import ROLES
from fuqi.access.factors import keep_password, password_digest, random_code
from fuqi.access.models import Grant, GrantEnd, InstitutionGrant, User
from fuqi.access.passwords import password_faults
from fuqi.access.profiles import Profile
from fuqi.access.queries import former_passwords, held_by, security_administrators
from fuqi.access.rules import SECURITY_ADMINISTRATOR, Held, check_name, clash, lends, together
from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.journal.actions import Recording, one_at_a_time, recording
from fuqi.journal.tables import NewRow
from fuqi.places.models import Division

_PROGRAM = Viewer("程序", places=("",))


class UnknownRoleError(FuqiError):
    """There is no such role."""

    code = "unknown_role"


class NoAccountError(FuqiError):
    """There is no such account."""

    code = "no_account"


class SecondAdministratorError(FuqiError):
    """One person would hold two offices that are kept apart."""

    code = "second_administrator"


class MixedScopeError(FuqiError):
    """Two roles of one person at different places would lend each other what was given at one of them only."""

    code = "mixed_scope"


class InstitutionNeededError(FuqiError):
    """A role is held at an institution, or at a place, and the other was named."""

    code = "institution_needed"


class LastSecurityAdministratorError(FuqiError):
    """Without this one nobody could manage accounts."""

    code = "last_security_administrator"


class WeakPasswordError(FuqiError):
    """A chosen password is not strong enough; the faults say why."""

    code = "weak_password"


def grant(
    name: str,
    role: str,
    place_code: str,
    *,
    valid_from: date,
    by: str,
    at: datetime,
    institution: str = "",
    valid_until: date | None = None,
) -> UUID:
    """Give a person a role at a place or institution from a day on, making the account if needed. Returns the grant's id.

    Raises UnknownRoleError, InstitutionNeededError, BadNameError, SecondAdministratorError, MixedScopeError.
    """
    if role not in ROLES:
        roles = "、".join(f"{code}({of.name})" for code, of in ROLES.items())
        raise UnknownRoleError(f"没有“{role}”这个角色。可用的角色：{roles}。")
    _check_where(role, place_code, institution)
    new = Held(role, place_code, institution, valid_from, valid_until)
    with recording(by=by, at=at, action="access.grant") as record:
        one_at_a_time()
        user = _account(record, name)
        _check_together(name, new, held_by(_PROGRAM, user.id))
        dates = {"valid_from": valid_from, "valid_until": valid_until}
        if institution:
            row = NewRow(InstitutionGrant, user_id=user.id, role=role, institution=institution, **dates)
        else:
            row = NewRow(Grant, user_id=user.id, role=role, place_id=Division.objects.get(code=place_code).id, **dates)
        record.add([row])
    return row.id


def _check_where(role: str, place_code: str, institution: str) -> None:
    if ROLES[role].by_institution and (place_code or not institution):
        raise InstitutionNeededError(f"“{ROLES[role].name}”按机构授权：请写明是哪一家机构，不写地方。")
    if institution and not ROLES[role].by_institution:
        raise InstitutionNeededError(f"“{ROLES[role].name}”按地方授权：请写明地方，不写机构。")


def _account(record: Recording, name: str) -> User:
    """Return the person's account, locked; a new one has no password yet. Raises BadNameError."""
    user = User.objects.select_for_update().filter(name=name).first()
    if user is None:
        check_name(name)
        user = User(name=name)
        user.set_unusable_password()
        user.save(force_insert=True)
        record.note("account", id=str(user.id), name=name)
    return user


def _check_together(name: str, new: Held, held: Sequence[Held]) -> None:
    for one, other in together([*held, new]):
        if new not in (one, other):
            continue
        old = one if other is new else other
        names = f"“{new.what.name}”和“{old.what.name}”"
        if clash(one, other):
            raise SecondAdministratorError(
                f"{name} 不能同时是{names}：系统、安全、审计三种管理员由三个人分别担任，管理员也不看个人信息。请授权给另一个人，或先收回原来的角色。"
            )
        if lends(one, other) or lends(other, one):
            raise MixedScopeError(
                f"{name} 在不同地方的{names}会互相放大权限，没有授权。请把两个角色授在同一个地方，或先收回原来的角色。"
            )


def end_grant(grant_id: UUID, *, until: date, why: str, by: str, at: datetime) -> None:
    """Take a grant back: from a day on it no longer holds. Raises LastSecurityAdministratorError."""
    with recording(by=by, at=at, action="access.revoke", why=why[:200]) as record:
        one_at_a_time()
        place = Grant.objects.filter(id=grant_id).first()
        if place is not None and place.role == SECURITY_ADMINISTRATOR:
            _keep_one(until, grants=(grant_id,))
        column = "grant_id" if place is not None else "institution_grant_id"
        record.add([NewRow(GrantEnd, **{column: grant_id}, until=until, why=why[:200])])


def _keep_one(on: date, *, grants: Sequence[UUID] = (), users: Sequence[UUID] = ()) -> None:
    """Raise LastSecurityAdministratorError if no active security administrator stays for good."""
    left = [one for one in security_administrators(_PROGRAM, on=on) if one.id not in grants and one.user_id not in users]
    if not left:
        raise LastSecurityAdministratorError(
            "这是最后一位安全管理员，停了就没有人能管账号。请先另授一位安全管理员，再由新的那位来做。"
        )


def set_active(name: str, *, active: bool, on: date, why: str, by: str, at: datetime) -> None:
    """Let an account be used, or no longer. Raises NoAccountError, LastSecurityAdministratorError."""
    action = "access.enable" if active else "access.disable"
    with recording(by=by, at=at, action=action, why=why[:200]) as record:
        one_at_a_time()
        user = _existing(name)
        mine = {one.user_id for one in security_administrators(_PROGRAM, on=on)}
        if not active and user.id in mine:
            _keep_one(on, users=(user.id,))
        user.is_active = active
        user.save(update_fields=["is_active"])
        record.note("active", id=str(user.id), active=active)


def give_one_time_password(name: str, *, by: str, at: datetime) -> str:
    """Give an account a new one-time password and return it: 4 groups of 4 characters, about 79 bits. Raises NoAccountError."""
    password = random_code(4)
    _set_password(name, password, one_time=True, by=by, at=at)
    return password


def change_password(name: str, password: str, *, by: str, at: datetime) -> None:
    """Set the password that its owner chose. Raises NoAccountError."""
    _set_password(name, password, one_time=False, by=by, at=at)


def check_password_choice(name: str, password: str, profile: Profile) -> None:
    """Raise WeakPasswordError if a password may not be chosen. Raises NoAccountError."""
    user = User.objects.filter(name=name).first() or _existing(name)
    former = former_passwords(_PROGRAM, user.id, profile.password_history)
    former += [user.password] if user.has_usable_password() and user.password not in former else []
    faults = tuple(Fault("weak_password", words) for words in password_faults(password, user, profile, former))
    if faults:
        raise WeakPasswordError("".join(fault.message for fault in faults), faults=faults)


def _existing(name: str) -> User:
    user = User.objects.select_for_update().filter(name=name).first()
    if user is None:
        raise NoAccountError(f"没有“{name}”这个账号。请先授权（grant），账号会一并建立。")
    return user


def _set_password(name: str, password: str, *, one_time: bool, by: str, at: datetime) -> None:
    with recording(by=by, at=at, action="access.password") as record:
        user = _existing(name)
        user.set_password(password)
        user.must_change_password = one_time
        user.save(update_fields=["password", "must_change_password"])
        keep_password(record, user, one_time=one_time, at=at)
        record.note("password", id=str(user.id), digest=password_digest(user), one_time=one_time)
