"""Commands from a process that has the program loaded already: `python -m tests.support.forking SOCKET`.

Half of a short command's time goes into imports and into reading the scheme's and the layouts' YAML. The process that stands
ready has done both, touched no settings and opened nothing; for each command it forks, and the fork runs `main` as the
installed command does. What is about starting itself starts the command (`run_fuqi(…, environment=…)`, `COMMAND`).
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_LONGEST_START = 60.0


class Ready:
    """A process that stands ready to run commands."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fuqi-ready-")
        self.address = f"{self._folder.name}/ready"
        command = [sys.executable, "-m", "tests.support.forking", self.address]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE)
        atexit.register(self.stop)
        until = time.monotonic() + _LONGEST_START
        while not Path(self.address).exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the process that runs commands did not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the process; it also ends by itself when nobody holds its input any more."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def run(self, arguments: list[str], environment: dict[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a command; return its state and what it said. Raises TimeoutError, and ends the command then."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            asked = {"arguments": arguments, "environment": environment, "folder": str(Path.cwd())}
            socket.send_fds(line, [b"."], [out.fileno(), err.fileno()])
            line.sendall(json.dumps(asked).encode() + b"\n")
            line.settimeout(seconds)
            told = line.makefile("r", encoding="ascii")
            number = int(told.readline())
            try:
                state = int(told.readline())
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise
            return subprocess.CompletedProcess(["fuqi", *arguments], state, *(_content(file) for file in (out, err)))


def _content(file: Any) -> str:
    file.seek(0)
    text: str = file.read().decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def ready() -> Ready:
    """Return this process's own."""
    return Ready()


def load() -> None:
    """Import the program and read the YAML that every command reads; settings stay untouched."""
    import django.db.models
    import granian
    import rich.console

    import fuqi.commands.main
    from fuqi.intake.layouts import load_layouts
    from fuqi.scheme.folder import load_scheme

    del django, granian, rich, fuqi
    load_scheme(ROOT / "schemes" / "junshan-2017", bases=[ROOT / "schemes"])
    load_layouts()


def serve(address: str) -> None:
    """Answer one connection after the other, each by a fork, until nobody holds the input."""
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{address}-soon")
        door.listen(16)
        Path(f"{address}-soon").rename(address)
        while sys.stdin not in select.select([door, sys.stdin], [], [])[0]:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(line)
            line.close()


def _answer(line: socket.socket) -> None:
    """Run one command in a fork of this fork, and say how it ended."""
    _, files, _, _ = socket.recv_fds(line, 1, 2)
    asked = json.loads(line.makefile("r", encoding="utf-8").readline())
    number = os.fork()
    if number == 0:
        line.close()
        _become(asked, files)
    line.sendall(f"{number}\n".encode())
    _, status = os.waitpid(number, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(asked: dict[str, Any], files: list[int]) -> None:
    """Be the command: its environment, its folder, its input and outputs."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, file in enumerate((nothing, *files)):
        os.dup2(file, place)
    sys.argv = ["fuqi", *asked["arguments"]]
    state = 1
    try:
        from fuqi.commands.main import main

        main()
    except SystemExit as end:
        state = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        atexit._run_exitfuncs()
        _let_go()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(state)


def _let_go() -> None:
    """Close the databases as an interpreter that ends does: the last one moves its log into the file."""
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()


if __name__ == "__main__":
    serve(sys.argv[1])
