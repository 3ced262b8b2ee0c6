"""Coming in: password, second factor, waits, and what the journal keeps of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from fuqi.access.actions import change_password, check_password_choice, give_one_time_password
from fuqi.access.codes import ROLES
from fuqi.access.factors import (
    FactorSetup,
    WrongCodeError,
    add_totp,
    new_setup,
    plain_code,
    step_of,
    totp_step,
    use_recovery_code,
)
from fuqi.access.profiles import PROFILES, Profile
from fuqi.access.queries import (
    AccountState,
    NoSuchViewerError,
    account_state,
    held_by,
    needs_password,
    password_is,
    roles_of,
    viewer_for,
)
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.entrance.actions import Tried, count_try, tallies, use_code, was_right
from fuqi.entrance.codes import CHANGE_PASSWORD, FACTOR, FACTOR_SETUP, IN, WAIT, WRONG
from fuqi.entrance.devices import known_as, with_account
from fuqi.entrance.queries import sessions_ended
from fuqi.flows.purposes import record_purpose
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.actions import recording

_ONE_TIME = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}")
"""What a one-time password looks like: it cannot be guessed, so the wait for strangers does not hold it up."""


class TooManyTriesError(FuqiError):
    """Too many wrong codes in a row: the next try must wait."""

    code = "too_many_tries"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a try to sign in."""

    state: str
    """One of `entrance.codes`: `in`, `wrong`, `wait`, `factor`, `factor_setup`, `change_password`."""
    name: str = ""
    user_id: UUID | None = None
    wait_seconds: int = 0
    device_cookie: str = ""
    """The device's cookie once the person is in; '' leaves it as it is."""


def try_sign_in(
    name: str, password: str, *, device: str, address: str, at: datetime, workspace: Workspace | None = None
) -> SignIn:
    """Look at a name and a password. Unknown, disabled and wrong read the same, after the same time.

    Wrong tries are counted by device, account and address; a device that signed in to the account before is counted apart,
    so nobody else's tries make its owner wait. `device` is the device's cookie, `workspace` the served one unless named.
    """
    name = name.strip()
    tried = _count("password", name, device=device, address=address, at=at, profile=_profile(workspace))
    once = _count_once(address, at, _profile(workspace)) if tried.refused and _ONE_TIME.fullmatch(password) else None
    if tried.refused and (once is None or once.refused):
        return _wait(tried)
    right = password_is(PROGRAM, name, password, at=at)
    state = account_state(PROGRAM, name) if right else None
    if tried.refused and not (state and state.one_time):
        return _wait(tried)
    if state is None:
        _tell_pause(tried, "password", name, at)
        return SignIn(WRONG)
    was_right(once or tried)
    step = next_step(name, on=_day(at), workspace=workspace, factor_done=False)
    return SignIn(step, name, state.id, device_cookie=with_account(device, name))


def try_factor(name: str, code: str, *, device: str, address: str, at: datetime, workspace: Workspace | None = None) -> SignIn:
    """Look at the code of a second factor, or a recovery code, of somebody who just gave the right password.

    A code opens once. Wrong ones are counted as wrong passwords are, apart from them.
    """
    return try_second(
        name, lambda state: _right_code(state, code, at), device=device, address=address, at=at, workspace=workspace
    )


def try_second(
    name: str,
    is_right: Callable[[AccountState], bool],
    *,
    device: str,
    address: str,
    at: datetime,
    workspace: Workspace | None = None,
) -> SignIn:
    """Look at what is shown as a second factor, whatever its kind; tries of all kinds are counted together."""
    tried = _count("factor", name, device=device, address=address, at=at, profile=_profile(workspace))
    if tried.refused:
        return _wait(tried)
    state = account_state(PROGRAM, name)
    if state is None or not state.active or not is_right(state):
        _tell_pause(tried, "factor", name, at)
        return SignIn(WRONG)
    was_right(tried)
    step = next_step(name, on=_day(at), workspace=workspace, factor_done=True)
    return SignIn(step, name, state.id, device_cookie=with_account(device, name))


def try_present_password(name: str, password: str, *, at: datetime) -> SignIn:
    """Look at the present password of somebody who is in; tries count by account, however many visits they come from at once.

    They are counted apart from those at the entrance: whoever took a visit over makes its owner wait nowhere else.
    """
    keys = tallies("present", name, nonce=name, address="")
    tried = count_try(keys, failures=_profile(None).failures_before_pause, at=at)
    if tried.refused:
        return _wait(tried)
    if not password_is(PROGRAM, name, password, at=at):
        _tell_pause(tried, "present", name, at)
        return SignIn(WRONG)
    was_right(tried)
    return SignIn(IN, name)


def check_factor(name: str, code: str, *, at: datetime, device: str = "", address: str = "") -> bool:
    """Return whether it is a code of the person's second factor, or a recovery code; it cannot be used again.

    Raises TooManyTriesError.
    """
    found = try_factor(name, code, device=device, address=address, at=at)
    if found.state == WAIT:
        raise TooManyTriesError(f"动态口令错得太多了。请等{found.wait_seconds}秒再填。")
    return found.state != WRONG


def _right_code(state: AccountState, code: str, at: datetime) -> bool:
    found = totp_step(state.id, code, at)
    if found is not None:
        return use_code(*found)
    plain = plain_code(code)
    return not plain.isdecimal() and bool(plain) and use_recovery_code(state.id, code, by=state.name, at=at)


