"""What a seed and a scheme decide: other people, or totals that cannot be reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from fuqi.sample.junshan import PLAN, read_area, write_sample
from fuqi.sample.money import SampleError
from fuqi.sample.people import Maker, make_town
from fuqi.sample.plan import read_plan
from fuqi.scheme import Scheme
from fuqi.scheme.benefits import Benefits
from tests.unit.sample.reader import County


def test_another_seed_draws_other_people_and_the_same_number_of_them(scheme: Scheme, county: County) -> None:
    plan, area = read_plan(PLAN), read_area(scheme)
    drawn = {person.number for person in make_town(plan, area, Maker(plan, area, Random("1")), Random("1")).registered}
    assert len(drawn) == len(county.register) == plan.published["registered_people"]
    assert len(drawn & set(county.register)) < 5


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
