"""Credentials of the sample county's accounts: `python -m tests.support.credentials FOLDER` issues and prints them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.support.accounts import (
    COUNTY_OFFICER,
    DISEASE_CONTROL_OFFICER,
    ROOT,
    TOWNSHIP_CLERK,
    VILLAGE_DOCTOR,
    Account,
)
from tests.support.workspaces import own_environment

FULL, TOWNSHIP, DEVICE = "full", "township", "device"
"""A credential with all that its owner may; one for a township only; one of a device, which may ask less often."""
HOLDERS = (COUNTY_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR, DISEASE_CONTROL_OFFICER)


def without(action: str) -> str:
    """Return the name of the county officer's credential that may do everything but one action."""
    return f"without_{action}"


def key(account: Account, name: str) -> str:
    """Return under which name a token is kept."""
    return f"{account.name} {name}"


def issue_all(folder: Path) -> dict[str, str]:
    """Issue credentials in a workspace and return their tokens; this process may open no other afterwards."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up, sealing

    now = datetime.now(UTC)
    tokens = {}
    for account in HOLDERS:
        opened = open_up(folder, today=today(), at=now, name=account.name)
        from fuqi.flows.credentials import OFFERED, issue

        may = [action for action in OFFERED if opened.viewer.may(action)]
        wanted = [(FULL, "service", may, ""), (DEVICE, "device", may, "")]
        if account == COUNTY_OFFICER:
            wanted += [(without(one), "service", [other for other in may if other != one], "") for one in may]
            wanted += [(TOWNSHIP, "service", may, TOWNSHIP_CLERK.place)]
        with sealing(opened.workspace):
            for name, kind, actions, place in wanted:
                asked = {"actions": actions, "place": place, "days": 30, "on": today(), "at": now}
                tokens[key(account, name)] = issue(opened.viewer, kind, name, **asked)[0]  # type: ignore[arg-type]
    return tokens


def issued(folder: Path) -> dict[str, str]:
    """Issue credentials in a process of its own and return their tokens by account and name."""
    command = [sys.executable, "-m", "tests.support.credentials", str(folder)]
    made = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert made.returncode == 0, made.stderr
    tokens: dict[str, str] = json.loads(made.stdout)
    return tokens


if __name__ == "__main__":
    sys.stdout.write(json.dumps(issue_all(Path(sys.argv[1])), ensure_ascii=False))
