"""A visit: from signing in to its end. It ends when nothing is done, after a day's work, and when the account changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest

from fuqi.access.profiles import Profile
from fuqi.flows.entry import session_stamp
from fuqi.web.clock import now, today

STAMP, STARTED, SEEN = "stamp", "started", "seen"
_BETWEEN_MARKS = timedelta(seconds=60)
"""How often a visit's last request is written down: the limit without action is true to this."""
_BACKEND = "django.contrib.auth.backends.ModelBackend"

IDLE, LONG, CHANGED = "idle", "long", "changed"
WHY_ENDED = {
    IDLE: "您有一段时间没有操作，登录已经自动结束。请重新登录。",
    LONG: "这次登录已经到了最长时间，自动结束了。请重新登录。",
    CHANGED: "您的账号刚才有变动（密码、授权或停用），登录已经结束。请重新登录；登不进去，请找安全管理员。",
}
"""Why a visit ended, in a sentence."""


def profile() -> Profile:
    """Return the numbers of sign-in and sessions that the workspace goes by."""
    found: Profile = settings.PROFILE
    return found


def account(user_id: Any) -> Any:
    """Return the account of an id as Django knows it, None where there is none or it is disabled."""
    return ModelBackend().get_user(user_id)


def begin(request: HttpRequest, user_id: Any) -> None:
    """Let a person in: a new session, with the stamp of the account as it is now."""
    login(request, account(user_id), backend=_BACKEND)
    request.session[STARTED] = request.session[SEEN] = now().isoformat()
    renew(request)


def renew(request: HttpRequest) -> None:
    """Go on in this session after the person changed the own account; all other sessions of the account end."""
    request.session[STAMP] = session_stamp(str(request.user.get_username()), on=today())


def why_ended(request: HttpRequest) -> str:
    """Return why a signed-in visit must end now, '' while it may go on; the request is written down as its last one."""
    held, at = request.session, now()
    try:
        started, seen = datetime.fromisoformat(held[STARTED]), datetime.fromisoformat(held[SEEN])
    except (KeyError, ValueError):
        return CHANGED
    limits = profile()
    if at - started >= limits.longest_session or at < started - _BETWEEN_MARKS:
        return LONG
    if at - seen >= limits.idle:
        return IDLE
    stamp = session_stamp(str(request.user.get_username()), on=today())
    if not stamp or held.get(STAMP) != stamp:
        return CHANGED
    if at - seen >= _BETWEEN_MARKS and not _asks_by_itself(request):
        held[SEEN] = at.isoformat()
        try:
            held.save()
        except UpdateError:
            return CHANGED  # signed out in another window just now
        held.modified = False  # written already: what another request writes meanwhile must not be written over
    return ""


def _asks_by_itself(request: HttpRequest) -> bool:
    """Return whether a page asked without anybody doing anything, as the page of a job does each second."""
    return request.headers.get("HX-Request") == "true" and request.GET.get("part") == "1"


def end(request: HttpRequest) -> None:
    """End the visit."""
    logout(request)
