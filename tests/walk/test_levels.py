"""Levels in small: two worlds that differ above the level of an inspector, and files that are given only with leave.

The long runs, also for restricted illnesses, are in tests/proofs/test_levels.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fuqi.access.codes import EXPORT_RECORDS, ROLES
from fuqi.web.rules import Rule, rule_of
from tests.support.workspaces import WorkspaceUnderTest
from tests.walk.levels import SENSITIVE
from tests.walk.routes import routes
from tests.walk.running import levels_told_apart, step
from tests.walk.world import VILLAGE

MASKED = "无权查看"


@pytest.fixture(scope="module")
def furnished(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a counted county into which inspectors were let, which nobody changes."""
    folder = tmp_path_factory.mktemp("levels") / "county"
    shutil.copytree(counted_county.folder, folder)
    step("levels", "furnish", folder)
    return folder


@pytest.mark.sqlite  # worlds are copies of the embedded database's file
def test_an_inspector_cannot_tell_who_of_two_neighbours_is_ill(furnished: Path, tmp_path: Path) -> None:
    told = levels_told_apart(furnished, tmp_path, "督村一", SENSITIVE, VILLAGE, seed=7, some=1)
    assert told.turned > 5, "the other world is the same"
    assert not told.different, f"{len(told.different)} of {told.asked}:\n" + "\n".join(told.different[:20])
    assert told.answered > told.asked // 4, "hardly anything was answered"
    assert MASKED in told.text


@pytest.mark.sqlite
def test_who_may_not_export_takes_no_list_and_no_original_away(furnished: Path, tmp_path: Path) -> None:
    shutil.copytree(furnished, tmp_path / "county")
    inspector = WorkspaceUnderTest(tmp_path / "county", "")
    for command in (("figures", "--code", "insured_rate", "--list"), ("adjustments", "--out", str(tmp_path / "a.csv"))):
        refused = inspector.fuqi("--as", "督县一", *command)
        assert (refused.returncode, "权限" in refused.stderr) == (2, True), refused.stderr
        assert not refused.stdout


def test_every_address_of_a_file_of_records_asks_for_the_leave_to_export() -> None:
    rules = {route.path: rule_of(route.callback) for route in routes() if route.path.endswith((".csv", ".xlsx"))}
    assert len(rules) >= 2
    assert all(isinstance(rule, Rule) and EXPORT_RECORDS in rule.besides for rule in rules.values()), rules
    assert {code for code, role in ROLES.items() if EXPORT_RECORDS in role.actions} == {
        "county_officer",
        "disease_control_officer",
        "payer",
    }
