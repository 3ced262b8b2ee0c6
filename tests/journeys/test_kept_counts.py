"""The main job keeps what it counts: pages and papers show the same figures and lists as counting anew, for every viewer."""

from __future__ import annotations

from tests.support.kept_and_live import compared
from tests.support.workspaces import WorkspaceUnderTest


def test_what_is_kept_is_what_counting_live_gives_every_viewer(counted_county: WorkspaceUnderTest) -> None:
    found = compared(counted_county.folder)
    assert (found["different"], found["wrong_rows"], found["up_to_date"]) == ([], [], True)
    assert min(found["figures"], found["lines"], found["hidden"], found["rows"]) > 100


def test_running_the_main_job_again_keeps_the_count_and_its_number(counted_county: WorkspaceUnderTest) -> None:
    shown = counted_county.fuqi("run")
    assert shown.returncode == 0, shown.stderr
    assert "计数：没有变化" in shown.stdout
    assert "83.10" in shown.stdout
