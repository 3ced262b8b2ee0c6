"""What changes follows: a cell in a received workbook, a rate in the scheme; what does not change is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.county import COUNTY, STAYS, figures, one_treated_person_less
from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest, run_fuqi

SCHEMES = Path(__file__).parents[2] / "schemes"


def own_copy(counted_county: WorkspaceUnderTest, tmp_path: Path) -> WorkspaceUnderTest:
    """Return a copy of the counted workspace (SQLite only: the database is a file of the folder)."""
    folder = tmp_path / "workspace"
    shutil.copytree(counted_county.folder, folder)
    return WorkspaceUnderTest(folder, "")


@pytest.fixture
def workspace(counted_county: WorkspaceUnderTest, tmp_path: Path, database_server: str) -> WorkspaceUnderTest:
    if database_server:
        pytest.fail("these tests copy the workspace's folder and run on SQLite only")
    return own_copy(counted_county, tmp_path)


def county(workspace: WorkspaceUnderTest, tmp_path: Path) -> dict[str, tuple[str, str, str]]:
    out = tmp_path / "figures.csv"
    result = workspace.fuqi("figures", "--out", out)
    assert result.returncode == 0, result.stderr
    return {code: values for (code, place), values in figures(out).items() if place == COUNTY}


def test_the_same_lists_again_change_nothing(workspace: WorkspaceUnderTest, sample_county: Path, tmp_path: Path) -> None:
    before = county(workspace, tmp_path)
    again = workspace.fuqi("import", sample_county)
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("没有变化") == len(list(sample_county.iterdir()))
    assert "没有变化" in workspace.fuqi("match").stdout
    assert county(workspace, tmp_path) == before


def test_one_stay_taken_out_of_a_received_workbook_is_one_treated_person_less(
    workspace: WorkspaceUnderTest, sample_county: Path, tmp_path: Path
) -> None:
    before = county(workspace, tmp_path)
    changed = one_treated_person_less(sample_county, tmp_path)
    assert workspace.fuqi("import", changed).returncode == 0
    after = county(workspace, tmp_path)
    assert before["major_treatment_rate"] == ("59", "71", "83.10")
    assert after["major_treatment_rate"] == ("58", "71", "81.69")
    listed = workspace.fuqi("figures", "--code", "major_treatment_rate", "--list").stdout
    assert listed.count("excluded,") == 13
    older = workspace.fuqi("import", sample_county / STAYS)
    assert (older.returncode, "取代" in older.stderr) == (1, True)
    assert county(workspace, tmp_path)["major_treatment_rate"] == ("58", "71", "81.69")


def test_a_rate_raised_in_the_scheme_moves_the_money_and_nothing_else(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    before = county(workspace, tmp_path)
    draft = workspace.folder / "schemes" / "junshan-2017"
    shutil.copytree(SCHEMES / "junshan-2017", draft)
    benefits = draft / "benefits.yaml"
    text = benefits.read_text("utf-8")
    assert text.count("70%") >= 1
    last = text.rindex("70%")
    benefits.write_text(text[:last] + "75%" + text[last + 3 :], "utf-8")
    after = county(workspace, tmp_path)
    moved = {code for code in before if before[code] != after[code]}
    assert moved == {"one_stop_paid", "major_effective_reimbursement_rate"}
    assert float(after["one_stop_paid"][2]) > float(before["one_stop_paid"][2])


@pytest.mark.database
def test_both_databases_give_the_same_bytes(
    counted_county: WorkspaceUnderTest,
    new_workspace: NewWorkspace,
    sample_county: Path,
    tmp_path: Path,
    database_server: str,
) -> None:
    other = counted_county
    if database_server:
        other = new_workspace(database="")
        assert run_fuqi("-w", other.folder, "run", sample_county).returncode == 0
    for number, workspace in enumerate((counted_county, other)):
        assert workspace.fuqi("figures", "--out", tmp_path / f"{number}.csv").returncode == 0
        listed = workspace.fuqi("figures", "--code", "verified_people", "--list", "--out", tmp_path / f"list-{number}.csv")
        assert listed.returncode == 0
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()
    assert (tmp_path / "list-0.csv").read_bytes() == (tmp_path / "list-1.csv").read_bytes()
