"""Who holds the first roles of a workspace: a new one, one half laid out, one from before there were founders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fuqi.access.actions import grant
from fuqi.access.codes import GRANT_ROLES
from fuqi.access.models import Grant
from fuqi.config.workspace import Workspace, WorkspaceSettingError, confirm_workspace, lay_workspace, open_workspace
from fuqi.flows.workspaces import PROGRAM, _let_somebody_in
from fuqi.places.actions import lay_out
from tests.support.small_county import AT, COUNTY, FOUNDER, ON, Place, acting

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


@dataclass(frozen=True)
class OnlyPlace:
    """As much of a scheme as is asked here."""

    place: str = COUNTY


def open_twice(folder: Path) -> list[tuple[str, str]]:
    """Let somebody in as opening a workspace does, twice; return the grants."""
    scheme: Any = OnlyPlace()
    for _ in range(2):
        _let_somebody_in(Workspace(folder, "junshan-2017", FOUNDER), scheme, today=ON, at=AT)
    return sorted((row.user.name, row.role) for row in Grant.objects.select_related("user"))


@pytest.fixture(autouse=True)
def _place() -> None:
    lay_out([Place(COUNTY, "君山区")], by=PROGRAM.name, at=AT)


def test_who_lays_out_a_workspace_is_officer_and_founder(tmp_path: Path) -> None:
    assert open_twice(tmp_path) == [(FOUNDER, "county_officer"), (FOUNDER, "founder")]
    assert acting(FOUNDER).may(GRANT_ROLES)


def test_a_workspace_from_before_founders_gets_one_once(tmp_path: Path) -> None:
    grant(FOUNDER, "county_officer", COUNTY, valid_from=ON, by=PROGRAM.name, at=AT)
    grant("李卫民", "county_officer", COUNTY, valid_from=ON, by=PROGRAM.name, at=AT)
    expected = [("李卫民", "county_officer"), (FOUNDER, "county_officer"), (FOUNDER, "founder")]
    assert open_twice(tmp_path) == sorted(expected)


def test_where_a_security_administrator_was_appointed_nobody_becomes_founder(tmp_path: Path) -> None:
    grant("赵安全", "security_administrator", COUNTY, valid_from=ON, by=PROGRAM.name, at=AT)
    assert open_twice(tmp_path) == [("赵安全", "security_administrator")]


def test_the_configuration_says_profile_and_second_factor_and_nothing_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    made = lay_workspace(folder, scheme="junshan-2017", operator=FOUNDER, profile="dengbao3", second_factor="not_required")
    confirm_workspace(made)
    found = open_workspace(folder)
    assert (found.profile, found.second_factor, found.asks_second_factor) == ("dengbao3", "not_required", False)
    path = folder / "workspace.yaml"
    kept = path.read_text("utf-8")
    for right, wrong in (("dengbao3", "level4"), ("not_required", "no")):
        path.write_text(kept.replace(right, wrong), "utf-8")
        with pytest.raises(WorkspaceSettingError, match=wrong):
            open_workspace(folder)
    lines = [line for line in kept.splitlines() if not line.startswith(("profile", "second_factor"))]
    path.write_text("\n".join(lines), "utf-8")
    older = open_workspace(folder)
    assert (older.profile, older.second_factor) == ("asvs", "required")
