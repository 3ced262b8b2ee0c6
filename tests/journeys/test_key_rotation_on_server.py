"""The workspace's key is changed on a database server while others read and write, and killed on the way."""

from __future__ import annotations

import random
import time

import pytest

from tests.journeys.test_key_rotation import killed
from tests.support import rotating
from tests.support.workspaces import NewWorkspace

pytestmark = [pytest.mark.database, pytest.mark.postgresql]

PEOPLE = 400


def test_rotating_on_a_server_beside_readers_and_writers_killed_and_gone_on_with_loses_nothing(
    new_workspace: NewWorkspace,
) -> None:
    workspace = new_workspace()
    folder = workspace.folder
    rotating.done("fill", str(folder), PEOPLE)
    old = rotating.OldKeys((folder / "keys" / "master.key").read_text())
    chance = random.Random(7)
    writers = [rotating.started("write", str(folder), first) for first in (PEOPLE, 100_000)]
    reader = rotating.started("read", str(folder), PEOPLE, 5)
    try:
        for writer, first in zip(writers, (PEOPLE, 100_000), strict=True):
            assert writer.stdout is not None
            assert writer.stdout.readline().strip() == str(first)
        for _ in range(2):
            killed(folder, chance.uniform(1.0, 3.5))
        rotated = workspace.fuqi("key", "rotate")
        time.sleep(1)
    finally:
        last = [rotating.stopped(writer) for writer in writers]
        opened = rotating.stopped(reader)
    assert rotated.returncode == 0, rotated.stderr
    assert opened["wrong"] == 0 < opened["read"]
    found = rotating.done("look", str(folder), PEOPLE)
    people = int(last[0]["last"]) + 1 + int(last[1]["last"]) - 100_000 + 1
    assert found == {"people": people, "wrong": 0, "missing": 0, "unasked": 0}
    assert old.opens(folder) == []
    audit = workspace.fuqi("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr
