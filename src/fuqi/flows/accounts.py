"""Managing accounts: who has one, what it may do, taking a role back, stopping an account, new passwords, lost second factors.

Nobody manages his own account. Whoever manages another one must cover all places at which that person holds a role, unless
he is a security administrator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fuqi.access.actions import NoAccountError, end_grant, give_one_time_password, set_active
from fuqi.access.codes import GRANT_ROLES
from fuqi.access.factors import take_factors
from fuqi.access.queries import (
    AccountState,
    GrantView,
    account_state,
    account_states,
    find_grant,
    grants,
    held_by,
    is_appointed,
    last_sign_ins,
    makers,
    roles_of,
)
from fuqi.access.rules import SECURITY_ADMINISTRATOR, in_force
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.entrance.actions import end_sessions
from fuqi.flows.workspaces import PROGRAM
from fuqi.places.queries import divisions


class NotYoursToManageError(FuqiError):
    """The viewer does not manage accounts."""

    code = "not_yours_to_manage"


class OwnAccountError(FuqiError):
    """Nobody manages his own account."""

    code = "own_account"


class NoGrantError(FuqiError):
    """There is no such grant, or it holds no longer."""

    code = "no_grant"


class NothingToChangeError(FuqiError):
    """The account is already so."""

    code = "nothing_to_change"


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as those who manage accounts see it."""

    id: UUID
    name: str
    active: bool
    grants: tuple[GrantView, ...]
    """Every grant, those that hold no longer too."""
    roles: tuple[str, ...]
    """Codes of the roles that hold on the day asked for."""
    has_factor: bool
    has_password: bool
    must_change_password: bool
    last_sign_in: datetime | None
    made_by: str
    yours: bool
    """Whether the asking viewer may change it."""


def may_manage(viewer: Viewer) -> None:
    """Raise NotYoursToManageError unless the viewer manages accounts; the program itself does for who lays out a workspace."""
    if viewer != PROGRAM and not viewer.may(GRANT_ROLES):
        raise NotYoursToManageError(f"“{viewer.name}”不管账号和授权。请找安全管理员（还没有安全管理员时，找建区人）。")


def manages_everywhere(viewer: Viewer, *, on: date) -> bool:
    """Return whether the viewer's own places do not limit whom he manages: a security administrator's, and the program's."""
    return viewer == PROGRAM or SECURITY_ADMINISTRATOR in roles_of(PROGRAM, viewer.name, on=on)


def accounts(viewer: Viewer, *, on: date) -> list[AccountView]:
    """Return the accounts that the viewer may know of, by name. Raises NotYoursToManageError."""
    may_manage(viewer)
    everywhere = manages_everywhere(viewer, on=on)
    held: dict[UUID, list[GrantView]] = {}
    for one in grants(PROGRAM):
        held.setdefault(one.user_id, []).append(one)
    signed_in, made_by, appointed = last_sign_ins(PROGRAM), makers(PROGRAM), is_appointed(PROGRAM, on=on)
    found = []
    for state in account_states(PROGRAM):
        whose = held.get(state.id, [])
        if everywhere or state.name == viewer.name or _covers(viewer, whose, on):
            now = in_force(whose, on, appointed=appointed) if state.active else []
            roles = tuple(sorted({one.role for one in now}))
            found.append(_view(viewer, state, whose, roles, signed_in.get(state.name), made_by.get(str(state.id), "")))
    return found


def account(viewer: Viewer, name: str, *, on: date) -> AccountView:
    """Return one account. Raises NoAccountError; "not yours" and "not there" read the same."""
    found = next((one for one in accounts(viewer, on=on) if one.name == name), None)
    if found is None:
        raise _no_account(name)
    return found


def _no_account(name: str) -> NoAccountError:
    return NoAccountError(f"没有“{name}”这个账号，或者它不归您管。请核对姓名；新的人请先授权（grant），账号会一并建立。")


