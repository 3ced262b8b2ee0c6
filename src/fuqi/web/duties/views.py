"""Requests of people in the files: the list, a new one, one with its versions, edit, decide, answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fuqi.access.codes import HANDLE_REQUESTS
from fuqi.access.reading import reading_as
from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError
from fuqi.duties import codes
from fuqi.duties.tables import deadlines
from fuqi.flows import subject_requests as requests
from fuqi.flows.current import known_layouts
from fuqi.flows.figures import default_day
from fuqi.flows.opened import Asking, NothingToOpenError
from fuqi.flows.sightings import keep_sightings
from fuqi.web.door import Asked, NotThereError, now, page, today
from fuqi.web.reasons import ReasonField

KEPT = (requests.EditsClashError, requests.RequestFaultyError, requests.RequestDayError)
"""Refusals after which the form is shown again with what was written."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a request as the form shows it."""

    name: str
    label: str
    value: str
    required: bool
    choices: Mapping[str, str]


class NewRequest(forms.Form):
    """What begins a request: whose, which, since when."""

    serial = forms.IntegerField(label="人员编号", min_value=1, max_value=999_999_999)
    kind = forms.ChoiceField(label="申请什么", choices=list(codes.KINDS.items()))
    received_on = forms.DateField(label="收到申请的日期")


class Decision(forms.Form):
    """A second person's word on a version."""

    position = forms.IntegerField(min_value=1, max_value=100_000)
    granted = forms.ChoiceField(choices=[("yes", "同意"), ("no", "不同意")])
    why = ReasonField(max_length=codes.LONGEST, required=False)


def _asking(request: Asked) -> Asking:
    return Asking(request.viewer, request.county_scheme, known_layouts(), AsOf(default_day(request.county_scheme)))


@contextmanager
def _or_not_there() -> Iterator[None]:
    try:
        yield
    except NothingToOpenError as error:
        raise NotThereError(error.message) from None


@contextmanager
def _handling(request: Asked, number: str) -> Iterator[None]:
    """Keep what is opened for a request with that as the reason: who handles it sees its words without saying another one."""
    with reading_as(replace(request.viewer, purpose=f"办理个人信息申请{number}"), "page") as reading:
        yield
        keep_sightings(reading, at=now())


def _fields(kind: str, values: Mapping[str, str]) -> list[Shown]:
    return [
        Shown(name, label, values.get(name, ""), name in codes.REQUIRED or name == "ground", codes.CHOICES.get(name, {}))
        for name, label in codes.FIELDS[kind].items()
    ]


