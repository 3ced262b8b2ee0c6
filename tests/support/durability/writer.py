"""A process that stands ready and sends out children to write until they are killed, or to look at what is left.

`python writer.py FOLDER` with FUQI_WORKSPACE set. Orders on standard input, one a line; answers on standard output:

    write LOG FIRST     a child writes entries FIRST, FIRST+1, …; `pid N`, then `done N` for each that was acknowledged, `dead`
    look                a child opens the workspace as every command does and tells as JSON what it found: `found {…}`
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import random
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import django

ACTION = "proof.write"
FILE_EVERY, BULK_EVERY = 7, 11
"""Each so many writes one is a received file, one is large."""


def say(text: str) -> None:
    """Write one line at once; what is said survives the process."""
    os.write(1, f"{text}\n".encode())


def content_of(number: int) -> bytes:
    """Return the bytes of the received file of a number."""
    return random.Random(number).randbytes(3000 + number % 5 * 9000)


def write_one(number: int, folder: Path) -> None:
    """Make one write that is acknowledged when it returns: an entry with a person's row, now and then with more."""
    from fuqi.intake.actions import keep_bytes
    from fuqi.journal.actions import recording
    from fuqi.journal.tables import NewRow
    from fuqi.registry.models import Person

    if number % FILE_EVERY == 0:
        data = content_of(number)
        keep_bytes(folder / "received", hashlib.sha256(data).hexdigest(), data)
    with recording(by="proof", at=datetime.now(UTC), action=ACTION, why=str(number)) as record:
        many = 200 if number % BULK_EVERY == 0 else 1
        serials = range(number * 1000, number * 1000 + many)
        record.add([NewRow(Person, serial=serial, key_index=f"proof {serial}") for serial in serials])


def write(folder: Path, log: str, first: int) -> None:
    """Write and acknowledge until killed, the journal sealed beside as every command does it."""
    if log != "-":
        ctypes.CDLL(os.environ["LD_PRELOAD"]).forgetful_begin(log.encode())
    from django.db import connection

    from fuqi.config.workspace import open_workspace
    from fuqi.flows.workspaces import sealing

    with sealing(open_workspace(folder)):
        if level := os.environ.get("PROOF_SYNCHRONOUS"):
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous = {level}")
        number = first
        while True:
            write_one(number, folder)
            say(f"done {number}")
            number += 1


def look(folder: Path) -> dict[str, Any]:
    """Open the workspace, seal what is unsealed, and tell what is there and what the proof of the journal finds."""
    from django.conf import settings

    from fuqi.basics.dates import SHANGHAI
    from fuqi.flows.workspaces import PROGRAM, open_up, sealing
    from fuqi.intake.actions import is_kept
    from fuqi.journal.models import Entry
    from fuqi.journal.queries import Receipts, prove
    from fuqi.registry.models import Person

    now = datetime.now(UTC)
    opened = open_up(folder, today=now.astimezone(SHANGHAI).date(), at=now)
    with sealing(opened.workspace):
        pass
    faults = [str(fault) for fault in prove(PROGRAM, key=settings.JOURNAL_KEY, receipts=Receipts(opened.workspace.receipts))]
    numbers = sorted(int(why) for why in Entry.objects.filter(action=ACTION).values_list("why", flat=True))
    serials = set(Person.objects.values_list("serial", flat=True))
    torn = [number for number in numbers if number * 1000 not in serials]
    wanted = [hashlib.sha256(content_of(number)).hexdigest() for number in numbers if number % FILE_EVERY == 0]
    gone = [sha for sha in wanted if not is_kept(folder / "received", sha)]
    return {"numbers": numbers, "faults": faults, "torn": torn, "files_gone": gone}


def _read_once(folder: Path) -> None:
    """Read migrations and scheme before the first child: no write depends on them, and they take most of a start.

    The battery times whole starts, with nothing read before, by running `fuqi` itself now and then.
    """
    from django.db.migrations.loader import MigrationLoader

    from fuqi.config.workspace import open_workspace
    from fuqi.flows import workspaces

    MigrationLoader(None)
    scheme = workspaces.load_workspace_scheme(open_workspace(folder))
    workspaces.load_workspace_scheme = lambda workspace: scheme


def child(work: Callable[[], object]) -> int:
    """Send out a child; returns its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - told to the proof, which fails on it
        where = "; ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
        say(f"failed {type(error).__name__}: {error} ({where})")
    finally:
        os._exit(0)


def main(folder: Path) -> None:
    """Take orders until there are no more."""
    django.setup()
    for room in (
        "flows.workspaces",
        "intake.actions",
        "journal.queries",
        "registry.models",
        "access.queries",
        "places.actions",
    ):
        import_module(f"fuqi.{room}")  # before the first child: what they all need is read once
    _read_once(folder)
    say("ready")
    for line in sys.stdin:
        order, *words = line.split()
        if order == "write":
            pid = child(lambda words=words: write(folder, words[0], int(words[1])))  # type: ignore[misc]
            say(f"pid {pid}")
        else:
            pid = child(lambda: say(f"found {json.dumps(look(folder))}"))
        os.waitpid(pid, 0)
        say("dead")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
