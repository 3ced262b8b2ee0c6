"""kill -9 at random moments of the main job: nothing half done, nothing lost, the next run goes on to the same figures."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.workspaces import COMMAND, WorkspaceUnderTest, run_fuqi

HALF_DONE = """
import json, django
import fuqi
django.setup()
from fuqi.indicators.models import CountedList
from fuqi.intake.models import ReceivedRow
from fuqi.journal.models import Entry, Run
from fuqi.matching.models import Link
from fuqi.settlement.models import Settlement
found = []
for run in Run.objects.filter(state="effective"):
    said = json.loads(run.summary)
    counts = {
        "import": lambda: (said["rows"], ReceivedRow.objects.filter(file__run=run).count()),
        "match": lambda: (said["linked"], Link.objects.filter(run=run).count()),
        "settle": lambda: (said["settled"], Settlement.objects.filter(run=run, state="settled").count()),
        "count": lambda: (3 * said["indicators"], CountedList.objects.filter(run=run).count()),
    }
    if run.kind in counts:
        promised, kept = counts[run.kind]()
        if promised != kept:
            found.append(f"{run.kind} {run.subject}: {promised} promised, {kept} kept")
subjects = [(run.kind, run.subject) for run in Run.objects.filter(state="effective")]
found += [f"{pair} is effective twice" for pair in set(subjects) if subjects.count(pair) > 1]
print(json.dumps(found))
"""
"""Run in a process of its own on a workspace: prints what an effective run promised and does not keep."""


def half_done(folder: Path) -> list[str]:
    environment = {"FUQI_WORKSPACE": str(folder), "DJANGO_SETTINGS_MODULE": "fuqi.config.settings", "PATH": "/usr/bin:/bin"}
    result = subprocess.run([sys.executable, "-c", HALF_DONE], env=environment, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(result.stdout)
    return found


def killed(folder: Path, lists: Path, seconds: float) -> bool:
    """Start the main job and kill it after so many seconds; returns False if it was done before."""
    job = subprocess.Popen([COMMAND, "-w", folder, "run", lists], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        job.wait(seconds)
    except subprocess.TimeoutExpired:
        job.send_signal(signal.SIGKILL)
        job.wait()
        return True
    return False


def kill_often(times: int, tmp_path: Path, lists: Path, reference: str, *, longest: float, seed: int) -> int:
    """Kill jobs until so many kills hit; after each, the record is sound. Every finished job gives the reference's figures.

    A kill comes within `longest` seconds; a job that nothing stops is done a little later, so that every step is hit.
    """
    chance = random.Random(seed)
    hits, county = 0, 0
    while hits < times:
        county += 1
        folder = tmp_path / f"workspace-{county}"
        assert run_fuqi("init", folder, "--scheme", "junshan-2017").returncode == 0
        running = True
        while running and hits < times:
            running = killed(folder, lists, chance.uniform(0.5, longest))
            hits += running
            assert half_done(folder) == []
            assert run_fuqi("-w", folder, "received").returncode == 0  # the next start seals what the kill left unsealed
            audit = run_fuqi("-w", folder, "audit")
            assert audit.returncode == 0, audit.stderr
        run_fuqi("-w", folder, "run", lists)  # bills for people of other lists are set aside in the small county: status 1
        assert figures_of(folder) == reference
    return hits


def figures_of(folder: Path) -> str:
    result = run_fuqi("-w", folder, "figures", "--out", folder / "products" / "figures.csv")
    assert result.returncode == 0, result.stderr
    return (folder / "products" / "figures.csv").read_text("utf-8")


@pytest.fixture
def reference(counted_county: WorkspaceUnderTest, database_server: str) -> str:
    if database_server:
        pytest.fail("kills are counted on the embedded database")
    return figures_of(counted_county.folder)


def test_a_kill_leaves_nothing_half_done(reference: str, sample_county: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    assert kill_often(1, tmp_path, sample_county, reference, longest=20.0, seed=int(started * 1000)) == 1


FEW_LISTS = ("06区扶贫办交办名单.xlsx", "07核查表_望湖镇.xlsx", "14住院费用结算明细.xlsx")
"""Enough for every step of the main job: candidates, field checks, bills."""


@pytest.mark.proof
def test_a_hundred_kills_leave_nothing_half_done(sample_county: Path, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    for name in FEW_LISTS:
        shutil.copy(sample_county / name, lists)
    unharmed = tmp_path / "unharmed"
    assert run_fuqi("init", unharmed, "--scheme", "junshan-2017").returncode == 0
    run_fuqi("-w", unharmed, "run", lists)
    kills = kill_often(100, tmp_path, lists, figures_of(unharmed), longest=6.0, seed=100)
    assert kills == 100
