"""A workspace served as a user serves it: `fuqi serve` with its pages and its worker, and somebody who sends lists in."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request

from tests.support.accounts import PASSWORD
from tests.support.codes import TRIES, next_code
from tests.support.server import Answer, Client
from tests.support.workspaces import COMMAND, own_environment

SECONDS = 120
"""How long anything may take before the test gives up."""


@dataclass
class Sender(Client):
    """Somebody who signed in and sends lists in."""

    def send(self, path: str, files: Mapping[str, bytes], *, field: str = "lists", **fields: str) -> Answer:
        """Send a form with files by name, all in one field."""
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
        edge = secrets.token_hex(16)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**fields, "csrfmiddlewaretoken": token}.items()
        ]
        parts += [
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{of}"\r\n\r\n'.encode() + content + b"\r\n"
            for of, content in files.items()
        ]
        content = b"".join([*parts, f"--{edge}--\r\n".encode()])
        head = {"Referer": self.base + path, "Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask(Request(self.base + path, content, head))

    def set_factor_up(self, name: str, page: Answer) -> Answer:
        """Set the second factor up with the secret that the page shows, and go on past the recovery codes."""
        secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.html)
        assert secret, page.text
        shown = self.post("/sign-in/set-up/", code=next_code(self.base, name, secret[1].replace(" ", "")))
        on = re.search(r'href="([^"]+)">我已收好', shown.html)
        return self.get(on[1]) if on else shown

    def upload(self, files: Mapping[str, bytes], **fields: str) -> Answer:
        """Send lists in and return the page of the job, or the refusal."""
        return self.send("/lists/upload/", files, **fields)

    def finished(self, job: Answer) -> Answer:
        """Return the job's page once it is done."""
        path = job.url.removeprefix(self.base)
        return until(lambda: self.get(path), lambda page: "各步做了什么" in page.text)


def until(look: Callable[[], Answer], found: Callable[[Answer], bool]) -> Answer:
    """Look again and again until it is found."""
    ends = time.monotonic() + SECONDS
    while True:
        page = look()
        if found(page):
            return page
        assert time.monotonic() < ends, page.text
        time.sleep(0.2)


@dataclass
class Served:
    """A served workspace."""

    folder: Path
    process: subprocess.Popen[str]
    base: str
    said: str
    """What was printed until the first page answered."""

    @property
    def worker(self) -> int:
        """Return the worker's process id."""
        of = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            for child in of.read_text().split():
                if Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0").endswith(b"\0worker"):
                    return int(child)
            time.sleep(0.1)
        raise AssertionError("no worker")

    def kill_worker(self) -> None:
        """End the worker as a power cut would."""
        os.kill(self.worker, signal.SIGKILL)

    def operator(self) -> Sender:
        """Return the operator, signed in with the printed one-time password, the first time with a new one of their own."""
        name, one_time = (re.search(rf"{word}：(\S+)", self.said) for word in ("姓名", "一次性密码"))
        assert name, self.said
        assert one_time, self.said
        sender = Sender(self.base)
        sender.get("/sign-in/")
        answer = sender.post("/sign-in/", name=name[1], password=one_time[1], next="/me/")
        for _ in range(TRIES):
            if answer.url.endswith("/sign-in/set-up/"):
                answer = sender.set_factor_up(name[1], answer)
            elif answer.url.endswith("/password/"):
                answer = sender.post("/password/", password=PASSWORD, again=PASSWORD)
        assert answer.url.endswith("/me/"), answer.text
        return sender


def start(folder: Path, *options: str) -> Served:
    """Serve a workspace; fails if it does not say where."""
    process = subprocess.Popen(
        [COMMAND, "-w", str(folder), "serve", "--port", "0", *options],
        env=own_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl" in line:
            break
    address = re.search(r"地址：(http://\S+)/", said)
    assert address, said
    return Served(folder, process, address[1], said)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a workspace, and stop it afterwards as Ctrl+C does."""
    server = start(folder)
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        rest, _ = server.process.communicate(timeout=60)
        assert "Traceback" not in rest, rest
        assert server.process.returncode == 0, rest
