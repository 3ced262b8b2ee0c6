"""Where a try comes from, and how somebody is told to wait."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def address_of(request: HttpRequest) -> str:
    """Return where a try comes from: behind the proxy of an HTTPS address it is what the proxy says."""
    peer = str(request.META.get("REMOTE_ADDR") or "")
    behind = settings.SESSION_COOKIE_SECURE and peer in ("127.0.0.1", "::1")
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if behind else ""
    return told or peer


def wait_words(seconds: int) -> str:
    """Return how long to wait, rounded up."""
    return f"{seconds}秒" if seconds <= 90 else f"{-(-seconds // 60)}分钟"


def told_to_wait(answer: HttpResponse, seconds: int) -> HttpResponse:
    """Return the answer, for programs too, with how long to wait; as it is where nobody has to."""
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    return answer