def next_step(name: str, *, on: date, workspace: Workspace | None = None, factor_done: bool) -> str:
    """Return what stands between somebody who gave the right password and the pages: `in` where nothing does."""
    state = account_state(PROGRAM, name)
    if state is None or not state.active:
        return WRONG
    if state.factors and not factor_done:
        return FACTOR
    if not state.factors and factor_needed(name, on=on, workspace=workspace):
        return FACTOR_SETUP
    return CHANGE_PASSWORD if state.one_time or _too_old(state, on, _profile(workspace)) else IN


def _too_old(state: AccountState, on: date, profile: Profile) -> bool:
    if not profile.password_days:
        return False
    return state.password_set_at is None or on >= _day(state.password_set_at) + timedelta(days=profile.password_days)


def factor_needed(name: str, *, on: date, workspace: Workspace | None = None) -> bool:
    """Return whether one of the person's roles calls for a second factor."""
    workspace = workspace or settings.WORKSPACE
    if workspace is not None and not workspace.asks_second_factor:
        return False
    return any(ROLES[role].second_factor for role in roles_of(PROGRAM, name, on=on))


def has_factor(name: str) -> bool:
    """Return whether the person has a second factor."""
    state = account_state(PROGRAM, name)
    return bool(state and state.factors)


def start_factor(name: str, *, at: datetime) -> FactorSetup:
    """Return a new secret for the person's authenticator app. Nothing is kept until a code of it was given."""
    del at
    return new_setup(name)


def confirm_factor(name: str, secret: str, code: str, *, at: datetime) -> tuple[str, ...]:
    """Make the secret the person's second factor in place of a former one; return ten recovery codes, shown this once.

    Raises WrongCodeError.
    """
    state = account_state(PROGRAM, name)
    step = step_of(secret, plain_code(code), at)
    if state is None or not state.active or step is None:
        raise WrongCodeError("动态口令不对。请看手机验证器里现在显示的6位数字，再核对手机的时间准不准。")
    factor, codes = add_totp(state.id, secret, by=name, at=at)
    use_code(factor, step)
    return codes


def device_cookie(name: str, *, device: str, at: datetime) -> str:
    """Return the device's cookie after the person signed in on it."""
    del at
    return with_account(device, name)


def session_stamp(name: str, *, on: date) -> str:
    """Return the digest of what a session rests on: account, password, second factor, grants that hold, what they allow.

    A session whose stamp differs is refused on its next request. '' for somebody who may not be here at all.
    """
    state = account_state(PROGRAM, name)
    if state is None or not state.active:
        return ""
    try:
        viewer = viewer_for(PROGRAM, name, on=on)
    except NoSuchViewerError:
        return ""
    held = sorted(str(one.id) for one in held_by(PROGRAM, state.id) if one.holds(on))
    ended = sessions_ended(PROGRAM, state.id)
    rests_on = [str(state.id), str(ended), state.password_digest, str(state.one_time)]
    rests_on += [*map(str, state.factors), *map(str, state.passkeys), *held]
    rests_on += [*viewer.places, *viewer.institutions, *sorted(viewer.permissions)]
    return salted_hmac("fuqi.session", "\x1f".join(rests_on), algorithm="sha256").hexdigest()


def signed_in(name: str, *, at: datetime) -> None:
    """Keep who came in and when."""
    with recording(by=name, at=at, action="access.sign_in"):
        pass


def say_why(viewer: Viewer, purpose: str, *, at: datetime) -> None:
    """Keep why somebody wants names shown in full."""
    record_purpose(replace(viewer, purpose=purpose), at=at)


def choose_password(name: str, password: str, *, at: datetime, workspace: Workspace | None = None) -> None:
    """Set the password that its owner chose. Raises WeakPasswordError, whose faults say what is wrong, NoAccountError."""
    check_password_choice(name, password, _profile(workspace))
    change_password(name, password, by=name, at=at)


def first_password(viewer: Viewer, name: str, *, at: datetime) -> str:
    """Return a one-time password for a person whose account has none yet or an outdated one, else ''."""
    return give_one_time_password(name, by=viewer.name, at=at) if needs_password(viewer, name, at=at) else ""


def _profile(workspace: Workspace | None) -> Profile:
    profile: Profile = PROFILES[workspace.profile] if workspace else settings.PROFILE
    return profile


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _count(what: str, name: str, *, device: str, address: str, at: datetime, profile: Profile) -> Tried:
    keys = tallies(what, name, nonce=known_as(device, name), address=address)
    return count_try(keys, failures=profile.failures_before_pause, at=at)


def _count_once(address: str, at: datetime, profile: Profile) -> Tried:
    """Count a look at what may be a one-time password during a wait: each costs a slow hash, so an address has only so many."""
    of_the_address = tallies("once", "", nonce="", address=address)[-1:]
    return count_try(of_the_address, failures=profile.failures_before_pause, at=at)


def _wait(tried: Tried) -> SignIn:
    return SignIn(WAIT, wait_seconds=ceil(tried.wait.total_seconds()))


def _tell_pause(tried: Tried, what: str, name: str, at: datetime) -> None:
    """Let the journal keep that wrong tries brought a wait; words that are nobody's name may be a password and are not kept."""
    if not tried.pauses:
        return
    state = account_state(PROGRAM, name)
    with recording(by=PROGRAM.name, at=at, action="access.paused") as record:
        record.note("paused", account=str(state.id) if state else "", at_the=what)
