"""Accounts of the sample county, one of each role, with a password of their own: `python -m tests.support.accounts FOLDER`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyotp

from tests.support.codes import SECRET
from tests.support.reading import allow_reading
from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]
PASSWORD = "湖边的白鹭飞过" + "2026"
"""What all of them sign in with."""


@dataclass(frozen=True)
class Account:
    """Somebody with a role at a place or an institution."""

    name: str
    role: str
    place: str = ""
    institution: str = ""


COUNTY_OFFICER = Account("周明远", "county_officer", "430611")
TOWNSHIP_CLERK = Account("李卫民", "township_clerk", "430611100")
VILLAGE_DOCTOR = Account("王春生", "village_doctor", "430611100200")
DISEASE_CONTROL_OFFICER = Account("陈守正", "disease_control_officer", "430611")
HOSPITAL_CLERK = Account("何晓梅", "hospital_clerk", institution="君山区人民医院")
SYSTEM_ADMINISTRATOR = Account("孙立人", "system_administrator", "430611")
AUDITOR = Account("吴明鉴", "auditor", "430611")
SECURITY_ADMINISTRATOR = Account("郑安平", "security_administrator", "430611")
ACCOUNTS = (
    COUNTY_OFFICER,
    TOWNSHIP_CLERK,
    VILLAGE_DOCTOR,
    DISEASE_CONTROL_OFFICER,
    HOSPITAL_CLERK,
    SYSTEM_ADMINISTRATOR,
    AUDITOR,
    SECURITY_ADMINISTRATOR,
)
"""The security administrator comes last: from then on nobody else makes accounts."""


def open_accounts(folder: Path) -> None:
    """Make the accounts in a workspace; this process may open no other afterwards."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up, sealing

    now = datetime.now(UTC)
    opened = open_up(folder, today=today(), at=now)
    from fuqi.access.codes import ROLES, SEE_PEOPLE
    from fuqi.flows.entry import choose_password, confirm_factor
    from fuqi.flows.granting import give_role

    with sealing(opened.workspace):
        for account in ACCOUNTS:
            give_role(
                opened.viewer, account.name, account.role, account.place, institution=account.institution, on=today(), at=now
            )
            choose_password(account.name, PASSWORD, at=now)
            if ROLES[account.role].second_factor:
                confirm_factor(account.name, SECRET, pyotp.TOTP(SECRET).at(now), at=now)
        readers = [opened.viewer.name, *(account.name for account in ACCOUNTS if SEE_PEOPLE in ROLES[account.role].actions)]
        allow_reading(readers, by=SECURITY_ADMINISTRATOR.name, at=now)


def make_accounts(folder: Path) -> None:
    """Make the accounts in a workspace, in a process of its own."""
    command = [sys.executable, "-m", "tests.support.accounts", str(folder)]
    made = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert made.returncode == 0, made.stderr


if __name__ == "__main__":
    open_accounts(Path(sys.argv[1]))