@require_GET
@page(HANDLE_REQUESTS)
def subject_requests(request: Asked) -> HttpResponse:
    """List the requests, those due first before the others."""
    everything = request.GET.get("all") == "1"
    lines = requests.request_lines(_asking(request), today=today(), everything=everything)
    limits = deadlines()
    context = {"lines": lines, "everything": everything, "days": limits.answer_days, "source": limits.source}
    return render(request, "duties/requests.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page(HANDLE_REQUESTS)
def new_request(request: Asked) -> HttpResponse:
    """Receive a request: first whose and which, then what it says."""
    kind = request.POST.get("kind") or request.GET.get("kind", codes.ACCESS)
    kind = kind if kind in codes.KINDS else codes.ACCESS
    written = requests.content_of(kind, request.POST)
    if request.method == "GET":
        serial = request.GET.get("person", "")
        return _new(request, kind, {}, {"serial": serial if serial.isdecimal() else "", "received_on": today().isoformat()})
    form = NewRequest(request.POST)
    about = {name: request.POST.get(name, "") for name in ("serial", "received_on")}
    if not form.is_valid():
        wrong = [f"{form.fields[name].label}：{text}" for name, texts in form.errors.items() for text in texts]
        return _new(request, kind, written, about, wrong=wrong, status=400)
    try:
        with _or_not_there():
            number = _receive(request, form.cleaned_data, written)
    except (*KEPT, NotThereError) as error:
        wrong = [error.message, *map(str, error.faults)]
        return _new(request, kind, written, about, wrong=wrong, status=404 if isinstance(error, NotThereError) else 409)
    messages.success(request, f"已受理，编号{number}。请告诉申请人：{deadlines().answer_days}天内答复。")
    return redirect("subject_request", number=number)


def _receive(request: Asked, chosen: Mapping[str, Any], written: Mapping[str, str]) -> str:
    received_on: date = chosen["received_on"]
    return requests.receive(
        _asking(request), chosen["serial"], chosen["kind"], written, received_on=received_on, today=today(), at=now()
    )


def _new(
    request: HttpRequest,
    kind: str,
    written: Mapping[str, str],
    about: Mapping[str, str],
    *,
    wrong: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"kind": kind, "kinds": codes.KINDS, "fields": _fields(kind, written), "about": about, "wrong": wrong or []}
    return render(request, "duties/new.html", context, status=status)


@require_GET
@page(HANDLE_REQUESTS)
def subject_request(request: Asked, number: str) -> HttpResponse:
    """Show a request with all that became of it."""
    return _shown(request, number)


def _shown(
    request: Asked, number: str, written: Mapping[str, str] | None = None, error: FuqiError | None = None
) -> HttpResponse:
    """Show a request; after a refusal with what was written, on top of what it says by now."""
    with _handling(request, number), _or_not_there():
        found = requests.open_request(_asking(request), number)
    writers = {version.by for version in found.versions} | {found.head.by}
    context = {
        "found": found,
        "head": found.head,
        "said": _fields(found.head.kind, found.last.content),
        "fields": _fields(found.head.kind, found.last.content if written is None else written),
        "left": found.head.days_left(today()),
        "own": request.viewer.name in writers,
        "error": error,
        "is_access": found.head.kind == codes.ACCESS,
        "is_deletion": found.head.kind == codes.DELETION,
        "waiting": found.head.state == codes.WAITING,
        "granted": found.head.state == codes.GRANTED,
        "done": found.head.state == codes.DONE,
    }
    return render(request, "duties/request.html", context, status=200 if error is None else 409)


@sensitive_post_parameters()
@require_POST
@page(HANDLE_REQUESTS)
def edit_request(request: Asked, number: str) -> HttpResponse:
    """Keep what somebody made of a version; what another one changed meanwhile is merged in, or shown beside it."""
    with _handling(request, number), _or_not_there():
        kind = requests.open_request(_asking(request), number).head.kind
    written = requests.content_of(kind, request.POST)
    base = request.POST.get("base", "")
    try:
        merged = requests.edit(
            _asking(request), number, int(base) if base.isdecimal() and len(base) < 7 else 0, written, at=now()
        )
    except KEPT as error:
        return _shown(request, number, written, error)
    taken = "、".join(codes.FIELDS[kind][field] for field in merged.taken)
    messages.success(request, f"已保存。别人同时改过：{taken}，已一起保留。" if taken else "已保存。")
    return redirect("subject_request", number=number)


@sensitive_post_parameters()
@require_POST
@page(HANDLE_REQUESTS)
def decide_request(request: Asked, number: str) -> HttpResponse:
    """Keep a second person's word."""
    form = Decision(request.POST)
    if not form.is_valid():
        raise requests.RequestFaultyError("审批没有写全：要选同意或者不同意。")
    chosen = form.cleaned_data
    with _or_not_there():
        requests.decide(
            _asking(request),
            number,
            chosen["position"],
            granted=chosen["granted"] == "yes",
            why=chosen["why"],
            at=now(),
        )
    messages.success(request, "已审批。")
    return redirect("subject_request", number=number)


@sensitive_post_parameters()
@require_POST
@page(HANDLE_REQUESTS)
def answer_request(request: Asked, number: str) -> HttpResponse:
    """Do what was granted: conclude a correction, or delete."""
    with _or_not_there():
        keys = requests.answer(_asking(request), number, words=request.POST.get("words", ""), at=now())
    messages.success(request, f"已办结。销毁了{keys}把密钥，这个人的文字和号码不能再打开，金额保留。" if keys else "已办结。")
    return redirect("subject_request", number=number)


@require_POST
@page(HANDLE_REQUESTS)
def subject_file(request: Asked, number: str, form: str) -> HttpResponse:
    """Give out everything about the person, for that person."""
    with _handling(request, number), _or_not_there():
        product = requests.hand_over(_asking(request), number, form, at=now())
    response = HttpResponse(product.data, content_type=product.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, product.name) or "attachment"
    return response
