"""Give somebody a role at a place within one's own places, or at an institution."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from fuqi.access.actions import grant
from fuqi.access.codes import ROLES
from fuqi.access.rules import FOUNDER, SECURITY_ADMINISTRATOR
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.accounts import covers_all, manages_everywhere, may_manage
from fuqi.flows.workspaces import PROGRAM
from fuqi.places.queries import find_division


class SelfGrantError(FuqiError):
    """Nobody gives a role to himself."""

    code = "self_grant"


class UnknownInstitutionError(FuqiError):
    """No institution of that name is known."""

    code = "unknown_institution"


class FounderRoleError(FuqiError):
    """The founder's role goes to who lays out a workspace, and to nobody else."""

    code = "founder_role"


class TemporaryAdministratorError(FuqiError):
    """A security administrator is appointed for good: the founder's role lapses with the first."""

    code = "temporary_administrator"


def give_role(
    viewer: Viewer,
    name: str,
    role: str,
    place: str,
    *,
    on: date,
    at: datetime,
    institution: str = "",
    until: date | None = None,
    known: Collection[str] = (),
) -> str:
    """Grant the role from a day on and return the place's full name, or the institution's.

    `known`: the names of institutions that there are, if they are known; another name is refused. Raises SelfGrantError,
    NotYoursToManageError, UnknownPlaceError, UnknownRoleError, UnknownInstitutionError, InstitutionNeededError, BadNameError,
    SecondAdministratorError, MixedScopeError, FounderRoleError, TemporaryAdministratorError.
    """
    may_manage(viewer)
    if name == viewer.name:
        raise SelfGrantError("不能给自己授权。请由另一位有权授权的人来做。")
    if role == FOUNDER:
        raise FounderRoleError(
            f"“{ROLES[role].name}”只给建立工作区的人，不另外授权。请授安全管理员（security_administrator）。"
        )
    if role == SECURITY_ADMINISTRATOR and until is not None:
        raise TemporaryAdministratorError(
            "安全管理员不能只授一段时间：到期以后就没有人能管账号。请不写截止日期，换人时再收回。"
        )
    where, place_code = _where(viewer, role, place, institution.strip(), known, on)
    grant(name, role, place_code, institution=institution.strip(), valid_from=on, valid_until=until, by=viewer.name, at=at)
    return where


def _where(viewer: Viewer, role: str, place: str, institution: str, known: Collection[str], on: date) -> tuple[str, str]:
    """Return what is told of where the role is given, and the place's code; '' for an institution."""
    everywhere = manages_everywhere(viewer, on=on)
    if role not in ROLES or not ROLES[role].by_institution:
        division = find_division(PROGRAM if everywhere else viewer, place)
        return division.full_name, division.code
    if institution and known and institution not in known:
        raise UnknownInstitutionError(f"方案里没有“{institution}”这家机构。请照方案里的全称写。")
    if not (everywhere or covers_all(viewer)):
        raise UnknownInstitutionError(f"没有“{institution}”这家机构，或者它不归您管。请由管全县的人来授权。")
    return institution, place
