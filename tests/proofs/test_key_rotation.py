"""Half a million people's keys rotated while others read and write, and killed: nothing lost, the old key opens nothing."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import rotating
from tests.support.workspaces import COMMAND, NewWorkspace, own_environment

PEOPLE = 500_000
KILLS = 6
LOOK_UPS = 500
SEED = 11
MOST_MILLISECONDS = 50


def rotated(folder: Path, seconds: float | None) -> float | None:
    """Rotate, and kill after so many seconds; return how long it took, None if it was killed."""
    begun = time.monotonic()
    job = subprocess.Popen(
        [COMMAND, "-w", folder, "key", "rotate"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=own_environment()
    )
    try:
        _, errors = job.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        job.send_signal(signal.SIGKILL)
        job.communicate()
        return None
    assert job.returncode == 0, errors.decode()
    return time.monotonic() - begun


def say(words: str) -> None:
    """Print what is kept with the result."""
    sys.stdout.write(words + "\n")


@pytest.mark.proof
@pytest.mark.sqlite
def test_half_a_million_people_are_rotated_while_others_read_and_write(new_workspace: NewWorkspace) -> None:
    folder = new_workspace().folder
    begun = time.monotonic()
    rotating.done("fill", str(folder), PEOPLE)
    say(f"{PEOPLE} people put in within {time.monotonic() - begun:.0f} s; {(folder / 'fuqi.db').stat().st_size >> 20} MB")
    old = rotating.OldKeys((folder / "keys" / "master.key").read_text())
    chance = random.Random(SEED)
    drawn = [chance.randrange(PEOPLE) for _ in range(LOOK_UPS)]
    found_in = rotating.done("look_up", str(folder), json.dumps(drawn))
    say(f"look-up by identity number, ms: {found_in}")
    writer, reader = rotating.started("write", str(folder), PEOPLE), rotating.started("read", str(folder), PEOPLE, SEED)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == str(PEOPLE)
        killed = sum(rotated(folder, chance.uniform(5, 60)) is None for _ in range(KILLS))
        seconds = rotated(folder, None)
        during = rotating.done("look_up", str(folder), json.dumps(drawn))
    finally:
        last = rotating.stopped(writer)
        opened = rotating.stopped(reader)
    say(f"killed {killed} of {KILLS} times; the last rotation took {seconds:.0f} s")
    say(f"written beside it: {int(last['last']) - PEOPLE + 1} people, longest wait {last['longest']} s")
    say(f"read beside it: {opened['read']} names, {opened['wrong']} wrong, longest wait {opened['longest']} s")
    say(f"look-up while others worked, ms: {during}")
    found = rotating.done("look", str(folder), PEOPLE)
    say(f"afterwards: {found}")
    assert opened["wrong"] == 0
    assert found == {"people": int(last["last"]) + 1, "wrong": 0, "missing": 0, "unasked": 0}
    assert max(found_in["p95"], during["p95"]) <= MOST_MILLISECONDS
    opens = old.opens(folder)
    say(f"what the old key file opens: {opens}")
    assert opens == []
