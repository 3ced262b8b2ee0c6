"""Print how long a served workspace takes to start and to answer each page, signed in, over HTTP: median, least and most."""

from __future__ import annotations

import http.cookiejar
import re
import secrets
import signal
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

COMMAND = Path(sys.executable).with_name("fuqi")
TIMES = 15
FIRST_LINKS = {
    "person": (r"/figures/insured_rate/", r"/people/\d+/"),
    "settlement": (r"/figures/one_stop_paid/", r"/settlements/[^\"?]+/"),
    "received row": (r"/figures/insured_rate/", r"/rows/[0-9a-f-]+/"),
}
"""Pages that are found behind a figure: the figure's address, and what the address wanted looks like."""
PAGES = {
    "county": "/",
    "figure, list of 7805": "/figures/insured_rate/?part=denominator",
    "lists": "/lists/",
    "people": "/people/",
    "papers": "/papers/",
    "scheme": "/scheme/",
    "self-assessment, PDF": "/papers/self-assessment.pdf",
    "self-assessment, Word": "/papers/self-assessment.docx",
}


class Visitor:
    """Somebody who signed in with the password that the start printed."""

    def __init__(self, base: str, name: str, password: str) -> None:
        self.base, self.jar = base, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        own = secrets.token_hex(16)
        self.get("/sign-in/")
        self.post("/sign-in/", name=name, password=password)
        self.post("/password/", password=own, again=own)

    def get(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.base + path) as answer:
            return str(answer.read().decode("utf-8", "replace"))

    def post(self, path: str, **fields: str) -> None:
        """Send a form."""
        token = next(str(cookie.value) for cookie in self.jar if cookie.name == "csrftoken")
        content = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        self.opener.open(urllib.request.Request(self.base + path, content, {"Referer": self.base + path})).close()

    def milliseconds(self, path: str) -> float:
        """Return how long a page takes."""
        started = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - started) * 1000


def main(workspace: str) -> None:
    """Serve the workspace, whose operator has no password yet, and time its pages."""
    started = time.monotonic()
    command = [str(COMMAND), "-w", workspace, "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8")
    assert server.stdout is not None
    said = ""
    for line in server.stdout:
        said += line
        if "Ctrl+C" in line:
            break
    print(f"{'start to first answer':<24}{time.monotonic() - started:>9.2f} s")
    base, name, password = (re.findall(rf"{word}：(\S+)", said)[0] for word in ("地址", "姓名", "密码"))
    try:
        show(Visitor(base.rstrip("/"), name, password))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def show(visitor: Visitor) -> None:
    """Print a row a page: the first answer, then the median of the next ones, in milliseconds."""
    found = {page: re.findall(pattern, visitor.get(figure))[0] for page, (figure, pattern) in FIRST_LINKS.items()}
    print(f"{'page, milliseconds':<24}{'first':>9}{'median':>9}{'least':>9}{'most':>9}")
    for page, path in {**PAGES, **found}.items():
        first, times = visitor.milliseconds(path), [visitor.milliseconds(path) for _ in range(TIMES)]
        print(f"{page:<24}{first:>9.0f}{statistics.median(times):>9.0f}{min(times):>9.0f}{max(times):>9.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
