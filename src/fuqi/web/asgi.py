"""What the server runs: `fuqi.web.asgi:application`. A request's content is awaited here, before a thread is given to it.

Threads are few. One that waited for the content of a slow sender would be lost to everybody else for as long as the sender
likes, and four such senders would stop the desk without an account. So content of up to 12 MB is awaited whole; who sends more
slowly than PATIENCE and LEAST_RATE allow is refused. Larger content is taken at the addresses of UPLOADS only: their views look
at who asks before they read, and they have threads of their own.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from fuqi.web.wsgi import application as django

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

THREADS, UPLOADING_THREADS = 4, 2
"""Requests that are answered at the same time; each thread has a connection to the record of its own."""
UPLOADS = ("/lists/upload/", "/scheme/try/", "/api/")
"""What addresses that take files begin with. Of the API all do: its door refuses by size, in its own form, before it reads."""
PATIENCE = 30.0
"""Seconds that content may take, however little it is."""
LEAST_RATE = 16 * 1024
"""Bytes a second beyond that."""
MOST_BYTES = 12 * 1024 * 1024
"""Bytes of a form without files; its page gives them back where it came too late, so it must be read."""
MOST_HELD = 128 * 1024 * 1024
"""Bytes of unfinished content that are held of all requests together."""
MOST_DROPPED = 1024 * 1024 * 1024
"""Bytes that are read and dropped so that a browser that must first send everything comes to see the refusal."""

_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 扶起</title></head>'
    "<body><h1>{title}</h1><p>{said}</p></body></html>"
)
_REFUSALS = {
    408: ("等得太久", "内容一直没有传完，没有接收。请检查网络后再提交一次。"),
    413: ("内容太大", "提交的内容太大，没有接收。请分几次提交，或者删去不需要的部分。"),
    503: ("现在太忙", "同时提交的内容太多，没有接收。请过一分钟再试。"),
}


class RefusedError(Exception):
    """The content is not taken; says under which status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Held:
    """How much unfinished content is held just now."""

    most: int = MOST_HELD
    bytes: int = 0

    def take(self, number: int) -> None:
        """Hold more. Raises RefusedError where it would be too much."""
        if self.bytes + number > self.most:
            raise RefusedError(503)
        self.bytes += number


@dataclass
class Content:
    """The content of a request, as it comes in."""

    receive: Receive
    loop: asyncio.AbstractEventLoop
    begun: float
    came: int = 0
    whole: bool = False
    kept: bytearray = field(default_factory=bytearray)

    async def piece(self) -> bytes:
        """Return what came next, b'' at the end. Raises RefusedError for who is too slow, or is gone."""
        if self.whole:
            return b""
        left = self.begun + PATIENCE + self.came / LEAST_RATE - self.loop.time()
        try:
            message = await asyncio.wait_for(self.receive(), max(left, 0.001))
        except TimeoutError:
            raise RefusedError(408) from None
        if message["type"] != "http.request":
            raise RefusedError(408)
        self.whole = not message.get("more_body", False)
        found: bytes = message.get("body", b"")
        self.came += len(found)
        return found if found or self.whole else await self.piece()

    async def await_all(self, held: Held) -> None:
        """Wait until everything is here. Raises RefusedError."""
        try:
            while found := await self.piece():
                held.take(len(found))
                self.kept += found
        finally:
            held.bytes -= len(self.kept)

    async def drop_the_rest(self) -> None:
        """Read and drop what nobody read, within limits."""
        try:
            while self.came < MOST_DROPPED and await self.piece():
                pass
        except RefusedError:
            pass  # the answer goes out all the same


class Reader(io.RawIOBase):
    """The content as Django reads it, from a thread."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content, self._left = content, memoryview(bytes(content.kept))

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what is there, or came next. Raises OSError where the sender is too slow."""
        if not self._left:
            waiting = asyncio.run_coroutine_threadsafe(self._content.piece(), self._content.loop)
            try:
                self._left = memoryview(waiting.result())
            except RefusedError as error:
                raise OSError("the content did not come in time") from error
        number = min(len(buffer), len(self._left))
        buffer[:number] = self._left[:number]
        self._left = self._left[number:]
        return number


@dataclass
class Answer:
    """What Django answered."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


_answering = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
_uploading = ThreadPoolExecutor(UPLOADING_THREADS, thread_name_prefix="upload")
_held = Held()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request."""
    if scope["type"] != "http":
        return
    environ, loop = environment(scope), asyncio.get_running_loop()
    content = Content(receive, loop, loop.time())
    try:
        is_large = await _await_content(content, environ)
        environ["wsgi.input"] = io.BufferedReader(Reader(content))
        answer = await loop.run_in_executor(_uploading if is_large else _answering, answered, environ)
    except RefusedError as error:
        is_large, answer = error.status == 413, _refusal(error.status)
    if is_large:
        await content.drop_the_rest()
    await _send(send, answer)


async def _await_content(content: Content, environ: dict[str, Any]) -> bool:
    """Wait for the content; return whether it is large and its view reads it itself. Raises RefusedError."""
    said = environ.get("CONTENT_LENGTH", "")
    size = int(said) if said.isascii() and said.isdecimal() else 0
    if size <= MOST_BYTES:
        if size:
            await content.await_all(_held)
        return False
    if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith(UPLOADS):
        return True
    raise RefusedError(413)


def environment(scope: Scope) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333). A header with an underscore is nobody's: it might pass for another one."""
    server, client = scope.get("server") or ("127.0.0.1", 80), scope.get("client") or ("", 0)
    path = scope.get("raw_path") or scope["path"].encode()
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add_header(environ, name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1"))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
    between = "; " if name == "COOKIE" else ","
    environ[key] = f"{environ[key]}{between}{value}" if key in environ else value


def answered(environ: dict[str, Any]) -> Answer:
    """Let Django answer, in this thread."""
    answer = Answer()

    def start(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Callable[[bytes], object]:
        del failure
        answer.status = int(status.split()[0])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return lambda data: None

    parts = cast("Iterable[bytes]", django(environ, start))
    try:
        answer.body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return answer


def _refusal(status: int) -> Answer:
    title, said = _REFUSALS[status]
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"), (b"connection", b"close")]
    return Answer(status, headers, _PAGE.format(title=title, said=said).encode())


async def _send(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
