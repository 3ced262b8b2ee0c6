"""One's own second factor: an authenticator app in place of the former one, new recovery codes, passkeys beside the app."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fuqi.access.passkeys import PasskeyRefusedError
from fuqi.basics.errors import FuqiError
from fuqi.flows import passkeys
from fuqi.flows.entry import confirm_factor, has_factor, start_factor
from fuqi.flows.own_factors import new_recovery_codes
from fuqi.web import visits
from fuqi.web.clock import now
from fuqi.web.door import Asked, page
from fuqi.web.entry.factors import in_fours, picture
from fuqi.web.entry.forms import Code
from fuqi.web.own.proof import PROOF_HOLDS, is_proven, proven

_APP, _QUESTION = "new_app", "passkey_question"


class NewPasskey(forms.Form):
    """A passkey that a device has just made."""

    label = forms.CharField(
        max_length=passkeys.LONGEST_LABEL,
        error_messages={
            "required": "请给它起个名字，例如：办公室电脑。",
            "max_length": f"名字请写在{passkeys.LONGEST_LABEL}个字以内。",
        },
    )
    passkey = forms.CharField(
        max_length=20_000,
        error_messages={
            "required": "设备没有交来通行密钥，没有添加。请再点一次“添加”。",
            "max_length": "设备交来的内容太长，没有添加。",
        },
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page()
@proven
def own_factor(request: Asked) -> HttpResponse:
    """Set an app up, in place of the former one: show its secret, take its first code, show new recovery codes once."""
    name, had = request.viewer.name, has_factor(request.viewer.name)
    secret, uri = _new_app(request)
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = confirm_factor(name, secret, form.cleaned_data["code"], at=now())
        except FuqiError as error:
            form.add_error("code", error.message)
        else:
            _go_on(request)
            return render(request, "entry/recovery_codes.html", {"codes": codes, "on": reverse("own_account")})
    shown = {"form": form, "name": name, "picture": picture(uri), "secret": in_fours(secret), "own": True, "had": had}
    return render(request, "entry/set_up.html", shown, status=422 if form.errors else 200)


def _new_app(request: Asked) -> tuple[str, str]:
    """Return the secret of the app that is being set up and its address; the same for a while: a page can be reloaded."""
    held = request.session.get(_APP)
    if held and now() < datetime.fromisoformat(held[2]):
        return held[0], held[1]
    made = start_factor(request.viewer.name, at=now())
    request.session[_APP] = [made.secret, made.uri, (now() + PROOF_HOLDS).isoformat()]
    return made.secret, made.uri


def _go_on(request: Asked) -> None:
    """Go on in a new session; all others of the account have ended with the change."""
    for key in (_APP, _QUESTION):
        request.session.pop(key, None)
    visits.begin(request, request.user.pk)


@require_http_methods(["GET", "POST"])
@page()
@proven
def own_recovery_codes(request: Asked) -> HttpResponse:
    """Make new recovery codes and show them once."""
    if request.method == "POST":
        codes = new_recovery_codes(request.viewer.name, at=now())
        return render(request, "entry/recovery_codes.html", {"codes": codes, "on": reverse("own_account"), "renewed": True})
    return render(request, "own/recovery_codes.html")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page()
def own_passkeys(request: Asked) -> HttpResponse:
    """Show the own passkeys; add one, or end one, after the password was shown again."""
    if request.method == "POST":
        return _change_passkeys(request)
    return _passkeys(request, NewPasskey())


@proven
def _change_passkeys(request: Asked) -> HttpResponse:
    if "end" in request.POST:
        passkeys.end(request.viewer.name, _number(request.POST["end"]), at=now())
        _go_on(request)
        messages.success(request, "通行密钥已移除，以后不能用它登录。")
        return redirect("own_passkeys")
    form = NewPasskey(request.POST)
    if form.is_valid():
        try:
            _add(request, form)
        except PasskeyRefusedError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "通行密钥添加好了。下次登录，密码对了以后可以用它代替动态口令。")
            return redirect("own_passkeys")
    return _passkeys(request, form)


def _number(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        return UUID(int=0)


def _add(request: Asked, form: NewPasskey) -> None:
    """Add the passkey that answers the question which this visit was asked last; each question is answered once."""
    party = passkeys.relying_party(request.workspace)
    challenge, until = request.session.pop(_QUESTION, ("", ""))
    if party is None or not challenge or now() >= datetime.fromisoformat(until):
        raise PasskeyRefusedError("这一页放得太久了，没有添加。请再点一次“添加”。")
    name, label = request.viewer.name, form.cleaned_data["label"].strip()
    passkeys.add(name, label, party, answer=form.cleaned_data["passkey"], challenge=challenge, at=now())
    _go_on(request)


def _passkeys(request: Asked, form: NewPasskey) -> HttpResponse:
    name, party = request.viewer.name, passkeys.relying_party(request.workspace)
    why_none = passkeys.why_none(request.workspace, opened_at=request.get_host())
    may_add, options = is_proven(request) and has_factor(name) and not why_none, ""
    if may_add and party is not None:
        question = passkeys.ask_for_new(name, party)
        request.session[_QUESTION] = [question.challenge, (now() + timedelta(minutes=10)).isoformat()]
        options = question.options
    shown = {
        "form": form,
        "passkeys": passkeys.own(name),
        "why_none": why_none,
        "has_app": has_factor(name),
        "proven": is_proven(request),
        "options": options,
    }
    return render(request, "own/passkeys.html", shown, status=422 if form.errors else 200)
