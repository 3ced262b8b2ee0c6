"""What somebody without an account does to the server over the wire: slow senders, doubtful framing, headers of all answers."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.support.server import CountyServer

HEAD = b"Host: 127.0.0.1\r\n"
SENDERS = 12
"""Three times as many as there are threads."""


def talk(server: CountyServer, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes, or says nothing for a while."""
    with socket.create_connection(address(server), 30) as line:
        line.settimeout(10)
        line.sendall(sent)
        parts = []
        try:
            while part := line.recv(65536):
                parts.append(part)
        except (TimeoutError, ConnectionResetError):
            pass
    return b"".join(parts)


def address(server: CountyServer) -> tuple[str, int]:
    parts = urlsplit(server.base)
    return str(parts.hostname), int(parts.port or 0)


def statuses(answer: bytes) -> list[int]:
    """Return the status of each answer in what came back."""
    return [int(found) for found in re.findall(rb"(?:^|\n|>)HTTP/1\.[01] (\d{3})", answer)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sign-in/", b"application/x-www-form-urlencoded"),
        ("/lists/upload/", b"multipart/form-data; boundary=x"),
        ("/scheme/try/", b"multipart/form-data; boundary=x"),
        ("/api/v1/lists?name=a.csv", b"application/octet-stream"),
    ],
)
def test_slow_senders_hold_up_nobody(county_server: CountyServer, path: str, kind: bytes) -> None:
    head = (
        b"POST %s HTTP/1.1\r\n%sOrigin: %s\r\nCookie: csrftoken=%s\r\nContent-Type: %s\r\nContent-Length: 90000\r\n\r\n--x\r\n"
    )
    sent = head % (path.encode(), HEAD, county_server.base.encode(), b"a" * 32, kind)
    with ExitStack() as lines:
        for _ in range(SENDERS):
            lines.enter_context(socket.create_connection(address(county_server), 30)).sendall(sent)
        assert county_server.visitor().get("/sign-in/").status == 200


DOUBTFUL = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: 40\r\n",
    "a length with a sign": b"Content-Length: +0\r\n",
    "a negative length": b"Content-Length: -1\r\n",
    "a blank before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: 0\r\n",
    "an encoding nobody knows": b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n",
    "a folded header": b"X-A: a\r\n b: c\r\nContent-Length: 0\r\n",
    "a return alone": b"X-A: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    "a zero byte": b"X-A: a\0b\r\nContent-Length: 0\r\n",
    "another host": b"Host: elsewhere.example\r\nContent-Length: 0\r\n",
    "a large header": b"X-A: " + b"a" * 600_000 + b"\r\nContent-Length: 0\r\n",
    "many headers": b"X-A: a\r\n" * 5000 + b"Content-Length: 0\r\n",
}


@pytest.mark.parametrize("headers", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_request_of_doubtful_framing_is_refused_and_the_next_one_with_it(county_server: CountyServer, headers: bytes) -> None:
    hidden = b"GET /me/ HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    answer = talk(county_server, b"POST /sign-in/ HTTP/1.1\r\n" + HEAD + headers + b"\r\n" + hidden)
    assert statuses(answer)[:1] in ([400], [431], [])
    assert b"/sign-in/?next=%2Fme%2F" not in answer or headers.startswith(b"Host")


def test_a_length_beside_an_encoding_ends_the_connection(county_server: CountyServer) -> None:
    framing = b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    hidden = b"GET /me/ HTTP/1.1\r\n" + HEAD + b"\r\n"
    answer = talk(county_server, b"POST /sign-in/ HTTP/1.1\r\n" + HEAD + framing + hidden)
    assert statuses(answer) == [403]


def unsaid() -> Iterator[tuple[str, bytes]]:
    """Yield requests whose answers no page makes."""
    yield "another host's name", b"GET /sign-in/ HTTP/1.1\r\nHost: elsewhere.example\r\n"
    yield "a missing stroke", b"GET /people HTTP/1.1\r\n" + HEAD
    yield "nowhere", b"GET /nowhere/ HTTP/1.1\r\n" + HEAD
    yield (
        "a foreign form",
        b"POST /sign-in/ HTTP/1.1\r\n" + HEAD + b"Origin: https://elsewhere.example\r\nContent-Length: 0\r\n",
    )
    yield "a method", b"TRACE /sign-in/ HTTP/1.1\r\n" + HEAD
    yield "the API", b"GET /api/v1/me HTTP/1.1\r\n" + HEAD
    yield "out of the folder", b"GET /static/../../settings.py HTTP/1.1\r\n" + HEAD


@pytest.mark.parametrize("request_head", dict(unsaid()).values(), ids=dict(unsaid()))
def test_every_answer_says_that_nobody_keeps_or_frames_it(county_server: CountyServer, request_head: bytes) -> None:
    said = talk(county_server, request_head + b"Connection: close\r\n\r\n").partition(b"\r\n\r\n")[0].lower()
    for header in (
        b"cache-control: no-store",
        b"x-frame-options: deny",
        b"x-content-type-options: nosniff",
        b"cross-origin-resource-policy: same-origin",
    ):
        assert header in said


def test_an_address_that_ends_without_a_stroke_leads_to_no_other_host(county_server: CountyServer) -> None:
    for path in (b"//elsewhere.example/people", b"/\\elsewhere.example/people", b"/people?next=//elsewhere.example"):
        answer = talk(county_server, b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
        place = re.search(rb"(?im)^location: (.*)\r$", answer)
        assert place is None or re.match(rb"/[a-z]", place[1])
