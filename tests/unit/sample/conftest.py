"""The sample county as drawn for the whole run, and with one seed the same county with its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.scheme import Scheme, find_scheme, load_scheme
from tests.support.county import SEED, once
from tests.support.workspaces import run_fuqi
from tests.unit.sample.reader import County, read_county

SCHEMES = Path(__file__).parents[3] / "schemes"


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return load_scheme(find_scheme("junshan-2017", [SCHEMES]), bases=[SCHEMES])


@pytest.fixture(scope="session")
def faulty_folder(shared_folder: Path) -> Path:
    """Return the sample with faults, drawn once a run by a process that orders its sets in another way."""

    def draw(folder: Path) -> None:
        arguments = ("sample", "junshan", folder, "--seed", str(SEED), "--faults")
        result = run_fuqi(*arguments, environment={"PYTHONHASHSEED": "11"})
        assert result.returncode == 0, result.stderr

    return once(shared_folder / "faulty-county", draw)


@pytest.fixture(scope="session")
def county(sample_county: Path) -> County:
    return read_county(sample_county)


@pytest.fixture(scope="session")
def faulty(faulty_folder: Path) -> County:
    return read_county(faulty_folder)
