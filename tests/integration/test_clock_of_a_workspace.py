"""A false clock writes nothing in a wrong year, and one that is right is believed once somebody says so (T18)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workspaces import own_environment, run_fuqi

pytestmark = pytest.mark.sqlite

WRITE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from fuqi.flows.workspaces import open_for_proof, sealing
workspace = open_for_proof(Path(sys.argv[1]))
from fuqi.journal.actions import recording
with sealing(workspace), recording(by="test", at=datetime.now(UTC) + timedelta(days=int(sys.argv[2])), action="test.write"):
    pass
"""


def write_under_a_clock_ahead_by(days: int, folder: Path) -> None:
    environment = {**own_environment(), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", WRITE, folder, str(days)], env=environment, check=True)


def test_a_clock_behind_the_journal_is_refused_until_somebody_says_that_it_is_right(
    laid_workspace: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(laid_workspace, tmp_path / "workspace"))
    write_under_a_clock_ahead_by(400, folder)
    refused = run_fuqi("-w", folder, "received")
    assert refused.returncode == 2
    assert "时钟慢了，或者以前快过" in refused.stderr
    assert run_fuqi("-w", folder, "clock", "--right", "那天的时钟快了一年多").returncode == 0
    assert run_fuqi("-w", folder, "received").returncode == 0
