"""The workspace's key from the command line: a new one while others work, killed and gone on with, on paper and back."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from fuqi.access import keyfile, paper_key
from tests.support import rotating
from tests.support.workspaces import COMMAND, NewWorkspace, WorkspaceUnderTest, own_environment

pytestmark = pytest.mark.sqlite

PEOPLE = 400


@pytest.fixture
def workspace(new_workspace: NewWorkspace) -> WorkspaceUnderTest:
    """Return a workspace with synthetic people."""
    made = new_workspace()
    rotating.done("fill", str(made.folder), PEOPLE)
    return made


def test_rotating_beside_readers_and_writers_killed_and_gone_on_with_loses_nothing(workspace: WorkspaceUnderTest) -> None:
    folder = workspace.folder
    old = rotating.OldKeys((folder / "keys" / "master.key").read_text())
    chance = random.Random(5)
    writer, reader = rotating.started("write", str(folder), PEOPLE), rotating.started("read", str(folder), PEOPLE, 5)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == str(PEOPLE)
        for _ in range(3):
            killed(folder, chance.uniform(1.0, 3.5))
        rotated = workspace.fuqi("key", "rotate")
        time.sleep(1)
    finally:
        last = rotating.stopped(writer)
        opened = rotating.stopped(reader)
    assert rotated.returncode == 0, rotated.stderr
    assert opened["wrong"] == 0 < opened["read"]
    found = rotating.done("look", str(folder), PEOPLE)
    assert found == {"people": int(last["last"]) + 1, "wrong": 0, "missing": 0, "unasked": 0}
    assert old.opens(folder) == []
    audit = workspace.fuqi("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr
    assert "第1代" not in workspace.fuqi("key", "status").stdout


def killed(folder: Path, seconds: float) -> None:
    """Start a rotation and kill it after so many seconds."""
    job = subprocess.Popen(
        [COMMAND, "-w", folder, "key", "rotate"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=own_environment()
    )
    try:
        job.wait(seconds)
    except subprocess.TimeoutExpired:
        job.send_signal(signal.SIGKILL)
        job.wait()


def typed(workspace: WorkspaceUnderTest, lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "-w", workspace.folder, "key", "restore"],
        input=lines,
        capture_output=True,
        encoding="utf-8",
        env=own_environment(),
    )


def test_a_lost_key_file_comes_back_from_paper_and_a_wrong_line_is_named(new_workspace: NewWorkspace, tmp_path: Path) -> None:
    workspace = new_workspace()
    path = workspace.folder / "keys" / "master.key"
    former = "\n".join(paper_key.lines_of(keyfile.read(path)))
    assert workspace.fuqi("key", "rotate").returncode == 0
    paper = tmp_path / "key.pdf"
    assert workspace.fuqi("key", "paper", "--out", paper).returncode == 0
    assert paper.read_bytes().startswith(b"%PDF")
    assert paper.stat().st_mode & 0o077 == 0
    assert workspace.fuqi("key", "paper", "--out", paper).returncode == 2
    lines = paper_key.lines_of(keyfile.read(path))
    kept = tmp_path / "kept.key"
    shutil.copy(path, kept)
    assert "好好的" in typed(workspace, "\n".join(lines)).stderr
    path.unlink()
    assert "key restore" in workspace.fuqi("figures").stderr
    wrong = [lines[0], lines[1][:4] + ("0" if lines[1][4] != "0" else "1") + lines[1][5:], *lines[2:]]
    assert "第2行" in typed(workspace, "\n".join(wrong)).stderr
    assert "换密钥以前印的" in typed(workspace, former).stderr
    assert not path.exists()
    restored = typed(workspace, "\n".join(lines) + "\n\n")
    assert restored.returncode == 0, restored.stderr
    assert path.read_text() == kept.read_text()
    assert workspace.fuqi("audit").returncode == 0
