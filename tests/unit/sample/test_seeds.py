"""What a seed decides: the same bytes again, or other people."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from fuqi.sample.junshan import PLAN, read_area, write_sample
from fuqi.sample.money import SampleError
from fuqi.sample.people import Maker, make_town
from fuqi.sample.plan import read_plan
from fuqi.scheme import Scheme
from fuqi.scheme.benefits import Benefits


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(folder: Path, same_seed: Path) -> None:
    assert _digests(folder) == _digests(same_seed)


def test_another_seed_draws_other_people_and_the_same_number_of_them(scheme: Scheme) -> None:
    plan, area = read_plan(PLAN), read_area(scheme)
    drawn = []
    for seed in ("1", "2"):
        maker = Maker(plan, area, Random(seed))
        drawn.append({person.number for person in make_town(plan, area, maker, Random(seed)).registered})
    assert len(drawn[0]) == len(drawn[1]) == plan.published["registered_people"]
    assert len(drawn[0] & drawn[1]) < 5


def test_a_scheme_that_cannot_pay_the_published_sums_is_told_so_and_nothing_is_written(scheme: Scheme, tmp_path: Path) -> None:
    poorer = replace(scheme, benefits=Benefits(layers=scheme.benefits.layers[:1], disease_lists=scheme.disease_lists))
    with pytest.raises(SampleError, match="四类九种大病补偿"):
        write_sample(tmp_path / "sample", seed=1, scheme=poorer, progress=lambda _: None)
    assert not any((tmp_path / "sample").iterdir())


def test_a_scheme_that_does_not_know_an_illness_is_told_so(scheme: Scheme, tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="高血压"):
        write_sample(
            tmp_path / "sample", seed=1, scheme=replace(scheme, disease_lists=scheme.disease_lists[:2]), progress=print
        )
