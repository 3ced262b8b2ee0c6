"""Serving a workspace: one process answers browsers, one works off the queue; both are started again if they die."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from fuqi.basics.errors import FuqiError

_LOOK = 0.2
"""Seconds between two looks at the processes."""
_START = 30.0
"""Seconds within which the pages must answer."""
_STOP = 10.0
"""Seconds that a process has to end by itself."""
_HURRY = 3.0
"""A process that dies sooner than this after its start is started again only after a pause."""
_MOST_DEATHS = 5
"""How many times in a row a process may die right after its start."""


class AlreadyServedError(FuqiError):
    """Another process serves this workspace."""

    code = "already_served"


class PortTakenError(FuqiError):
    """The address cannot be used."""

    code = "port_taken"


class NotServingError(FuqiError):
    """The pages do not start."""

    code = "not_serving"


@contextmanager
def served_once(folder: Path) -> Iterator[None]:
    """Hold the workspace for serving; a killed server lets go by itself. Raises AlreadyServedError."""
    with (folder / ".serving").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServedError(
                "这个工作区已经在服务了。请直接用浏览器打开原来的地址；要重新启动，请先停掉原来的那个。"
            ) from None
        yield


def free_port(host: str, port: int) -> int:
    """Return the port if nobody uses it; of 0 some free one. Raises PortTakenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", "") or "端口号不对"
            raise PortTakenError(
                f"{host}:{port} 不能用（{reason}）。多半是别的程序占着这个端口：请停掉它，或用 --port 换一个，例如 --port 8001。"
            ) from None
        found: int = probe.getsockname()[1]
        return found


@dataclass
class Child:
    """A process that is kept alive, in a group of its own, ended by the end of its standard input at the latest."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        """Start it."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.PIPE, start_new_session=True)

    def revive(self) -> None:
        """Start it again if it died. Raises NotServingError if it keeps dying right after its start."""
        if self.process is None or self.process.poll() is None:
            return
        soon = time.monotonic() - self.started < _HURRY
        self.deaths = self.deaths + 1 if soon else 0
        if self.deaths >= _MOST_DEATHS:
            raise NotServingError(f"{self.name}接连启动不了，已停止服务。数据没有损失。请把屏幕上的内容报给维护人员。")
        if soon:
            time.sleep(1)
        self._sweep()
        self.start()

    def stop(self) -> None:
        """End it: politely first, then with everything it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOP)
        self._sweep()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _sweep(self) -> None:
        """End whatever is left of its group: a server's own children outlive it when it is killed."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def children_of(folder: Path, host: str, port: int) -> tuple[Child, Child]:
    """Return the two processes that serve a workspace: pages and worker."""
    environment = {
        **os.environ,
        "FUQI_WORKSPACE": str(folder),
        "FUQI_HOST": host,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    fuqi = [sys.executable, "-c", "from fuqi.commands.main import main; main()"]
    pages = Child("网页服务", [sys.executable, "-m", "fuqi.commands.pages", host, str(port)], environment)
    worker = Child("后台处理", [*fuqi, "-w", str(folder), "worker"], environment)
    return pages, worker


def keep_serving(folder: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until told to stop; `ready` is called once with the address when the first page answers."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    pages, worker = children_of(folder, host, port)
    try:
        pages.start()
        _wait_for(address, pages)
        worker.start()
        if not stop.is_set():
            ready(address)
        while not stop.wait(_LOOK):
            pages.revive()
            worker.revive()
    finally:
        worker.stop()
        pages.stop()


def _wait_for(address: str, pages: Child) -> None:
    """Wait until the pages answer: a server that is told to stop while its workers start does not stop.

    Raises NotServingError.
    """
    ends = time.monotonic() + _START
    while time.monotonic() < ends:
        if pages.process is None or pages.process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}sign-in/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NotServingError("网页服务没有启动起来。数据没有损失。请把屏幕上的内容报给维护人员。")
