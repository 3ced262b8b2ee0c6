"""The door of every page: who asks, what of, and failures as sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from fuqi.access.queries import NoSuchViewerError, viewer_for
from fuqi.access.reading import reading_as
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.flows.current import current_scheme
from fuqi.flows.workspaces import PROGRAM
from fuqi.places.queries import UnknownPlaceError
from fuqi.scheme.model import Scheme

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


NOT_THERE = (NotThereError, UnknownPlaceError)


class Asked(HttpRequest):
    """A request of somebody who signed in: what pages are made of."""

    viewer: Viewer
    county_scheme: Scheme
    """Not `scheme`: that is what Django calls http and https."""
    workspace: Workspace


Page = Callable[..., HttpResponseBase]


def today() -> date:
    """Return the day in China."""
    return datetime.now(SHANGHAI).date()


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)


def page(permission: str, *, whole_county: bool = False) -> Callable[[Page], Page]:
    """Mark a view as a page for viewers with a permission; with `whole_county` only for those whose places are all of it.

    The view gets a request with `viewer`, `county_scheme` and `workspace`. Grants are read anew for each request.
    """

    def decorate(view: Page) -> Page:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
            if request.user.must_change_password:
                return redirect("change_password")
            asked = cast("Asked", request)
            try:
                open_for(asked)
            except NoSuchViewerError:
                logout(request)
                return redirect("sign_in")
            if not asked.viewer.may(permission) or (whole_county and not asked.viewer.covers(asked.county_scheme.place)):
                raise NotAllowedError("您的角色不能打开这一页。需要的话，请县里的管理员授权。")
            with reading_as(asked.viewer, "page"):
                return view(asked, *args, **kwargs)

        return opened

    return decorate


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
    return {"viewer": viewer, "scheme": scheme, "names_shown": bool(viewer and viewer.purpose)}


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
        if not isinstance(error, FuqiError):
            return None
        status = 404 if isinstance(error, NOT_THERE) else 403 if isinstance(error, NotAllowedError) else 409
        return failure(request, error.message, status, faults=error.faults)


TITLES = {400: "没有看懂这个请求", 403: "不能打开", 404: "没有找到", 405: "不能直接打开", 409: "没有做成", 413: "文件太大"}


def failure(request: HttpRequest, message: str, status: int, faults: tuple[object, ...] = ()) -> HttpResponse:
    """Return a page that says what happened and what to do next."""
    shown = {"title": TITLES[status], "message": message, "faults": faults}
    return render(request, "failure.html", shown, status=status)


def expired_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old: nothing was done."""
    del reason
    message = "这一页放得太久，或者您在别处重新登录过，刚才的内容没有提交。请返回上一页，刷新后再提交一次。"
    return failure(request, message, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no page can be made of."""
    del exception
    return failure(request, "地址或表单的内容不完整。请从首页重新进入。", 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    del exception
    return failure(request, "没有这个页面。地址可能抄错了，或者页面已经换了地方。请从首页重新进入。", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed: a page of its own that needs nothing which might have failed, too."""
    del request
    return HttpResponse(render_to_string("server_error.html"), status=500)