def _view(
    viewer: Viewer,
    state: AccountState,
    held: Sequence[GrantView],
    roles: tuple[str, ...],
    last_sign_in: datetime | None,
    made_by: str,
) -> AccountView:
    return AccountView(
        state.id,
        state.name,
        state.active,
        tuple(held),
        roles,
        bool(state.factors),
        state.has_password,
        state.one_time,
        last_sign_in,
        made_by,
        state.name != viewer.name,
    )


def covers_all(viewer: Viewer) -> bool:
    """Return whether the viewer's places are all there are: institutions are the whole county's."""
    return len(divisions(viewer)) == len(divisions(PROGRAM))


def _covers(viewer: Viewer, held: Sequence[GrantView], on: date) -> bool:
    """Return whether all that a person holds, or held if it is nothing now, lies in the viewer's places."""
    now = in_force(held, on, appointed=False) or held
    return all(covers_all(viewer) if one.institution else viewer.covers(one.place) for one in now)


def to_manage(viewer: Viewer, name: str, *, on: date) -> AccountState:
    """Return an account that the viewer is about to change.

    Raises NotYoursToManageError, OwnAccountError, NoAccountError.
    """
    may_manage(viewer)
    if name == viewer.name:
        raise OwnAccountError("不能改自己的账号。请由另一位有权管理账号的人来做。")
    state = account_state(PROGRAM, name)
    if state is None or not (manages_everywhere(viewer, on=on) or _covers(viewer, held_by(PROGRAM, state.id), on)):
        raise _no_account(name)
    return state


def take_role(viewer: Viewer, grant_id: UUID, *, why: str, at: datetime, on: date) -> str:
    """Take a grant back from a day on and return whose it was.

    Raises NoGrantError, OwnAccountError, NoAccountError, LastSecurityAdministratorError.
    """
    may_manage(viewer)
    found = find_grant(PROGRAM, grant_id)
    whose = next((state.name for state in account_states(PROGRAM) if found and state.id == found.user_id), None)
    if found is None or whose is None or (found.valid_until is not None and found.valid_until <= on):
        raise NoGrantError("没有这一项授权，或者它已经不再有效。请刷新后再看。")
    to_manage(viewer, whose, on=on)
    end_sessions(found.user_id)
    end_grant(grant_id, until=on, why=why, by=viewer.name, at=at)
    return whose


def disable(viewer: Viewer, name: str, *, why: str, at: datetime) -> None:
    """Stop an account: its sessions and credentials are refused from the next request on.

    Raises OwnAccountError, NoAccountError, NothingToChangeError, LastSecurityAdministratorError.
    """
    _set_active(viewer, name, active=False, why=why, at=at)


def enable(viewer: Viewer, name: str, *, why: str, at: datetime) -> None:
    """Let a stopped account be used again. Raises OwnAccountError, NoAccountError, NothingToChangeError."""
    _set_active(viewer, name, active=True, why=why, at=at)


def _set_active(viewer: Viewer, name: str, *, active: bool, why: str, at: datetime) -> None:
    state = to_manage(viewer, name, on=_day(at))
    if state.active == active:
        raise NothingToChangeError(f"“{name}”的账号本来就{'可以用' if active else '是停用的'}，没有改动。")
    end_sessions(state.id)
    set_active(name, active=active, on=_day(at), why=why, by=viewer.name, at=at)


def reset_factor(viewer: Viewer, name: str, *, why: str, at: datetime) -> None:
    """End a lost second factor and its recovery codes. Raises OwnAccountError, NoAccountError, NothingToChangeError."""
    state = to_manage(viewer, name, on=_day(at))
    if not state.factors:
        raise NothingToChangeError(f"“{name}”还没有设动态口令，没有改动。")
    end_sessions(state.id)
    take_factors(state.id, by=viewer.name, at=at, why=why)


def one_time_password(viewer: Viewer, name: str, *, at: datetime) -> str:
    """Return a new one-time password for a person; the old password opens nothing any more.

    Raises OwnAccountError, NoAccountError.
    """
    end_sessions(to_manage(viewer, name, on=_day(at)).id)
    return give_one_time_password(name, by=viewer.name, at=at)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
