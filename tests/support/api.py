"""Programs that ask the API, and one example of each endpoint: a new endpoint without one fails the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPErrorProcessor, HTTPRedirectHandler, Request, build_opener

PREFIX = "/api/v1"
NOBODY = "00000000-0000-7000-8000-000000000000"
"""An id that nothing has."""


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    content: bytes
    headers: Message

    @property
    def said(self) -> dict[str, Any]:
        """Return the content as JSON."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """Follow nothing."""


@dataclass(frozen=True)
class Program:
    """Something that asks the API with a credential, or with none."""

    base: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        """Ask for something."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, body: object, **headers: str) -> Reply:
        """Send JSON."""
        return self.ask("POST", path, json.dumps(body).encode(), **{"Content-Type": "application/json", **headers})

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Reply:
        """Send a request; a path that begins with `//` is one of the pages."""
        url = self.base + (path[1:] if path.startswith("//") else PREFIX + path)
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = Request(url, content, {**known, **self.headers, **headers}, method=method)
        try:
            with build_opener(_NoRedirect, HTTPErrorProcessor).open(request, timeout=120) as answer:
                return Reply(answer.status, answer.read(), answer.headers)
        except HTTPError as refusal:
            with refusal:
                return Reply(refusal.code, refusal.read(), refusal.headers)

    def for_purpose(self, words: str) -> Program:
        """Return the same program, saying why it wants names."""
        return Program(self.base, self.token, {**self.headers, "Fuqi-Purpose": quote(words)})


@dataclass(frozen=True)
class Example:
    """A request to an endpoint that a county officer's full credential may make."""

    path: str
    body: object = None
    content: bytes = b""
    status: int = 200
    writes: bool = False
    """Whether it leaves more than an entry of the journal: only for a server of one's own."""

    def sent_by(self, program: Program, method: str, **headers: str) -> Reply:
        """Send it."""
        if self.body is not None:
            return program.post(self.path, self.body, **headers)
        if self.content:
            return program.ask(method, self.path, self.content, **{"Content-Type": "application/octet-stream", **headers})
        return program.ask(method, self.path, None, **headers)


ID_OF_NOBODY = "430611190001010017"
EXAMPLES: dict[tuple[str, str], Example] = {
    ("GET", "/me"): Example("/me"),
    ("GET", "/places"): Example("/places"),
    ("GET", "/scheme"): Example("/scheme"),
    ("GET", "/scheme/clauses"): Example("/scheme/clauses?size=2"),
    ("GET", "/scheme/indicators"): Example("/scheme/indicators?page=2&size=5"),
    ("GET", "/figures"): Example("/figures?place=430611"),
    ("GET", "/figures/{code}"): Example("/figures/major_treatment_rate"),
    ("GET", "/figures/{code}/list"): Example("/figures/major_treatment_rate/list?part=excluded&size=3"),
    ("POST", "/people/find"): Example("/people/find", {"id_number": ID_OF_NOBODY}),
    ("GET", "/people/{serial}"): Example("/people/3"),
    ("GET", "/settlements"): Example("/settlements?number=ZY2017001249", status=200),
    ("GET", "/adjustments"): Example("/adjustments?size=1"),
    ("GET", "/adjustments/{uuid:adjustment_id}"): Example(f"/adjustments/{NOBODY}", status=404),
    ("GET", "/lists"): Example("/lists?size=2"),
    ("POST", "/lists"): Example("/lists?name=0.csv", content=b"a,b\n", status=202, writes=True),
    ("GET", "/lists/{uuid:file_id}"): Example(f"/lists/{NOBODY}", status=404),
    ("GET", "/lists/{uuid:file_id}/faults"): Example(f"/lists/{NOBODY}/faults", status=404),
    ("GET", "/jobs/{uuid:job_id}"): Example(f"/jobs/{NOBODY}", status=404),
    ("GET", "/papers"): Example("/papers"),
    ("POST", "/papers/self-assessment"): Example("/papers/self-assessment", {"form": "docx"}, writes=True),
    ("POST", "/papers/plain-sheet"): Example("/papers/plain-sheet", {"household": "1"}, status=403),
    ("POST", "/papers/plain-sheets"): Example("/papers/plain-sheets", {"place": "430611100200"}, status=403),
}
"""By method and path; without a purpose plain sheets are refused, whoever asks."""
