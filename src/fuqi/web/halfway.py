"""Between the password and the pages: who said a right password, and which step is still missing. It opens no page."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from fuqi.access.queries import account_state
from fuqi.flows.workspaces import PROGRAM
from fuqi.web.clock import now

CODE, SET_UP, PASSWORD = "code", "set_up", "password"
STEPS = {CODE: "sign_in_code", SET_UP: "sign_in_set_up", PASSWORD: "change_password"}
"""The page of each step."""
_KEY = "halfway"
_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody at the entrance whose password was right."""

    name: str
    user_id: str
    step: str
    """What is asked for now."""
    next: str
    until: str
    stamp: str
    """Of the account as it was at the last step: one that was disabled or given a new password meanwhile begins anew."""
    device: str = ""
    """The cookie by which this browser is known once its owner is in."""
    proven: bool = False
    """Whether the second factor was shown or has just been set up."""
    secret: str = ""
    """Of the second factor that is being set up."""
    uri: str = ""
    """The same for a phone's camera."""
    challenge: str = ""
    """Of the question that a passkey was asked; each answer needs a new one."""


def where_to(request: HttpRequest) -> str:
    """Return the page that was asked for before signing in, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None) else "/"


def start(request: HttpRequest, name: str, user_id: object, device: str) -> Halfway:
    """Return somebody whose password was right, in a session of its own, so that an old one's number opens nothing."""
    wanted = where_to(request)
    request.session.flush()
    return Halfway(name, str(user_id), "", wanted, (now() + _HOLDS).isoformat(), "", device)


def keep(request: HttpRequest, halfway: Halfway) -> None:
    """Keep how far somebody has come."""
    request.session[_KEY] = asdict(replace(halfway, stamp=_stamp(halfway.name)))


def _stamp(name: str) -> str:
    """Return a digest of what a right password and a shown factor rest on."""
    state = account_state(PROGRAM, name)
    rests_on = [state.id, state.active, state.password_digest, *state.factors, *state.passkeys] if state else []
    return sha256("\x1f".join(map(str, rests_on)).encode()).hexdigest()


def find(request: HttpRequest, step: str = "") -> Halfway | None:
    """Return who is halfway in, at that step where one is named; None where nobody is or it is too long ago."""
    held = request.session.get(_KEY)
    if not held:
        return None
    halfway = Halfway(**held)
    if now() >= datetime.fromisoformat(halfway.until) or halfway.stamp != _stamp(halfway.name):
        drop(request)
        return None
    return halfway if step in ("", halfway.step) else None


def drop(request: HttpRequest) -> None:
    """Begin anew with the password."""
    request.session.pop(_KEY, None)


def next_step(request: HttpRequest) -> str:
    """Return the name of the page of the missing step, '' where nobody is halfway in."""
    halfway = find(request)
    return STEPS[halfway.step] if halfway else ""
