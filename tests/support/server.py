"""The pages over the counted sample county, asked by a client that keeps cookies as a browser does."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

import pytest

from tests.support.accounts import PASSWORD, Account
from tests.support.codes import TRIES, next_code
from tests.support.workspaces import WorkspaceUnderTest, own_environment

START_SECONDS = 60
_MINUTE = re.compile(r"(?<=日 )\d\d:\d\d")
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


@dataclass(frozen=True)
class Answer:
    """What the server answered at the end of all redirects."""

    status: int
    url: str
    html: str
    headers: Message

    @property
    def text(self) -> str:
        """Return what is to be read on the page, blanks brought to one."""
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))

    def text_without(self, word: str) -> str:
        """Return what is to be read but for a word and the minute of printing."""
        return _MINUTE.sub("", self.text.replace(word, ""))

    @property
    def main(self) -> str:
        """Return the page's own part of the HTML."""
        return self.html.partition("<main")[2].partition("</main>")[0]

    @property
    def links(self) -> list[str]:
        """Return the addresses that the page's own part leads to."""
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.main)]

    @property
    def same_for_all(self) -> str:
        """Return the page without what differs at every request: tokens of forms, the page's own address, the minute."""
        path = re.sub(r"^https?://[^/]+", "", self.url)
        return _MINUTE.sub("", _TOKEN.sub(r"\1", self.html).replace(path, ""))


@dataclass
class Client:
    """Somebody who asks for pages; keeps cookies, follows redirects, sends the token with forms."""

    base: str
    jar: CookieJar = field(default_factory=CookieJar)

    @property
    def _opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask(Request(self.base + path))

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
        content = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        return self._ask(Request(self.base + path, content, {"Referer": self.base + path}))

    def _ask(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as response:
                return Answer(response.status, response.url, response.read().decode(), response.headers)
        except HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.url, refusal.read().decode(), refusal.headers)


@dataclass(frozen=True)
class CountyServer:
    """A running server."""

    base: str
    visits: dict[str, CookieJar] = field(default_factory=dict, compare=False)
    """The cookies of those who signed in, by name: a code of a second factor opens only once."""

    def visitor(self) -> Client:
        """Return somebody who has not signed in."""
        return Client(self.base)

    def sign_in(self, account: Account) -> Client:
        """Return somebody who has, with the second factor where there is one; later calls go on in the same session."""
        if account.name not in self.visits:
            client = self.visitor()
            client.get("/sign-in/")
            answer = client.post("/sign-in/", name=account.name, password=PASSWORD, next="/me/")
            for _ in range(TRIES):
                if answer.url.endswith("/sign-in/code/"):
                    answer = client.post("/sign-in/code/", code=next_code(self.base, account.name))
            assert answer.url.endswith("/me/"), answer.text
            self.visits[account.name] = client.jar
        return Client(self.base, self.visits[account.name])


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_pages(folder: Path, port: int = 0) -> tuple[subprocess.Popen[bytes], str]:
    """Start the pages of a workspace without the worker; the server ends when its standard input does."""
    port = port or free_port()
    environment = {**own_environment(), "FUQI_WORKSPACE": str(folder)}
    command = [sys.executable, "-m", "fuqi.commands.pages", "127.0.0.1", str(port)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=os.sep)
    base = f"http://127.0.0.1:{port}"
    for _ in range(START_SECONDS * 10):
        try:
            with urlopen(f"{base}/sign-in/", timeout=5):
                return server, base
        except (URLError, ConnectionError, TimeoutError):
            assert server.poll() is None, "the server has ended"
            time.sleep(0.1)
    server.kill()
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def county_server(counted_county: WorkspaceUnderTest) -> Iterator[CountyServer]:
    """Return a server of the counted sample county, one a test process; only for pages that change nothing but sessions."""
    server, base = start_pages(counted_county.folder)
    yield CountyServer(base)
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)
