"""An acknowledged write survives kill -9 and a power cut (T1), and the next start needs no hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.durability.battery import Tally, cut_often, kill_often
from tests.support.durability.power_cut import Disk, build_layer
from tests.support.workspaces import run_fuqi

pytestmark = pytest.mark.sqlite

START_SECONDS = 10


def assert_nothing_lost(tally: Tally, rounds: int) -> None:
    assert (tally.rounds, tally.lost, tally.faults) == (rounds, [], [])
    assert tally.acknowledged > rounds
    assert tally.slowest_start <= START_SECONDS


def assert_the_layer_forgets(tally: Tally) -> None:
    assert tally.lost, "no write was lost with synchronous=NORMAL: this layer cannot show that FULL loses none"
    assert tally.faults == [], "NORMAL loses the last writes, it does not damage the file"


def test_five_kills_lose_nothing(laid_workspace: Path, tmp_path: Path) -> None:
    assert_nothing_lost(kill_often(5, tmp_path / "workspace", laid_workspace, seed=8, longest=0.2), 5)


def test_five_power_cuts_lose_nothing_and_the_same_cuts_would_lose_writes_that_were_not_synced(
    laid_workspace: Path, tmp_path: Path
) -> None:
    layer = build_layer(tmp_path)
    (tmp_path / "control").mkdir()
    assert_the_layer_forgets(
        cut_often(3, tmp_path / "control" / "workspace", laid_workspace, layer, seed=4, synchronous="NORMAL", longest=0.2)
    )
    assert_nothing_lost(cut_often(5, tmp_path / "workspace", laid_workspace, layer, seed=8, longest=0.2), 5)


def cut_after_init(times: int, tmp_path: Path, seed: int) -> int:
    """Cut the power right after `init` said that the workspace is there; each cut loses another part. Returns the cuts."""
    place, log, chance = tmp_path / "place", tmp_path / "log", random.Random(seed)
    place.mkdir()
    disk = Disk(place)
    environment = {
        "LD_PRELOAD": str(build_layer(tmp_path)),
        "FORGETFUL_ROOT": str(place),
        "FORGETFUL_LOG": str(log),
    }
    laid = run_fuqi("init", place / "workspace", "--scheme", "junshan-2017", environment=environment)
    assert laid.returncode == 0, laid.stderr
    assert disk.play(log) > 100
    assert not disk.unseen
    for number in range(times):
        found = tmp_path / f"found-{number}"
        found.mkdir()
        disk.leave(found, chance)
        opened = run_fuqi("-w", found / "workspace", "received")
        assert opened.returncode == 0, opened.stderr
        audit = run_fuqi("-w", found / "workspace", "audit")
        assert audit.returncode == 0, audit.stderr
    return times


@pytest.mark.proof
def test_twenty_power_cuts_right_after_init_leave_a_workspace_with_its_key(tmp_path: Path) -> None:
    assert cut_after_init(20, tmp_path, seed=20) == 20


@pytest.mark.proof
def test_a_thousand_kills_lose_nothing(laid_workspace: Path, tmp_path: Path) -> None:
    tally = kill_often(1000, tmp_path / "workspace", laid_workspace, seed=1000)
    print(tally.told("kills"))  # noqa: T201 - kept with the result
    assert_nothing_lost(tally, 1000)


@pytest.mark.proof
def test_five_hundred_power_cuts_lose_nothing(laid_workspace: Path, tmp_path: Path) -> None:
    layer = build_layer(tmp_path)
    (tmp_path / "control").mkdir()
    control = cut_often(50, tmp_path / "control" / "workspace", laid_workspace, layer, seed=50, synchronous="NORMAL")
    print("control, synchronous=NORMAL:", control.told("power cuts"))  # noqa: T201 - kept with the result
    assert_the_layer_forgets(control)
    tally = cut_often(500, tmp_path / "workspace", laid_workspace, layer, seed=500)
    print("as built, synchronous=FULL:", tally.told("power cuts"))  # noqa: T201 - kept with the result
    assert_nothing_lost(tally, 500)
