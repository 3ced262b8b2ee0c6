"""A changed list in the whole sample county: a figure moves, the worker dies in the middle, the undo brings every byte back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.accounts import COUNTY_OFFICER, PASSWORD
from tests.support.county import change_cell, find_rows
from tests.support.server import Answer
from tests.support.serving import Sender, served, until
from tests.support.workspaces import WorkspaceUnderTest

STAYS = "14住院费用结算明细.xlsx"
DIGESTIVE_CANCERS = ("食管癌", "胃癌", "结肠癌", "直肠癌")


@pytest.fixture
def workspace(counted_county: WorkspaceUnderTest, tmp_path: Path, database_server: str) -> WorkspaceUnderTest:
    if database_server:
        pytest.fail("this test copies the workspace's folder and runs on SQLite only")
    folder = tmp_path / "workspace"
    shutil.copytree(counted_county.folder, folder)
    return WorkspaceUnderTest(folder, "")


@pytest.fixture
def changed(sample_county: Path, tmp_path: Path) -> bytes:
    """Return the list of stays in which the only stay of a patient says another illness."""
    path = tmp_path / STAYS
    shutil.copy(sample_county / STAYS, path)
    stays: dict[str, list[tuple[str, int]]] = {}
    for sheet, number, cells in find_rows(path, "身份证号", "出院诊断", "诊断编码"):
        if any(word in cells["出院诊断"] for word in DIGESTIVE_CANCERS):
            stays.setdefault(cells["身份证号"], []).append((sheet, number))
    sheet, number = next(places[0] for places in stays.values() if len(places) == 1)
    change_cell(path, sheet, number, "出院诊断", "急性阑尾炎")
    change_cell(path, sheet, number, "诊断编码", "K35.9")
    return path.read_bytes()


def figures(workspace: WorkspaceUnderTest) -> bytes:
    path = workspace.folder.parent / "figures.csv"
    assert workspace.fuqi("figures", "--out", path).returncode == 0
    return path.read_bytes()


def officer(base: str) -> Sender:
    sender = Sender(base)
    sender.get("/sign-in/")
    assert sender.post("/sign-in/", name=COUNTY_OFFICER.name, password=PASSWORD).status == 200
    return sender


def path_of(page: Answer, sender: Sender) -> str:
    return page.url.removeprefix(sender.base)


def test_a_figure_moves_with_a_changed_list_and_comes_back_with_its_undo(workspace: WorkspaceUnderTest, changed: bytes) -> None:
    before = figures(workspace)
    with served(workspace.folder) as server:
        sender = officer(server.base)
        job = sender.upload({STAYS: changed})
        until(lambda: sender.get(path_of(job, sender)), lambda page: "核实认定 正在做" in page.text)
        server.kill_worker()
        result = sender.finished(job)
        for words in ("83.10%（59/71）", "81.69%（58/71）", "（改动 1 行）"):
            assert words in result.text, result.text
        file = next(link for link in result.links if "/lists/files/" in link).partition("#")[0]
        shown = sender.get(file).text
        assert "急性阑尾炎" in shown
        undone = sender.finished(sender.post(f"{file}undo/", reason="医院说原来的诊断是对的"))
        assert "81.69%（58/71） 83.10%（59/71）" in undone.text
    assert figures(workspace) == before
    assert workspace.fuqi("received").stdout.count(STAYS) == 3
    assert workspace.fuqi("audit").returncode == 0
