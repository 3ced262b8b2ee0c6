"""What every layer pays of every bill of a workspace now: `python -m tests.support.posted FOLDER`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]


def read(folder: Path) -> list[tuple[str, str, int]]:
    """Return number, layer's name and fen; this process may open no other workspace afterwards."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up

    opened = open_up(folder, today=today(), at=datetime.now(UTC))
    from fuqi.basics.dates import AsOf
    from fuqi.settlement.queries import settlements

    rows = settlements(opened.viewer, AsOf(date(2017, 12, 31)))
    name = opened.scheme.word
    return [(row.number, name(line.layer), line.pay_fen) for row in rows if row.state == "settled" for line in row.lines]


def posted(folder: Path) -> dict[tuple[str, str], int]:
    """Return what is posted, by number and layer's name, read in a process of its own."""
    command = [sys.executable, "-m", "tests.support.posted", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return {(number, layer): fen for number, layer, fen in json.loads(done.stdout)}


if __name__ == "__main__":
    print(json.dumps(read(Path(sys.argv[1])), ensure_ascii=False))  # noqa: T201 - its caller reads it
