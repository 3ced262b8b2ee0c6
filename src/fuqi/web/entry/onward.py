"""What comes after each step of signing in."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fuqi.entrance.codes import CHANGE_PASSWORD, FACTOR, FACTOR_SETUP, IN
from fuqi.flows.entry import next_step, signed_in
from fuqi.web import halfway, visits
from fuqi.web.clock import now, today
from fuqi.web.halfway import CODE, PASSWORD, SET_UP, STEPS, Halfway

DEVICE = "__Secure-device" if settings.SESSION_COOKIE_SECURE else "device"
"""The cookie by which a browser is known to have signed in to an account before."""
_DEVICE_SECONDS = 365 * 24 * 3600
_PAGE_OF = {FACTOR: CODE, CHANGE_PASSWORD: PASSWORD, FACTOR_SETUP: SET_UP}


def onward(request: HttpRequest, found: Halfway) -> HttpResponse:
    """Lead to the step that is still missing; let the person in where none is."""
    state = next_step(found.name, on=today(), factor_done=found.proven)
    if state in _PAGE_OF:
        step = _PAGE_OF[state]
        halfway.keep(request, replace(found, step=step))
        return redirect(STEPS[step])
    halfway.drop(request)
    if state != IN:
        return redirect("sign_in")
    visits.begin(request, found.user_id)
    signed_in(found.name, at=now())
    answer = redirect(found.next)
    secure = bool(settings.SESSION_COOKIE_SECURE)
    answer.set_cookie(
        DEVICE, found.device, max_age=_DEVICE_SECONDS, path="/sign-in/", httponly=True, samesite="Strict", secure=secure
    )
    return answer
