"""A form that came too late: its text is given back, to be sent again. It lies in the page only and is kept nowhere else.

Passwords and codes are never given back, and nothing is given back that another site sent.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.shortcuts import render

from fuqi.web.rules import Public, rule_of

_MOST_BYTES = 12 * 1024 * 1024
"""A larger form is one of files, which the browser has; nothing of it is read."""
_NEVER = ("password", "secret", "code", "token", "passkey")
"""What the name of a field has in it that is never given back."""
WORDS = {
    "reason": "理由",
    "why": "理由",
    "purpose": "用途",
    "words": "要查的内容",
    "text": "正文",
    "name": "姓名",
    "people": "人数",
    "day": "日期",
    "place": "地方",
    "role": "角色",
    "institution": "机构",
}
"""What fields are called on the page; a field without a name of its own is just one more."""


def same_origin(request: HttpRequest) -> bool:
    """Return whether a page of ours sent the form: what another site sent is not shown as if the reader had written it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    sent_by = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(sent_by) and urlsplit(sent_by).netloc == request.get_host()


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was written into a form that came too late, in its order; nothing of forms that carry passwords."""
    match = request.resolver_match
    if request.method != "POST" or match is None or isinstance(rule_of(match.func), Public) or not same_origin(request):
        return []
    size = str(request.META.get("CONTENT_LENGTH") or "")
    if not size.isdecimal() or int(size) > _MOST_BYTES:
        return []
    try:
        sent = request.POST
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, RawPostDataException):
        return []
    return [(name, value) for name in sent for value in sent.getlist(name) if not any(word in name.lower() for word in _NEVER)]


def give_back(request: HttpRequest, why: str) -> HttpResponse | None:
    """Return the page that gives the text back and says why nothing was done; None where nothing was written."""
    fields = fields_of(request)
    if not any(value.strip() for _, value in fields):
        return None
    shown = [(WORDS.get(name, "另一项"), value) for name, value in fields if value.strip()]
    context = {
        "why": why,
        "fields": fields,
        "shown": shown,
        "again": True,
        "action": request.get_full_path(),
        "with_files": (request.content_type or "") == "multipart/form-data",
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "entry/kept.html", context, status=403)


def give_back_long(request: HttpRequest, why: str) -> HttpResponse:
    """Return the page for a form of too much text: why nothing was done, and the text, to be copied and made shorter.

    A form with files is not read: the browser has the files, and where scripts run it says so before it sends anything.
    """
    shown = [(WORDS.get(name, "另一项"), value) for name, value in _long_fields(request) if value.strip()]
    return render(request, "entry/kept.html", {"why": why, "shown": shown, "signed_in": True}, status=413)


def _long_fields(request: HttpRequest) -> list[tuple[str, str]]:
    match, size = request.resolver_match, str(request.META.get("CONTENT_LENGTH") or "")
    if request.content_type != "application/x-www-form-urlencoded" or not size.isdecimal() or int(size) > _MOST_BYTES:
        return []
    if match is None or isinstance(rule_of(match.func), Public) or not same_origin(request):
        return []
    try:
        sent = QueryDict(request.read(), encoding="utf-8")
    except (TooManyFieldsSent, RawPostDataException, UnreadablePostError):
        return []
    return [(name, value) for name in sent for value in sent.getlist(name) if not _is_never_given(name)]


def _is_never_given(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or any(word in name.lower() for word in _NEVER)
