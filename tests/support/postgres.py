"""A private PostgreSQL server for one test run, from Debian's programs, gone when the run ends."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SERVER_VARIABLE = "FUQI_TEST_POSTGRES"
"""Names the server: set by the run for its workers, or by a developer who has a server and a role that may create databases."""

HOW_TO_GET = (
    "PostgreSQL is missing: run `apt-get install postgresql` (or `make test` as root, which does it), "
    f"or set {SERVER_VARIABLE}=postgresql://user:password@host:port/database"
)

_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "fuqi.throwaway": "on",  # the program refuses such settings elsewhere
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """A running server: its folder, its programs, the user that runs it and the address of its first database."""

    folder: Path
    programs: Path
    account: str | None
    url: str


def find_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL programs on this machine, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def _account() -> str | None:
    """Return who runs the server: nobody but root needs another account, because initdb refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _run(server_account: str | None, folder: Path, *command: str) -> None:
    result = subprocess.run(
        command, cwd=folder, user=server_account, capture_output=True, text=True, env={"PATH": os.defpath, "LC_ALL": "C"}
    )
    if result.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {result.stderr or result.stdout}")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(programs: Path) -> Server:
    """Make a cluster in a temporary folder and start it on a free port of the loopback address."""
    folder = Path(tempfile.mkdtemp(prefix="fuqi-postgres-"))
    account = _account()
    password = secrets.token_hex(16)
    secret = folder / "password"
    secret.write_text(password)
    if account:
        shutil.chown(folder, account)
        shutil.chown(secret, account)
    data, port = folder / "data", _free_port()
    initdb = ["-D", str(data), "-U", "tests", "--pwfile", str(secret), "-A", "scram-sha-256", "-E", "UTF8", "--no-locale"]
    _run(account, folder, str(programs / "initdb"), "--no-sync", *initdb)
    options = {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), **_SETTINGS}
    words = " ".join(f"-c {name}={value}" for name, value in options.items())
    log = str(folder / "log")
    _run(account, folder, str(programs / "pg_ctl"), "start", "--wait", "-D", str(data), "-l", log, "-o", words)
    return Server(folder, programs, account, f"postgresql://tests:{password}@127.0.0.1:{port}/postgres")


def stop(server: Server) -> None:
    """Stop the server at once and remove its folder."""
    command = (str(server.programs / "pg_ctl"), "stop", "-D", str(server.folder / "data"), "-m", "immediate")
    _run(server.account, server.folder, *command)
    shutil.rmtree(server.folder)


def create_database(server_url: str) -> str:
    """Create an empty database with a name of its own and return its address."""
    name = f"fuqi_{secrets.token_hex(8)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(database_url: str, server_url: str) -> None:
    """Remove the database, whoever is still connected to it."""
    name = urlsplit(database_url).path.lstrip("/")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
