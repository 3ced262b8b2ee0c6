"""The process that answers browsers: granian, ended by the one that started it (`python -m fuqi.commands.pages HOST PORT`)."""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

_PATIENCE = 5
"""Seconds that a request which is being answered has left when the server is stopped."""


def end_with_the_parent() -> None:
    """Tell this process to stop once the one that started it is gone, however it went: the pipe on standard input ends then."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()


def main(host: str, port: int) -> None:
    """Serve the pages until told to stop. Requests are not logged: an address may say of whom a page was."""
    end_with_the_parent()
    server = Server(
        "fuqi.web.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
    )
    server.serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
