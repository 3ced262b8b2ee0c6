"""Row scope at full size (T8): 100,000 probes without a leak; two worlds for townships, villages and a hospital's counter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.workspaces import WorkspaceUnderTest
from tests.walk.running import probed, step, told_apart
from tests.walk.world import HOSPITAL, OTHER_TOWN, TOWN, VILLAGE

SHARDS, A_SHARD = 20, 5_000
SOME = 40

pytestmark = [pytest.mark.proof, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def furnished(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walk") / "county"
    shutil.copytree(counted_county.folder, folder)
    step("worlds", "furnish", folder)
    return folder


@pytest.mark.parametrize("seed", range(SHARDS))
def test_probes_find_no_leak(furnished: Path, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "county"
    shutil.copytree(furnished, folder)
    report = probed(folder, seed=seed, number=A_SHARD)
    print(f"{report['probes']} probes, {report['asked_outside']} of things outside, {len(report['leaks'])} leaks")  # noqa: T201
    print(report["statuses"], report["by_walker"])  # noqa: T201
    assert not report["leaks"], "\n".join(report["leaks"][:50])
    assert not report["failures"], "\n".join(report["failures"][:50])
    assert report["asked_outside"] > A_SHARD // 8


WORLDS = {
    "township": (("行乡一", "行乡二", "行疾一"), (TOWN,)),
    "other township": (("行督一", "行付一"), (OTHER_TOWN,)),
    "village": (("行村一",), (VILLAGE,)),
    "two villages": (("行村二",), (VILLAGE, "430611101210")),
    "counter": (("行窗一",), (HOSPITAL,)),
}
"""Who looks, and what lies inside: clerk, officer, disease control officer, inspector, payer, doctors, a hospital's counter."""


@pytest.mark.parametrize(("walkers", "scope"), WORLDS.values(), ids=WORLDS)
def test_two_worlds_read_the_same(furnished: Path, tmp_path: Path, walkers: tuple[str, ...], scope: tuple[str, ...]) -> None:
    different, asked = told_apart(furnished, tmp_path, walkers, scope, seed=11, some=SOME)
    print(f"{' '.join(walkers)}: {asked} answers, {len(different)} different")  # noqa: T201
    assert not different, "\n".join(different[:50])


@pytest.mark.parametrize("walker", ["行乡一", "行督一"])
def test_the_worlds_are_told_apart_by_who_looks_from_elsewhere(furnished: Path, tmp_path: Path, walker: str) -> None:
    different, asked = told_apart(furnished, tmp_path, (walker,), (HOSPITAL,), seed=11, some=4)
    print(f"{walker}: {asked} answers, {len(different)} different")  # noqa: T201
    assert len(different) > asked // 10, "the two worlds hardly differ: that they read the same inside would show nothing"
