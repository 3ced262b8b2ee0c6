"""The outermost middleware: from here on somebody from outside is answered, and every answer says who may keep and show it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fuqi.access.scope import behind_a_door

_HTTPS_ONLY = "max-age=31536000; includeSubDomains"
"""A browser that came by HTTPS once comes by nothing else for a year (ASVS 5.0 3.4.1)."""


class BehindADoor:
    """Marks every request, of pages and of the API: persons are read by a viewer or not at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer; refusals and redirects that no page made lie in no cache and in no frame, either."""
        with behind_a_door():
            answer = self.get_response(request)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.setdefault("X-Frame-Options", "DENY")
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.SESSION_COOKIE_SECURE:
            answer.headers.setdefault("Strict-Transport-Security", _HTTPS_ONLY)
        return answer
