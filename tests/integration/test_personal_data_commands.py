"""The commands about personal data, as they are typed."""

from __future__ import annotations

import io
from pathlib import Path

from docx import Document

from tests.support.workspaces import NewWorkspace


def test_retention_breach_and_assessment_are_commands(new_workspace: NewWorkspace, tmp_path: Path) -> None:
    workspace = new_workspace()
    done = workspace.fuqi("retention", "--do")
    assert done.returncode == 0, done.stderr
    assert "过期的登录会话：清除了 0 行" in done.stdout
    paper = tmp_path / "评估.docx"
    made = workspace.fuqi("assessment", "--out", paper)
    assert made.returncode == 0, made.stderr
    assert "个人信息保护影响评估" in [line.text for line in Document(io.BytesIO(paper.read_bytes())).paragraphs]
    told = workspace.fuqi("breach", "--from", "2020-01-01", "--to", "2036-01-01")
    assert told.returncode == 0, told.stderr
    assert "0 个账号看过 0 人的密封内容" in told.stdout
