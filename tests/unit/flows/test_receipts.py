"""The journal's receipts laid elsewhere: continued, never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.config.workspace import RECEIPTS, Workspace, confirm_workspace, lay_workspace
from fuqi.flows.receipts import OtherReceiptsError, copy_receipts

LINES = [f"{number},{number:064x},{number:064x}\n".encode() for number in range(1, 6)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = lay_workspace(tmp_path / "workspace", scheme="junshan-2017", operator="张三")
    confirm_workspace(made)
    made.receipts.write_bytes(b"".join(LINES[:3]))
    return made


def test_a_copy_is_laid_and_continued(workspace: Workspace, tmp_path: Path) -> None:
    path, number = copy_receipts(workspace.folder, tmp_path / "other")
    assert (path, number) == (tmp_path / "other" / RECEIPTS, 3)
    workspace.receipts.write_bytes(b"".join(LINES))
    path.write_bytes(path.read_bytes() + b"4,torn")
    assert copy_receipts(workspace.folder, tmp_path / "other") == (path, 5)
    assert path.read_bytes() == workspace.receipts.read_bytes()


def test_a_copy_that_says_otherwise_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    path, _ = copy_receipts(workspace.folder, tmp_path / "other")
    workspace.receipts.write_bytes(b"".join(LINES[1:]))
    with pytest.raises(OtherReceiptsError, match="audit --receipts"):
        copy_receipts(workspace.folder, tmp_path / "other")
    assert path.read_bytes() == b"".join(LINES[:3])


def test_the_workspace_itself_is_nowhere_else(workspace: Workspace) -> None:
    with pytest.raises(OtherReceiptsError):
        copy_receipts(workspace.folder, workspace.receipts.parent)
