"""The door: who asks, by which credential, for what; and that nothing gets through without a rule, and nothing by a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI, Router, Schema
from ninja.decorators import decorate_view
from ninja.operation import Operation
from ninja.security import HttpBearer

from fuqi.access.reading import reading_as
from fuqi.api.limits import A_MINUTE, LITTLE, Buckets
from fuqi.api.problems import (
    NotAllowedError,
    TooLargeError,
    TooOftenError,
    WrongFormError,
    WrongRequestError,
    as_problem,
    problem_of,
)
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import Fault, FuqiError, Place
from fuqi.basics.reasons import without_personal_number
from fuqi.basics.viewer import Viewer
from fuqi.config import clock
from fuqi.config.workspace import Workspace
from fuqi.flows.credentials import Shown, say_why, who_shows
from fuqi.flows.current import current_scheme
from fuqi.flows.sightings import keep_sightings
from fuqi.scheme.model import Scheme

PREFIX = "/api/"
PURPOSE = "Fuqi-Purpose"
"""The header that says why names are wanted: UTF-8, percent-encoded. Without it names stay covered."""
_SIGN = (
    r"[A-Za-z0-9._~-]|%E3%80%8[1-9A-F]|%E3%80%[9AB][0-9A-F]|%E3%(?:8[1-9A-F]|[9AB][0-9A-F])%[89AB][0-9A-F]"
    r"|%E[4-9]%[89AB][0-9A-F]%[89AB][0-9A-F]|%EF%BC%[89AB][0-9A-F]"
)
PURPOSE_FORM = f"^(?:{_SIGN}){{2,100}}$"
"""Letters, digits and Chinese, 2 to 100 of them: every text of this form is sound UTF-8, and none is blank."""
PURPOSE_HOLDS = timedelta(minutes=30)
"""How long one entry of the journal stands for the same purpose of the same credential."""

REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429)
"""Statuses under which any endpoint may refuse."""

_buckets = Buckets()
_said: dict[tuple[str, str], datetime] = {}


class Problem(Schema):
    """A refusal (RFC 9457)."""

    class Wrong(Schema):
        where: str
        message: str

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong]


class Asked(HttpRequest):
    """A request by a credential that holds: what endpoints are made of."""

    shown: Shown
    viewer: Viewer
    county_scheme: Scheme
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use an endpoint: credentials that may do all of the actions; none named means any credential that holds."""

    actions: tuple[str, ...] = ()
    whole_county: bool = False
    """Only for those whose places are the whole county."""

    def allows(self, viewer: Viewer, county: str) -> bool:
        """Return whether a viewer may use the endpoint."""
        return all(viewer.may(action) for action in self.actions) and (not self.whole_county or viewer.covers(county))


class UnruledEndpointError(TypeError):
    """An endpoint without a rule: a fault of the program, found when it starts."""


