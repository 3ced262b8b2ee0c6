"""The door of every page: who asks, what of, and failures as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from fuqi.access.codes import SEE_FIGURES, SEE_PEOPLE
from fuqi.access.masks import AboveLevelError
from fuqi.access.queries import NoSuchViewerError, viewer_for
from fuqi.access.reading import reading_as
from fuqi.basics.errors import FuqiError
from fuqi.basics.failures import DISK_FULL, disk_full
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.flows.current import current_scheme
from fuqi.flows.sightings import keep_sightings
from fuqi.flows.workspaces import PROGRAM
from fuqi.places.queries import UnknownPlaceError
from fuqi.scheme.model import Scheme
from fuqi.web import halfway, visits
from fuqi.web.clock import now as now
from fuqi.web.clock import today as today
from fuqi.web.kept import give_back, give_back_long
from fuqi.web.navigation import first_room
from fuqi.web.rules import Rule

PURPOSE = "purpose"
"""The session's key for why names are wanted: [words, instant until which they hold]."""
PURPOSE_HOLDS = timedelta(minutes=30)
"""How long names stay uncovered after a purpose was said."""


class NotThereError(FuqiError):
    """There is no such thing, or it is not yours: the two read the same."""

    code = "not_there"


class NotAllowedError(FuqiError):
    """The viewer's roles do not allow it."""

    code = "not_allowed"


TOO_LONG = "写的文字太多，没有提交：一页最多约10万个汉字（1 MB）。请写短一些，或者分几次提交。"
NOT_THERE = (NotThereError, UnknownPlaceError)
NOT_ALLOWED = (NotAllowedError, AboveLevelError)


class Asked(HttpRequest):
    """A request of somebody who signed in: what pages are made of."""

    viewer: Viewer
    county_scheme: Scheme
    """Not `scheme`: that is what Django calls http and https."""
    workspace: Workspace


Page = Callable[..., HttpResponseBase]


def page(
    *actions: str, whole_county: bool = False, home: bool = False, besides: tuple[str, ...] = ()
) -> Callable[[Page], Page]:
    """Mark a view as a page for viewers who may do one of the actions (`Rule` says it all); the rule stands at `view.rule`.

    The view gets a request with `viewer`, `county_scheme` and `workspace`. The account and its grants are read anew for each
    request, so that whoever was disabled or lost a role is refused with the next one.
    """
    rule = Rule(actions, whole_county, home, besides)

    def decorate(view: Page) -> Page:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if stopped := _stopped(request):
                return stopped
            asked = cast("Asked", request)
            if not rule.allows(asked.viewer, asked.county_scheme.place):
                if rule.home and request.method in ("GET", "HEAD"):
                    return redirect(first_room(asked.viewer, asked.county_scheme.place))
                raise NotAllowedError("您的角色不能打开这一页。需要的话，请县里的管理员授权。")
            with reading_as(asked.viewer, "page") as reading:
                answer = view(asked, *args, **kwargs)
                keep_sightings(reading, at=now())
                return answer

        opened.rule = rule  # type: ignore[attr-defined]
        return opened

    return decorate


def _stopped(request: HttpRequest) -> HttpResponse | None:
    """Return where to go instead of the page: to sign in, on to the next step of it, or to an own password."""
    if not request.user.is_authenticated:
        return _to_sign_in(request, "您还没有登录，或者登录已经结束。")
    if why := visits.why_ended(request):
        visits.end(request)
        return _to_sign_in(request, visits.WHY_ENDED[why], why)
    if request.user.must_change_password:
        return redirect("change_password")
    try:
        open_for(cast("Asked", request))
    except NoSuchViewerError:
        visits.end(request)
        return _to_sign_in(request, visits.WHY_ENDED[visits.CHANGED], visits.CHANGED)
    return None


def _to_sign_in(request: HttpRequest, said: str, why: str = "") -> HttpResponse:
    """Return the way to the sign-in; what was written into a form is given back instead of lost."""
    if step := halfway.next_step(request):
        return redirect(step)
    if kept := give_back(request, said):
        return kept
    asked = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
    ended = {"ended": why} if why else {}
    return redirect(f"{reverse('sign_in')}?{urlencode({**asked, **ended})}")


def open_for(request: Asked) -> None:
    """Set whose request it is and which scheme it is about."""
    request.workspace = workspace()
    request.county_scheme = current_scheme(request.workspace)
    request.viewer = viewer_for(PROGRAM, str(request.user.get_username()), on=today(), purpose=purpose_of(request))


def purpose_of(request: HttpRequest) -> str:
    """Return why names are wanted in this session, '' where nothing was said or it is too long ago."""
    words, until = request.session.get(PURPOSE, ("", ""))
    return str(words) if words and now() < datetime.fromisoformat(until) else ""


def workspace() -> Workspace:
    """Return the workspace that the server serves."""
    found: Workspace | None = settings.WORKSPACE
    if found is None:
        raise RuntimeError("the server was started without FUQI_WORKSPACE")
    return found


def about_the_page(request: HttpRequest) -> dict[str, object]:
    """Return what every template gets: who asks, of which scheme, whether names are shown."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    scheme: Scheme | None = getattr(request, "county_scheme", None)
    return {
        "viewer": viewer,
        "scheme": scheme,
        "names_shown": bool(viewer and viewer.purpose),
        "sees_people": bool(viewer and viewer.may(SEE_PEOPLE)),
        "sees_figures": bool(viewer and viewer.may(SEE_FIGURES)),
    }


class FailuresInWords:
    """Turns a refusal anywhere below into a page that says what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer; nothing that shows persons may lie in a cache."""
        response = self.get_response(request)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = failure(request, "这个地址只接收表单，不能直接打开。请回到原来的页面，从那里再做一次。", 405)
            response.headers["Allow"] = allowed
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a named failure; others are for the page of unexpected ones."""
        if disk_full(error):
            return failure(request, DISK_FULL, 507)
        if isinstance(error, DataError):
            return bad_request(request, error)  # a zero byte, a number beyond all measure: no such value can be looked for
        if not isinstance(error, FuqiError):
            return None
        status = 404 if isinstance(error, NOT_THERE) else 403 if isinstance(error, NOT_ALLOWED) else 409
        return failure(request, error.message, status, faults=error.faults)


TITLES = {
    400: "没有看懂这个请求",
    403: "不能打开",
    404: "没有找到",
    405: "不能直接打开",
    409: "没有做成",
    413: "文件太大",
    507: "没有存下",
}


def failure(request: HttpRequest, message: str, status: int, faults: tuple[object, ...] = ()) -> HttpResponse:
    """Return a page that says what happened and what to do next."""
    shown = {"title": TITLES[status], "message": message, "faults": faults}
    return render(request, "failure.html", shown, status=status)


def expired_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old: nothing was done, and what was written is given back."""
    del reason
    why = "这一页放得太久，或者您在别处重新登录过，刚才的内容没有提交。"
    return give_back(request, why) or failure(request, why + "请返回上一页，刷新后再提交一次。", 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no page can be made of, and a form of too much text, which is given back."""
    if isinstance(exception, RequestDataTooBig):
        return give_back_long(request, TOO_LONG)
    return failure(request, "地址或表单的内容不完整。请从首页重新进入。", 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    del exception
    return failure(request, "没有这个页面。地址可能抄错了，或者页面已经换了地方。请从首页重新进入。", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed: a page of its own that needs nothing which might have failed, too."""
    del request
    full = disk_full(sys.exc_info()[1])
    shown = {"message": DISK_FULL if full else ""}
    return HttpResponse(render_to_string("server_error.html", shown), status=507 if full else 500)
