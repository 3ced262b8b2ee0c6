"""Sign in, sign out, change the password, say why names are wanted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fuqi.access.codes import SEE_PEOPLE
from fuqi.basics.errors import FuqiError
from fuqi.entrance.codes import WAIT
from fuqi.flows.entry import choose_password, say_why, try_sign_in
from fuqi.web import halfway, visits
from fuqi.web.clock import now
from fuqi.web.door import PURPOSE, PURPOSE_HOLDS, Asked, page
from fuqi.web.entry.forms import NewPassword, Purpose, SignIn
from fuqi.web.entry.onward import DEVICE, onward
from fuqi.web.entry.waits import address_of, told_to_wait, wait_words
from fuqi.web.halfway import where_to
from fuqi.web.rules import public

WRONG = "姓名或密码不对。请核对后重试；忘记密码，请县里的安全管理员重发一次性密码。"
_MOST_WRONG = 5
_WRONG_PRESENT = "wrong_present"


@public("this is where everybody comes in")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take name and password; what went wrong is said without saying which of the two it was."""
    form = SignIn(request.POST or None)
    wait, wanted = 0, where_to(request)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].strip()
        device = request.COOKIES.get(DEVICE, "")
        tried = try_sign_in(name, form.cleaned_data["password"], device=device, address=address_of(request), at=now())
        if tried.state == WAIT:
            wait = tried.wait_seconds
        elif tried.user_id is None:
            form.add_error(None, WRONG)
        else:
            return onward(request, halfway.start(request, name, tried.user_id, tried.device_cookie))
    ended = visits.WHY_ENDED.get(request.GET.get("ended", ""), "")
    shown = {"form": form, "next": wanted, "wait": wait, "wait_words": wait_words(wait), "ended": ended}
    answer = render(request, "entry/sign_in.html", shown, status=429 if wait else 422 if form.errors else 200)
    return told_to_wait(answer, wait)


@public("whoever has signed out already may press the button again")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let the person out."""
    visits.end(request)
    return redirect("sign_in")


@page()
@require_GET
def welcome_back(request: Asked) -> HttpResponse:
    """Say to somebody who signed in in a second window that the first one can go on."""
    return render(request, "entry/welcome_back.html")


@public("whoever has a one-time password is not in yet, and can do nothing but change it")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Take the password that the account's owner chose: on the way in, or from somebody who is in."""
    found = halfway.find(request, halfway.PASSWORD)
    inside = found is None and request.user.is_authenticated and not visits.why_ended(request)
    if found is None and not inside:
        return redirect(halfway.next_step(request) or "sign_in")
    account = visits.account(found.user_id) if found else request.user
    form = NewPassword(request.POST or None, account=account, with_present=inside)
    if request.method == "POST" and form.is_valid():
        try:
            choose_password(account.get_username(), form.cleaned_data["password"], at=now())
        except FuqiError as error:
            for words in [fault.message for fault in error.faults] or [error.message]:
                form.add_error("password", words)
        else:
            return onward(request, found) if found else _go_on(request)
    if inside and "present_password" in form.errors and request.POST.get("present_password"):
        request.session[_WRONG_PRESENT] = tries = request.session.get(_WRONG_PRESENT, 0) + 1
        if tries >= _MOST_WRONG:
            visits.end(request)
            return redirect("sign_in")
    shown = {"form": form, "first": not inside, "least": visits.profile().password_length}
    return render(request, "entry/password.html", shown, status=422 if form.errors else 200)


def _go_on(request: HttpRequest) -> HttpResponse:
    """Let somebody who has changed the password go on, in a new session; all others of the account have ended."""
    visits.begin(request, request.user.pk)
    return redirect("own_account")


@require_POST
@page(SEE_PEOPLE)
def say_purpose(request: Asked) -> HttpResponse:
    """Uncover names for a while for a purpose that the journal keeps, or cover them again."""
    back = where_to(request)
    if "cover" in request.POST:
        request.session.pop(PURPOSE, None)
        return redirect(back)
    form = Purpose(request.POST)
    if not form.is_valid():
        return render(request, "entry/purpose.html", {"form": form, "next": back}, status=422)
    words = form.cleaned_data["purpose"].strip()
    say_why(request.viewer, words, at=now())
    request.session[PURPOSE] = [words, (now() + PURPOSE_HOLDS).isoformat()]
    return redirect(back)
