"""Reading many people on a day: asked for with a reason, decided by another person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fuqi.access.codes import APPROVE_READING, PEOPLE_A_DAY, SEE_PEOPLE
from fuqi.basics.errors import FuqiError
from fuqi.flows.bulk_reading import ask, decide, open_requests, own_requests
from fuqi.web.clock import now, today
from fuqi.web.door import Asked, page
from fuqi.web.reasons import ReasonField

LONGEST = 200
_DAYS_SHOWN = 30


class Ask(forms.Form):
    """How many people, on which day, and why."""

    people = forms.IntegerField(
        min_value=PEOPLE_A_DAY + 1,
        max_value=1_000_000,
        error_messages={
            "required": "请写一共要看多少人。",
            "invalid": "人数请写成数字，例如：350。",
            "min_value": f"一天看{PEOPLE_A_DAY}人以内不用申请。",
            "max_value": "人数太大，请核对。",
        },
    )
    day = forms.DateField(error_messages={"required": "请选是哪一天。", "invalid": "日期看不懂，请写成 2026-11-24 这样。"})
    reason = ReasonField(
        min_length=4,
        max_length=LONGEST,
        error_messages={
            "required": "请写明为什么要看这么多人。",
            "min_length": "理由要写明白，批准的人要据此判断。",
            "max_length": f"理由请写在{LONGEST}个字以内。",
        },
    )


class Decide(forms.Form):
    """A second person's word, and why."""

    approved = forms.ChoiceField(
        choices=[("yes", "批准"), ("no", "不批准")],
        error_messages={"required": "请选批准或者不批准。", "invalid_choice": "请选批准或者不批准。"},
    )
    why = ReasonField(required=False, max_length=LONGEST, error_messages={"max_length": f"请写在{LONGEST}个字以内。"})


@require_http_methods(["GET", "POST"])
@page(SEE_PEOPLE)
def ask_to_read(request: Asked) -> HttpResponse:
    """Take a request, and show one's own of the last month with what became of them."""
    form = Ask(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            ask(request.viewer, wanted["people"], wanted["reason"], day=wanted["day"], at=now())
        except FuqiError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "申请已提交。另一位有权限的人批准以后，才能看这么多人。")
            return redirect("ask_to_read")
    own = own_requests(request.viewer, since=today() - timedelta(days=_DAYS_SHOWN))
    shown = {"form": form, "own": own, "most": PEOPLE_A_DAY, "today": today(), "longest": LONGEST}
    return render(request, "reading/ask.html", shown, status=422 if form.errors else 200)


@require_safe
@page(APPROVE_READING)
def decide_readings(request: Asked) -> HttpResponse:
    """Show the requests that wait for a decision."""
    return _waiting(request)


@require_POST
@page(APPROVE_READING)
def decide_reading(request: Asked, request_id: UUID) -> HttpResponse:
    """Approve or refuse another person's request."""
    form = Decide(request.POST)
    if not form.is_valid():
        return _waiting(request, request_id, form, status=422)
    approved = form.cleaned_data["approved"] == "yes"
    try:
        decide(request.viewer, request_id, approved, form.cleaned_data["why"], at=now())
    except FuqiError as error:
        form.add_error(None, error.message)
        return _waiting(request, request_id, form, status=409)
    messages.success(request, "已批准，申请人当天可以看到申请的人数。" if approved else "没有批准，申请人会看到理由。")
    return redirect("decide_readings")


def _waiting(request: Asked, request_id: UUID | None = None, form: Decide | None = None, status: int = 200) -> HttpResponse:
    waiting: list[dict[str, Any]] = [
        {"request": item, "form": form if item.id == request_id else None}
        for item in open_requests(request.viewer, since=today())
    ]
    faults = [] if form is None or any(item["form"] for item in waiting) else list(form.non_field_errors())
    shown = {"waiting": waiting, "faults": faults, "most": PEOPLE_A_DAY, "longest": LONGEST}
    return render(request, "reading/decide.html", shown, status=status)
