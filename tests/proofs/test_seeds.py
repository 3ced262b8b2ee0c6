"""Other people, the same totals: the published figures are counted from the records of any seed, clean or with faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.county import COUNTY, figures
from tests.support.published import PUBLISHED, ROUNDED
from tests.support.workspaces import run_fuqi


@pytest.mark.proof
@pytest.mark.parametrize(("seed", "faults"), [("1", False), ("2", False), ("3", False), ("4", True), ("5", True)])
def test_every_seed_gives_the_published_figures(seed: str, faults: bool, tmp_path: Path) -> None:
    lists, folder, out = tmp_path / "lists", tmp_path / "workspace", tmp_path / "figures.csv"
    assert run_fuqi("sample", "junshan", lists, "--seed", seed, *(["--faults"] if faults else [])).returncode == 0
    assert run_fuqi("init", folder, "--scheme", "junshan-2017").returncode == 0
    assert run_fuqi("-w", folder, "run", lists).returncode == (1 if faults else 0)
    assert run_fuqi("-w", folder, "figures", "--out", out).returncode == 0
    found = {code: values for (code, place), values in figures(out).items() if place == COUNTY}
    assert {code: found[code] for code in PUBLISHED} == PUBLISHED
    assert {code: round(float(found[code][2])) for code in ROUNDED} == ROUNDED
