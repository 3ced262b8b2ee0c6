"""The second factor at the entrance: show a code or a passkey, or set a factor up for the first time."""

from __future__ import annotations

from dataclasses import replace

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fuqi.basics.errors import FuqiError
from fuqi.entrance.codes import WAIT
from fuqi.flows.entry import confirm_factor, start_factor, try_factor
from fuqi.flows.passkeys import ask_for_known, relying_party, try_passkey, why_none
from fuqi.web import halfway
from fuqi.web.clock import now
from fuqi.web.door import workspace
from fuqi.web.entry.forms import Code
from fuqi.web.entry.onward import DEVICE, onward
from fuqi.web.entry.waits import address_of, told_to_wait, wait_words
from fuqi.web.halfway import Halfway
from fuqi.web.rules import public

WRONG = "这个动态口令不对，或者已经用过。请等手机上换成下一个再填；手机不在身边，就填一个恢复码。"
WRONG_PASSKEY = "这个通行密钥没有通过核对。请再试一次，或者填动态口令。"
_BEFORE = "the person is not in yet: the password was right, the second factor is what this page asks for"


@public(_BEFORE)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def show_code(request: HttpRequest) -> HttpResponse:
    """Let the person in who shows a code of the second factor, or a recovery code."""
    found = halfway.find(request, halfway.CODE)
    if found is None:
        return redirect(halfway.next_step(request) or "sign_in")
    form, wait = Code(request.POST or None), 0
    if request.method == "POST" and form.is_valid():
        tried = try_factor(
            found.name,
            form.cleaned_data["code"],
            device=request.COOKIES.get(DEVICE, ""),
            address=address_of(request),
            at=now(),
        )
        if tried.user_id is not None:
            return onward(request, replace(found, proven=True))
        if tried.state == WAIT:
            wait = tried.wait_seconds
        else:
            form.add_error("code", WRONG)
    return code_page(request, found, form, wait=wait)


@public(_BEFORE)
@sensitive_post_parameters()
@require_POST
def show_passkey(request: HttpRequest) -> HttpResponse:
    """Let the person in whose passkey signed the question of the last page; each question is answered once."""
    found, party = halfway.find(request, halfway.CODE), relying_party(workspace())
    if found is None or party is None:
        return redirect(halfway.next_step(request) or "sign_in")
    challenge, found = found.challenge, replace(found, challenge="")
    halfway.keep(request, found)
    tried = try_passkey(
        found.name,
        party,
        answer=request.POST.get("passkey", ""),
        challenge=challenge,
        device=request.COOKIES.get(DEVICE, ""),
        address=address_of(request),
        at=now(),
    )
    if tried.user_id is not None:
        return onward(request, replace(found, proven=True))
    wait = tried.wait_seconds if tried.state == WAIT else 0
    return code_page(request, found, Code(), wait=wait, said="" if wait else WRONG_PASSKEY)


def code_page(request: HttpRequest, found: Halfway, form: Code, *, wait: int = 0, said: str = "") -> HttpResponse:
    """Return the page that asks for a code, or for a passkey where the account has one and this address takes it."""
    party, question = relying_party(workspace()), None
    if party is not None and not why_none(workspace(), opened_at=request.get_host()):
        question = ask_for_known(found.name, party)
    if question:
        halfway.keep(request, replace(found, challenge=question.challenge))
    shown = {
        "form": form,
        "name": found.name,
        "wait_words": wait_words(wait) if wait else "",
        "options": question.options if question else "",
        "said": said,
    }
    answer = render(request, "entry/code.html", shown, status=429 if wait else 422 if form.errors or said else 200)
    return told_to_wait(answer, wait)


@public(_BEFORE)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set the second factor up: show the secret as a picture, take the first code, then show the recovery codes once."""
    found = halfway.find(request, halfway.SET_UP)
    if found is None:
        return redirect(halfway.next_step(request) or "sign_in")
    factor = start_factor(found.name, at=now()) if not found.secret else None
    if factor:
        found = replace(found, secret=factor.secret, uri=factor.uri)
        halfway.keep(request, found)
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = confirm_factor(found.name, found.secret, form.cleaned_data["code"], at=now())
        except FuqiError as error:
            form.add_error("code", error.message)
        else:
            answer = onward(request, replace(found, proven=True, secret="", uri=""))
            return _with_cookies(
                answer, render(request, "entry/recovery_codes.html", {"codes": codes, "on": answer.headers["Location"]})
            )
    shown = {"form": form, "name": found.name, "picture": picture(found.uri), "secret": in_fours(found.secret)}
    return render(request, "entry/set_up.html", shown, status=422 if form.errors else 200)


def _with_cookies(came: HttpResponse, answer: HttpResponse) -> HttpResponse:
    """Return the answer with the cookies of the one that it stands in for."""
    answer.cookies.update(came.cookies)
    return answer


def picture(uri: str) -> str:
    """Return an address that a phone's camera reads, as the address of a picture that lies in the page itself."""
    return str(segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#1b2632", light="#ffffff"))


def in_fours(secret: str) -> str:
    """Return a secret in groups of four letters, to be typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
