"""Showing the password, and a code, once more before the own sign-in is changed: a page that was left open proves nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fuqi.flows.entry import device_cookie, has_factor
from fuqi.flows.own_factors import CODE, PASSWORD, NotProvenError, prove_again
from fuqi.web.clock import now
from fuqi.web.door import Asked, page
from fuqi.web.entry.waits import address_of, told_to_wait
from fuqi.web.halfway import where_to

_PROVEN, _DEVICE = "proven_until", "own_device"
PROOF_HOLDS = timedelta(minutes=10)


class Proof(forms.Form):
    """The password, and a code where there is an app."""

    present_password = forms.CharField(
        max_length=200, strip=False, error_messages={"required": "请填写密码。", "max_length": "密码太长。"}
    )
    code = forms.CharField(
        max_length=60, error_messages={"required": "请填写动态口令。", "max_length": "动态口令是6位数字，恢复码也没有这么长。"}
    )

    def __init__(self, *args: Any, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]


def is_proven(request: Asked) -> bool:
    """Return whether the person has shown the password again a short while ago."""
    until = request.session.get(_PROVEN, "")
    return bool(until) and now() < datetime.fromisoformat(until)


def proven(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a page that opens only after the password was shown again; what was sent without it is not done."""

    @wraps(view)
    def opened(request: Asked, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_proven(request):
            return redirect(f"{reverse('prove_again')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return opened


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page()
def prove(request: Asked) -> HttpResponse:
    """Ask for the password, and for a code where there is an app; then lead back to what was asked for."""
    name, wait = request.viewer.name, 0
    form = Proof(request.POST or None, with_code=has_factor(name))
    if request.method == "POST" and form.is_valid():
        if _DEVICE not in request.session:  # tries of this visit are counted apart from everybody else's
            request.session[_DEVICE] = device_cookie(name, device="", at=now())
        try:
            prove_again(
                name,
                form.cleaned_data["present_password"],
                form.cleaned_data.get("code", ""),
                device=request.session[_DEVICE],
                address=address_of(request),
                at=now(),
            )
        except NotProvenError as error:
            wait = error.wait_seconds
            form.add_error({PASSWORD: "present_password", CODE: "code"}[error.field], error.message)
        else:
            request.session[_PROVEN] = (now() + PROOF_HOLDS).isoformat()
            return redirect(where_to(request))
    answer = render(
        request,
        "own/proof.html",
        {"form": form, "next": where_to(request)},
        status=429 if wait else 422 if form.errors else 200,
    )
    return told_to_wait(answer, wait)
