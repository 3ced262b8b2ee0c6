"""Text that attacks shows as text everywhere (T7): in every text field, at every address, as page, JSON, table and paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.row_security import prepare, roles_of
from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest
from tests.walk.injecting import ATTACKS, faults_of
from tests.walk.running import step


@pytest.fixture
def workspace(new_workspace: NewWorkspace, database_server: str) -> Iterator[WorkspaceUnderTest]:
    """Return a new workspace; on PostgreSQL it is opened by the application's role, under the policies."""
    if not database_server:
        yield new_workspace()
        return
    roles = roles_of(postgres.create_database(database_server))
    prepare(roles)
    yield new_workspace(database=roles.application)
    postgres.drop_database(roles.owner, database_server)


def walked(workspace: WorkspaceUnderTest, tmp_path: Path, who: str, one_in: int) -> dict[str, Any]:
    """Run the main job over lists full of attacks, ask every address, and return what was found."""
    lists = tmp_path / "lists"
    step("injecting", "lists", lists)
    done = workspace.fuqi("run", lists)
    assert "计数批次第1号" in done.stdout, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(step("injecting", "walk", workspace.folder, who, one_in))
    assert not found["faults"], "\n".join(found["faults"][:20])
    assert not found["failures"], "\n".join(found["failures"][:20])
    assert set(found["shown"]) == set(ATTACKS), "an attack was shown nowhere: nothing was tried"
    kinds = " ".join(found["kinds"])
    assert all(kind in kinds for kind in ("html", "json", "csv", "pdf", "wordprocessingml", "spreadsheetml"))
    return found


def test_text_that_attacks_shows_as_text(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    assert walked(workspace, tmp_path, "行县一", 7)["answers"] > 100


@pytest.mark.proof
def test_text_that_attacks_shows_as_text_to_everybody(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    found = walked(workspace, tmp_path, "行县一 行疾一 行窗一 行审一", 1)
    print(found["answers"], found["kinds"], found["shown"])  # noqa: T201
    assert found["answers"] > 1_500


@pytest.mark.parametrize(
    ("kind", "answer", "fault"),
    [
        ("text/html", "<p><script>alert(7)</script></p>", "a script"),
        ("text/html", '<p title=""><img src=x onerror=alert(7)></p>', "<img onerror>"),
        ("text/html", '<a href="javascript:alert(7)">x</a>', "<a> to javascript:alert(7)"),
        ("text/html", "<p>注49</p>", "evaluated: 注49"),
        ("text/html", "<p>姓名：<b>\u202e三二一</b></p>", "turned text without a fence"),
        ("text/csv", "姓名\n=cmd|' /C calc'!A0\n", "formula: =cmd|' /C"),
        ("application/octet-stream", "<script>", "markup as application/octet-stream"),
    ],
)
def test_the_look_at_answers_finds_what_would_run(kind: str, answer: str, fault: str) -> None:
    assert fault in faults_of(kind, answer.encode())
