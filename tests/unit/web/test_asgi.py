"""Content is awaited before a thread is given to a request: slow, large and much at once, without a server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fuqi.web import asgi
from fuqi.web.asgi import Answer, Content, Held, Reader, RefusedError, environment

Parts = list[bytes | None]


def sender(parts: Parts) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Return what a client sends, piece by piece; None stands for one that sends no more and does not go."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        piece = left.pop(0) if left else b""
        if piece is None:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": piece or b"", "more_body": bool(left)}

    return receive


def asked(
    monkeypatch: pytest.MonkeyPatch, parts: Parts, *, path: bytes = b"/people/", size: int | None = None, method: str = "POST"
) -> tuple[int, bytes | None]:
    """Ask the application; return the status, and what the pages read of the content (None: they were not asked)."""
    read: list[bytes] = []

    def answered(environ: dict[str, Any]) -> Answer:
        read.append(
            environ["wsgi.input"].read(4) if path in (b"/lists/upload/", b"/api/v1/lists") else environ["wsgi.input"].read()
        )
        return Answer(200)

    monkeypatch.setattr(asgi, "answered", answered)
    monkeypatch.setattr(asgi, "PATIENCE", 0.05)
    said: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    length = sum(len(part or b"") for part in parts) if size is None else size
    headers = [(b"content-length", str(length).encode())]
    scope = {"type": "http", "method": method, "path": path.decode(), "raw_path": path, "headers": headers}
    asyncio.run(asgi.application(scope, sender(parts), send))
    return int(said[0]["status"]), read[0] if read else None


def test_content_is_whole_before_a_thread_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, [b"a=1", b"&b", b"=2"]) == (200, b"a=1&b=2")
    assert asked(monkeypatch, []) == (200, b"")


@pytest.mark.parametrize("path", [b"/people/", b"/lists/upload/", b"/api/v1/lists"])
def test_who_does_not_send_what_was_said_is_refused_and_costs_no_thread(monkeypatch: pytest.MonkeyPatch, path: bytes) -> None:
    assert asked(monkeypatch, [b"a=", None], path=path, size=1000) == (408, None)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, [b"a" * 100], size=asgi.MOST_BYTES) == (200, b"a" * 100)
    assert asked(monkeypatch, [b"a" * 100], size=asgi.MOST_BYTES + 1) == (413, None)
    assert asked(monkeypatch, [b"a" * 100], path=b"/lists/upload/", size=asgi.MOST_BYTES + 1, method="GET") == (413, None)


@pytest.mark.parametrize("path", [b"/lists/upload/", b"/api/v1/lists"])
def test_a_large_file_is_read_by_its_view_and_the_rest_is_dropped(monkeypatch: pytest.MonkeyPatch, path: bytes) -> None:
    assert asked(monkeypatch, [b"abcdef", b"ghi"], path=path, size=asgi.MOST_BYTES + 1) == (200, b"abcd")


def test_what_is_held_of_all_together_has_a_limit_and_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(most=10)
    monkeypatch.setattr(asgi, "_held", held)
    assert asked(monkeypatch, [b"a" * 6, b"b" * 6]) == (503, None)
    assert held.bytes == 0
    assert asked(monkeypatch, [b"a" * 6, b"b" * 4]) == (200, b"aaaaaabbbb")
    assert asked(monkeypatch, [b"a" * 6, None], size=9) == (408, None)
    assert held.bytes == 0


def test_who_sends_as_slowly_as_is_allowed_has_more_time_the_more_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "PATIENCE", 0.02)

    async def took(came: int) -> float:
        loop = asyncio.get_running_loop()
        content = Content(sender([None]), loop, loop.time(), came=came)
        with pytest.raises(RefusedError) as refused:
            await content.piece()
        assert refused.value.status == 408
        return loop.time() - content.begun

    soon, late = asyncio.run(took(0)), asyncio.run(took(asgi.LEAST_RATE // 2))
    assert 0.02 <= soon < late
    assert late >= 0.52


def test_a_reader_of_a_sender_that_stops_fails_instead_of_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "PATIENCE", 0.05)

    async def read() -> bytes:
        loop = asyncio.get_running_loop()
        reader = io.BufferedReader(Reader(Content(sender([b"abc", None]), loop, loop.time())))
        assert await loop.run_in_executor(None, reader.read, 3) == b"abc"
        return bytes(await loop.run_in_executor(None, reader.read, 3))

    with pytest.raises(OSError, match="in time"):
        asyncio.run(read())


def test_a_request_is_told_as_it_came_and_a_header_with_an_underscore_is_nobodys() -> None:
    headers = [
        (b"host", b"127.0.0.1"),
        (b"x_forwarded_for", b"203.0.113.9"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"x"),
        (b"accept", b"y"),
        (b"content-type", b"text/plain"),
    ]
    about = {"type": "http", "method": "GET", "path": "/x", "raw_path": "/人%ff%00/".encode(), "query_string": b"a=%00"}
    found = environment({**about, "headers": headers, "client": ("192.0.2.7", 5), "server": ("192.0.2.1", 80)})
    assert found["PATH_INFO"].encode("latin-1") == "/人".encode() + b"\xff\0/"
    assert (found["QUERY_STRING"], found["REMOTE_ADDR"], found["SERVER_NAME"]) == ("a=%00", "192.0.2.7", "192.0.2.1")
    assert (found["HTTP_COOKIE"], found["HTTP_ACCEPT"], found["CONTENT_TYPE"]) == ("a=1; b=2", "x,y", "text/plain")
    assert "HTTP_X_FORWARDED_FOR" not in found
