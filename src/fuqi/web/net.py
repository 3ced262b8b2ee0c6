"""The outermost middleware: from here on somebody from outside is being answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from fuqi.access.scope import behind_a_door


class BehindADoor:
    """Marks every request, of pages and of the API: persons are read by a viewer or not at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer."""
        with behind_a_door():
            return self.get_response(request)
