"""Sign in, sign out, change the password, say why names are wanted."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fuqi.access.codes import SEE_FIGURES
from fuqi.flows.entry import choose_password, say_why, signed_in
from fuqi.web.door import PURPOSE, PURPOSE_HOLDS, Asked, now, page

WRONG = "姓名或密码不对。请核对后重试；忘记密码，请县里的管理员重发一次性密码。"


class SignIn(forms.Form):
    """Who comes in."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    password = forms.CharField(label="密码", max_length=200, error_messages={"required": "请填写密码。"})


class NewPassword(forms.Form):
    """A password that its owner chose."""

    password = forms.CharField(label="新密码", max_length=200, error_messages={"required": "请填写新密码。"})
    again = forms.CharField(label="再写一遍", max_length=200, error_messages={"required": "请把新密码再写一遍。"})

    def clean(self) -> dict[str, object]:
        """Refuse two different words."""
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", "两次写的不一样，请重写。")
        return found


class Purpose(forms.Form):
    """Why names are wanted."""

    purpose = forms.CharField(
        label="用途",
        min_length=2,
        max_length=200,
        error_messages={"required": "请写明用途，例如：入户核对。", "min_length": "用途要写明白，例如：入户核对。"},
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in who knows the password; what went wrong is said without saying which of the two it was."""
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, username=form.cleaned_data["name"].strip(), password=form.cleaned_data["password"])
        if user is not None:
            login(request, user)
            signed_in(user.get_username(), at=now())
            return redirect("change_password" if user.must_change_password else _next(request))
        form.add_error(None, WRONG)
    return render(request, "entry/sign_in.html", {"form": form, "next": _next(request)}, status=200 if not form.errors else 422)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let the person out."""
    logout(request)
    return redirect("sign_in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Take the password that the account's owner chose."""
    if not request.user.is_authenticated:
        return redirect("sign_in")
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            validate_password(form.cleaned_data["password"], request.user)
        except forms.ValidationError as error:
            form.add_error("password", error)
        else:
            choose_password(request.user.get_username(), form.cleaned_data["password"], at=now())
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            return redirect("county")
    first = request.user.must_change_password
    return render(request, "entry/password.html", {"form": form, "first": first}, status=200 if not form.errors else 422)


@require_POST
@page(SEE_FIGURES)
def say_purpose(request: Asked) -> HttpResponse:
    """Uncover names for a while for a purpose that the journal keeps, or cover them again."""
    back = _next(request)
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
