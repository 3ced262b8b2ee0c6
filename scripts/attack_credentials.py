"""Issue the county officer's credentials: `python -m scripts.attack_credentials FOLDER HOW_MANY` prints them as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.support.accounts import COUNTY_OFFICER, ROOT
from tests.support.workspaces import own_environment


def issue(folder: Path, number: int) -> list[str]:
    """Issue credentials with all that the officer may do; this process may open no other workspace afterwards."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up, sealing

    now = datetime.now(UTC)
    opened = open_up(folder, today=today(), at=now, name=COUNTY_OFFICER.name)
    from fuqi.flows import credentials

    may = [action for action in credentials.OFFERED if opened.viewer.may(action)]
    about = {"actions": may, "place": "", "days": 1, "on": today(), "at": now}
    with sealing(opened.workspace):
        names = [f"受试{one}" for one in range(number)]
        return [credentials.issue(opened.viewer, "service", name, **about)[0] for name in names]  # type: ignore[arg-type]


def issued(folder: Path, number: int) -> tuple[str, ...]:
    """Issue credentials in a process of its own and return their tokens."""
    command = [sys.executable, "-m", "scripts.attack_credentials", str(folder), str(number)]
    made = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert made.returncode == 0, made.stderr
    return tuple(json.loads(made.stdout))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(issue(Path(sys.argv[1]), int(sys.argv[2]))))
