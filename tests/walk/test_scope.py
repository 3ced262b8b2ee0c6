"""The walk in small: random probes of every address by everybody, and two worlds that nobody inside can tell apart.

The long runs are in tests/proofs/test_scope.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.workspaces import WorkspaceUnderTest
from tests.walk.running import probed, step, told_apart
from tests.walk.world import HOSPITAL, TOWN

PROBES = 1_500
SOME = 3

pytestmark = pytest.mark.sqlite  # worlds are copies of the embedded database's file


@pytest.fixture(scope="module")
def furnished(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a counted county with adjustments, papers and an earlier count, which nobody changes."""
    folder = tmp_path_factory.mktemp("walk") / "county"
    shutil.copytree(counted_county.folder, folder)
    step("worlds", "furnish", folder)
    return folder


def test_nobody_learns_of_anybody_outside(furnished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(furnished, folder)
    report = probed(folder, seed=20261124, number=PROBES)
    assert not report["leaks"], "\n".join(report["leaks"][:20])
    assert not report["failures"], "\n".join(report["failures"][:20])
    assert report["asked_outside"] > PROBES // 8, "too few probes asked for anything outside"
    assert report["statuses"].get("200", 0) > PROBES // 10, "too few probes were answered"


@pytest.mark.parametrize(
    ("walkers", "scope"),
    [
        pytest.param(("行乡一", "行乡二", "行疾一"), (TOWN,), id="township"),
        pytest.param(("行窗一",), (HOSPITAL,), id="counter", marks=pytest.mark.proof),
    ],
)
def test_two_worlds_that_differ_outside_read_the_same(
    furnished: Path, tmp_path: Path, walkers: tuple[str, ...], scope: tuple[str, ...]
) -> None:
    different, asked = told_apart(furnished, tmp_path, walkers, scope, seed=7, some=SOME)
    assert not different, f"{len(different)} of {asked}:\n" + "\n".join(different[:20])