class Shows(HttpBearer):
    """The credential that the door has let in; without the door there is none."""

    def __call__(self, request: HttpRequest) -> Shown | None:
        """Return the credential."""
        return getattr(request, "shown", None)

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Return nobody: the door has done it."""


class Room(Router):
    """Endpoints about one thing. Each is added with its rule; the library's own ways to add one refuse."""

    def __init__(self, title: str) -> None:
        super().__init__(tags=[title])

    def endpoint(
        self,
        method: str,
        path: str,
        rule: Rule,
        answers: Any,
        *,
        summary: str,
        told: str,
        status: int = 200,
        most_bytes: int = LITTLE,
        extra: dict[str, Any] | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Mark a function as an endpoint under a rule; `summary` and `told` describe it in Chinese."""

        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            view.rule = rule  # type: ignore[attr-defined]
            decorate_view(_guard(rule, most_bytes))(view)
            self.add_api_operation(
                path,
                [method],
                view,
                auth=Shows(),
                response={status: answers, frozenset(REFUSALS): Problem},
                summary=summary,
                description=told,
                openapi_extra=_described(rule, extra or {}),
            )
            return view

        return add

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **more: Any) -> None:
        """Add an endpoint that has a rule. Raises UnruledEndpointError for any other."""
        if not isinstance(getattr(view_func, "rule", None), Rule):
            raise UnruledEndpointError(f"{view_func.__module__}.{view_func.__name__}: use Room.endpoint, which asks for a rule")
        super().add_api_operation(path, methods, view_func, **more)


def _described(rule: Rule, extra: dict[str, Any]) -> dict[str, Any]:
    """Return what the description says besides: the rule in words for programs, and the header for names."""
    header = {
        "in": "header",
        "name": PURPOSE,
        "required": False,
        "description": "查看姓名的用途，UTF-8 后百分号编码；不写则姓名遮盖。用途记入日志。",
        "schema": {"type": "string", "pattern": PURPOSE_FORM},
    }
    asks = {"x-actions": list(rule.actions), "x-whole-county": rule.whole_county}
    return {"parameters": [header], **asks, **extra}


def _guard(rule: Rule, most_bytes: int) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Return what stands around an endpoint: who asks, whether it is allowed, and what was shown of whom."""

    def decorate(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        operation: Operation = run.__self__  # type: ignore[attr-defined]

        @wraps(run)
        def opened(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            asked = cast("Asked", request)
            try:
                _open_for(asked)
                if not rule.allows(asked.viewer, asked.county_scheme.place):
                    raise NotAllowedError("这个接口凭据不能做这件事：签发时没有给，或者本人现在的角色不允许。")
                _check(asked, operation, most_bytes)
                with reading_as(asked.viewer, "api") as reading:
                    answer = run(request, **arguments)
                    keep_sightings(reading, at=now())
                    return answer
            except FuqiError as error:
                return problem_of(error)

        return opened

    return decorate


def _open_for(request: Asked) -> None:
    """Set whose request it is. Raises NotACredentialError, TooOftenError, WrongRequestError, PersonalNumberError."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    shown = who_shows(token if scheme.lower() == "bearer" else "", on=today(), purpose=_purpose(request))
    wait = _buckets.wait(shown.credential.id.hex, A_MINUTE[shown.credential.kind])
    if wait:
        raise TooOftenError(f"请求太频繁，{wait}秒后再发。{shown.credential.kind_words}凭据每分钟的次数有上限。", wait)
    request.shown, request.viewer = shown, shown.viewer
    request.workspace = workspace()
    request.county_scheme = current_scheme(request.workspace)
    if shown.viewer.purpose:
        _say_why(shown)


def _purpose(request: HttpRequest) -> str:
    """Return why names are wanted, '' where nothing was said. Raises WrongRequestError, PersonalNumberError."""
    words = request.headers.get(PURPOSE)
    if words is None:
        return ""
    if re.fullmatch(PURPOSE_FORM, words) is None:
        raise WrongRequestError(f"请求头 {PURPOSE} 看不懂。用途写成 UTF-8 后百分号编码，2到100个字，例如“入户核对”，不留空格。")
    return without_personal_number(unquote(words))


def _say_why(shown: Shown) -> None:
    """Keep the purpose in the journal, once for as long as it holds on pages."""
    key, at = (shown.credential.id.hex, shown.viewer.purpose), now()
    if _said.get(key, at - PURPOSE_HOLDS) + PURPOSE_HOLDS <= at:
        say_why(shown, at=at)
        for old in [one for one, when in _said.items() if when + PURPOSE_HOLDS <= at]:
            _said.pop(old, None)
        _said[key] = at


def _check(request: Asked, operation: Operation, most_bytes: int) -> None:
    """Refuse content that is too large or of another kind, and words in the address that nobody knows."""
    size = str(request.META.get("CONTENT_LENGTH") or "0")
    if not size.isdecimal() or int(size) > most_bytes:
        raise TooLargeError(f"请求的内容超过了这个地址的上限（{most_bytes >> 10} KB），没有接收。")
    sources = {model.__ninja_param_source__ for model in operation.models}
    if "body" in sources and request.content_type != "application/json":
        raise WrongFormError("这个地址只接收 JSON，请求头要写 Content-Type: application/json。")
    known = {
        name for model in operation.models if model.__ninja_param_source__ == "query" for name in model.__ninja_flatten_map__
    }
    if set(request.GET) - known:
        offered = "、".join(sorted(known)) or "没有"
        raise WrongRequestError(
            "地址里有不认识的参数，没有处理。", faults=(Fault("unknown_parameter", f"可用的参数：{offered}。", Place()),)
        )
    if any(len(request.GET.getlist(name)) > 1 for name in request.GET):
        raise WrongRequestError("地址里有一个参数写了两次，没有处理。")


class OutsideSessions:
    """Keeps sessions and the API apart: a cookie is dropped before it is read, none is ever set, refusals are problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        answer = as_problem(self.get_response(request))
        answer.cookies.clear()
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def endpoints(api: NinjaAPI) -> Iterator[tuple[str, str, Operation]]:
    """Yield method, path and operation of every endpoint that is mounted."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"{bound.prefix}{path}".replace("{uuidstr:", "{uuid:"), operation


def rule_of(operation: Operation) -> Rule:
    """Return who may use an endpoint."""
    rule = getattr(operation.view_func, "rule", None)
    assert isinstance(rule, Rule)
    return rule


def today() -> date:
    """Return the day in China."""
    return clock.now().astimezone(SHANGHAI).date()


def now() -> datetime:
    """Return the instant, in UTC."""
    return clock.now()


def workspace() -> Workspace:
    """Return the workspace that the server serves."""
    found: Workspace | None = settings.WORKSPACE
    if found is None:
        raise RuntimeError("the server was started without FUQI_WORKSPACE")
    return found
