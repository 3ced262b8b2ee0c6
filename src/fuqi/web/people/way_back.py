"""The way back: pages that were opened from another one lead back to it, to the same page of the same list."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

FROM = "from"
"""The parameter that names the page one came from."""
LONGEST = 1500
"""Characters of an address beyond which the way back is dropped: it holds the ways back before it."""

WORDS = {
    "figure": "返回名单",
    "county": "返回县情",
    "find_person": "返回人员列表",
    "person": "返回这个人",
    "settlement": "返回这笔结算",
    "received_row": "返回这一行",
    "doubts": "返回存疑清单",
    "received_file": "返回这份名单",
    "scheme": "返回方案",
    "adjustments": "返回补报追回",
    "adjustment": "返回这一笔",
}


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a page was opened from."""

    url: str
    words: str


def way_back(request: HttpRequest) -> WayBack | None:
    """Return where the page was opened from, if it says so and that is a page of ours."""
    url = request.GET.get(FROM, "")
    if not url.startswith("/") or not url_has_allowed_host_and_scheme(url, None):
        return None
    try:
        name = resolve(url.partition("?")[0]).url_name or ""
    except Resolver404:
        return None
    return WayBack(url, WORDS.get(name, "返回"))


def with_way_back(url: str, request: HttpRequest, **more: str) -> str:
    """Return an address that knows which page it was opened from."""
    here = request.get_full_path()
    asked = {name: value for name, value in more.items() if value}
    if len(here) <= LONGEST:
        asked[FROM] = here
    return f"{url}?{urlencode(asked)}" if asked else url
