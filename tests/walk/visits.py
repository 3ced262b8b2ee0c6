"""A walker's browser, and what it was answered."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from tests.walk.world import VISITOR, Walker, viewer_of

PURPOSE = "走查核对"
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_MINUTE = re.compile(r"(?<=日 )\d\d:\d\d")
_INSTANT = re.compile(r'("issued_at":\s*")[^"]*')
_MADE = re.compile(r"<dcterms:\w+[^>]*>[^<]*")
_HEADERS = ("Content-Type", "Location", "Allow", "Content-Disposition")


class Visit:
    """A walker's browser; every probe finds it as it was when the walker had just come in."""

    def __init__(self, walker: Walker, *, purpose: bool) -> None:
        from django.test import Client

        self.walker, self.client = walker, Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
        self.bearer: dict[str, str] = {}
        if walker is not VISITOR:
            self._sign_in(purpose=purpose)
            if token := token_of(walker):
                self.bearer = {"Authorization": f"Bearer {token}"}
            if purpose:
                self.bearer["Fuqi-Purpose"] = quote(PURPOSE)

    def _sign_in(self, *, purpose: bool) -> None:
        from django.conf import settings
        from django.contrib.auth.models import AnonymousUser
        from django.contrib.sessions.backends.db import SessionStore
        from django.http import HttpRequest

        from fuqi.access.models import User
        from fuqi.web import visits
        from fuqi.web.door import PURPOSE as KEY
        from fuqi.web.door import now

        request = HttpRequest()
        request.session, request.user = SessionStore(), AnonymousUser()
        visits.begin(request, User.objects.get(name=self.walker.name).id)
        if purpose:
            request.session[KEY] = [PURPOSE, (now() + timedelta(days=1)).isoformat()]
        request.session.save()
        self.kept, self.key = dict(request.session.items()), str(request.session.session_key)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.key

    def ask(self, method: str, url: str, form: dict[str, str]) -> Any:
        """Return the answer; nothing of it stays in the session."""
        if url.startswith("/api/"):
            return self.client.generic(method, url, json.dumps(form), content_type="application/json", headers=self.bearer)
        answer = self.client.generic(method, url, urlencode(form), content_type="application/x-www-form-urlencoded")
        if self.walker is not VISITOR and (method not in ("GET", "HEAD") or answer.status_code in (302, 500)):
            self._as_before()
        return answer

    def _as_before(self) -> None:
        from django.conf import settings
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore(self.key)
        gone = not session.exists(self.key)
        session.clear()
        session.update(self.kept)
        session.save(must_create=gone)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.key


@lru_cache
def token_of(walker: Walker) -> str:
    """Return a credential by which a walker's service asks the API for all that the walker may; '' for who can have none."""
    from fuqi.flows import credentials
    from fuqi.web.door import now, today

    viewer = viewer_of(walker)
    name = f"走查{now():%H%M%S%f}"
    may = sorted(viewer.permissions & set(credentials.OFFERED))
    if not may:
        return ""
    about: dict[str, Any] = {"actions": may, "place": "", "days": 1, "on": today(), "at": now()}
    return str(credentials.issue(viewer, credentials.SERVICE, name, **about)[0])


def text_of(answer: Any) -> str:
    """Return what an answer says: pages and CSV as they are, workbooks and documents unpacked."""
    data: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in sorted(packed.namelist()))
    return data.decode("utf-8", "replace") if data[:4] != b"%PDF" else "%PDF"


def normal(answer: Any) -> str:
    """Return an answer without what differs at every request: tokens, the minute of printing, a file's day of making."""
    headers = " | ".join(f"{name}: {answer.headers.get(name, '')}" for name in _HEADERS)
    text = _INSTANT.sub(r"\1", _MADE.sub("", _MINUTE.sub("", _TOKEN.sub(r"\1", text_of(answer)))))
    return f"{answer.status_code} {headers}\n{text}"
