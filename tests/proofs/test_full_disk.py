"""A full disk is refused plainly, leaves nothing half done, and is over as soon as there is room again (T18)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from fuqi.basics.failures import DISK_FULL
from tests.proofs.test_kills import FEW_LISTS, figures_of, half_done
from tests.support.durability.power_cut import build_layer
from tests.support.serving import served
from tests.support.workspaces import run_fuqi

pytestmark = pytest.mark.sqlite

LIST = "06区扶贫办交办名单.xlsx"


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    return build_layer(tmp_path)


def limited(layer: Path, folder: Path, room: int) -> dict[str, str]:
    """Return the environment of a process in which the files of a folder may grow by so many bytes."""
    return {"LD_PRELOAD": str(layer), "FORGETFUL_ROOT": str(folder), "FORGETFUL_ROOM": str(room)}


def new_folder(folder: Path) -> Path:
    assert run_fuqi("init", folder, "--scheme", "junshan-2017").returncode == 0
    return folder


def is_sound(folder: Path) -> None:
    """Check that everything an effective run promised is there, and that the journal holds, after the next start."""
    assert run_fuqi("-w", folder, "received").returncode == 0  # the next start seals what was left unsealed
    assert half_done(folder) == []
    audit = run_fuqi("-w", folder, "audit")
    assert audit.returncode == 0, audit.stderr


def test_a_command_on_a_full_disk_says_so_and_the_next_one_goes_on(
    layer: Path, laid_workspace: Path, sample_county: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(laid_workspace, tmp_path / "workspace"))
    words = ("-w", folder, "import", sample_county / LIST)
    for room in (0, 200_000):
        refused = run_fuqi(*words, environment=limited(layer, folder, room))
        assert refused.returncode == 2, (room, refused.stdout, refused.stderr)
        assert DISK_FULL in refused.stderr
    is_sound(folder)
    assert run_fuqi(*words).returncode == 0


@pytest.mark.proof
def test_a_backup_onto_a_full_disk_leaves_no_half_a_file(layer: Path, laid_workspace: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(laid_workspace, tmp_path / "workspace"))
    backup = tmp_path / "held" / "county.backup"
    backup.parent.mkdir()
    told = run_fuqi("-w", folder, "backup", backup, environment=limited(layer, backup.parent, 100_000))
    assert (told.returncode, DISK_FULL in told.stderr) == (2, True), told.stderr
    assert list(backup.parent.iterdir()) == []


@pytest.mark.proof
def test_a_dozen_full_disks_at_any_moment_of_the_main_job(layer: Path, sample_county: Path, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    for name in FEW_LISTS:
        shutil.copy(sample_county / name, lists)
    unharmed, chance, refusals = new_folder(tmp_path / "unharmed"), random.Random(18), 0
    run_fuqi("-w", unharmed, "run", lists)
    county = 0
    while refusals < 12:
        county += 1
        folder, room = new_folder(tmp_path / f"workspace-{county}"), 0
        for _ in range(10):
            room = chance.randrange(4_000_000)
            said = run_fuqi("-w", folder, "run", lists, environment=limited(layer, folder, room))
            if DISK_FULL not in said.stderr:
                break
            refusals += 1
            is_sound(folder)
        run_fuqi("-w", folder, "run", lists)
        assert figures_of(folder) == figures_of(unharmed)
    print(f"{refusals} full disks in {county} workspaces")  # noqa: T201 - kept with the result


@pytest.mark.proof
def test_a_served_workspace_refuses_plainly_while_the_disk_is_full_and_works_again_by_itself(
    layer: Path, sample_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, full = new_folder(tmp_path / "workspace"), tmp_path / "full"
    for name, value in {"LD_PRELOAD": layer, "FORGETFUL_ROOT": folder, "FORGETFUL_FULL": full}.items():
        monkeypatch.setenv(name, str(value))
    with served(folder) as server:
        operator = server.operator()
        list_file = {LIST: (sample_county / LIST).read_bytes()}
        full.touch()
        refused = operator.upload(list_file)
        assert refused.status == 507, refused.text
        assert "磁盘满了" in refused.text
        assert operator.get("/").status == 200
        full.unlink()
        done = operator.finished(operator.upload(list_file))
        assert done.status == 200
    monkeypatch.delenv("LD_PRELOAD")
    is_sound(folder)
