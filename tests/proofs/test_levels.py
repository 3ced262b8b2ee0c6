"""Levels at full size (T21): inspectors, and everybody who lacks the role for restricted illnesses, before two worlds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.workspaces import WorkspaceUnderTest
from tests.walk.levels import RESTRICTED, SENSITIVE
from tests.walk.running import levels_told_apart, step
from tests.walk.world import COUNTY, OTHER_TOWN, TOWN, VILLAGE

SOME = 10

pytestmark = [pytest.mark.proof, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def furnished(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("levels") / "county"
    shutil.copytree(counted_county.folder, folder)
    step("levels", "furnish", folder)
    return folder


@pytest.mark.parametrize(
    ("walker", "level", "place"),
    [
        ("督县一", SENSITIVE, COUNTY),
        ("督乡一", SENSITIVE, TOWN),
        ("督村一", SENSITIVE, VILLAGE),
        ("督县一", RESTRICTED, COUNTY),
        ("行县一", RESTRICTED, COUNTY),
        ("行乡一", RESTRICTED, TOWN),
        ("行村一", RESTRICTED, VILLAGE),
        ("行付一", RESTRICTED, OTHER_TOWN),
        ("行窗一", RESTRICTED, COUNTY),
    ],
)
def test_two_worlds_read_the_same(furnished: Path, tmp_path: Path, walker: str, level: str, place: str) -> None:
    told = levels_told_apart(furnished, tmp_path, walker, level, place, seed=11, some=SOME)
    print(f"{walker} {level}: {told.asked} answers, {told.turned} pairs turned, {len(told.different)} different")  # noqa: T201
    assert not told.different, "\n".join(told.different[:50])


def test_who_has_the_level_reads_the_difference(furnished: Path, tmp_path: Path) -> None:
    """Or the worlds would be the same, and prove nothing."""
    told = levels_told_apart(furnished, tmp_path, "行乡一", SENSITIVE, TOWN, seed=11, some=SOME)
    for page in ("/people/", "/rows/", "/settlements/", "/figures/", "/api/v1/people/", "EXPLAIN"):
        assert any(page in url for url in told.different), page
