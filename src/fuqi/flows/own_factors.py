"""What persons change about their own sign-in: the app, recovery codes. Who is in shows the password again first."""

from __future__ import annotations

from datetime import datetime

from fuqi.access import factors
from fuqi.access.queries import account_state
from fuqi.basics.errors import FuqiError
from fuqi.entrance.codes import WAIT, WRONG
from fuqi.flows.entry import try_factor, try_present_password
from fuqi.flows.workspaces import PROGRAM

PASSWORD, CODE = "password", "code"


class NotProvenError(FuqiError):
    """The password or the code shown again was wrong, or must wait."""

    code = "not_proven"

    def __init__(self, field: str, message: str, *, wait_seconds: int = 0) -> None:
        super().__init__(message)
        self.field, self.wait_seconds = field, wait_seconds


class NoAppError(FuqiError):
    """Recovery codes stand in for an app, and there is none."""

    code = "no_app"


def prove_again(name: str, password: str, code: str, *, device: str, address: str, at: datetime) -> None:
    """Look at the password, and the code where there is an app, of somebody who is in: a page left open proves nobody.

    Wrong passwords count by account, from however many visits at once; wrong codes as at the entrance, where `device` is a
    known device's cookie. Nobody's tries at the entrance stand in the way. Raises NotProvenError.
    """
    shown = try_present_password(name, password, at=at)
    _refuse(PASSWORD, shown.state, shown.wait_seconds, "密码不对，请重写。")
    state = account_state(PROGRAM, name)
    if state and state.factors:
        shown = try_factor(name, code, device=device, address=address, at=at)
        _refuse(
            CODE,
            shown.state,
            shown.wait_seconds,
            "这个动态口令不对，或者已经用过。请等手机上换成下一个再填，也可以填一个恢复码。",
        )


def _refuse(field: str, state: str, wait_seconds: int, words: str) -> None:
    if state == WAIT:
        raise NotProvenError(field, f"连续输错的次数太多了，请等{wait_seconds}秒再试。", wait_seconds=wait_seconds)
    if state == WRONG:
        raise NotProvenError(field, words)


def new_recovery_codes(name: str, *, at: datetime) -> tuple[str, ...]:
    """Return ten new recovery codes in place of those that are left, shown this once. Raises NoAppError."""
    state = account_state(PROGRAM, name)
    if state is None or not state.active or not state.factors:
        raise NoAppError("还没有设置动态口令，恢复码没有用处。请先设置动态口令。")
    return factors.renew_recovery_codes(state.id, by=name, at=at)
