"""The sample county, written for the tests of this folder: two times with one seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.sample.junshan import write_sample
from fuqi.scheme import Scheme, find_scheme, load_scheme
from tests.unit.sample.reader import County, read_county

SCHEMES = Path(__file__).parents[3] / "schemes"
SEED = 20171231


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return load_scheme(find_scheme("junshan-2017", [SCHEMES]), bases=[SCHEMES])


def _written(folder: Path, scheme: Scheme) -> Path:
    write_sample(folder, seed=SEED, scheme=scheme, progress=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, scheme: Scheme) -> Path:
    return _written(tmp_path_factory.mktemp("sample"), scheme)


@pytest.fixture(scope="session")
def same_seed(tmp_path_factory: pytest.TempPathFactory, scheme: Scheme) -> Path:
    return _written(tmp_path_factory.mktemp("again"), scheme)


@pytest.fixture(scope="session")
def county(folder: Path) -> County:
    return read_county(folder)
