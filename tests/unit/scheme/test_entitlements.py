"""Everything that a scheme promises one person: what is sure, what depends on a stay, what is unknown, and what is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fuqi.scheme import Scheme, load_scheme
from fuqi.scheme.entitlements import Entitlement, entitlements

SCHEMES = Path(__file__).parents[3] / "schemes"
DAY = date(2017, 10, 1)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(SCHEMES / "junshan-2017", bases=[SCHEMES])


def of(scheme: Scheme, day: date = DAY, **facts: object) -> dict[str, Entitlement]:
    return {one.id: one for one in entitlements(scheme, facts, day)}


POOR = frozenset({"registered_poor"})


def test_layers_that_read_the_stay_depend_on_it(scheme: Scheme) -> None:
    found = of(scheme, groups=POOR, insured=True, disease_lists=frozenset())
    layers = ("basic", "critical", "special_cover", "medical_assistance", "district_subsidy")
    assert [found[layer].state for layer in layers] == ["depends"] * 5
    assert "因属于建档立卡贫困人口，加10个百分点" in found["basic"].reason
    assert found["basic"].source.document


def test_what_is_for_others_is_left_out(scheme: Scheme) -> None:
    found = of(scheme, groups=frozenset(), insured=True, disease_lists=frozenset())
    assert set(found) == {"basic", "critical"}


def test_what_is_unknown_of_the_person_is_named(scheme: Scheme) -> None:
    found = of(scheme, insured=True)
    assert (found["special_cover"].state, found["special_cover"].missing) == ("unknown", ("groups",))
    assert (found["resident_insurance_premium"].state, found["resident_insurance_premium"].missing) == ("unknown", ("groups",))
    assert (found["treat_first_pay_later"].state, found["treat_first_pay_later"].missing) == ("unknown", ("groups",))
    assert (found[""].kind, found[""].missing) == ("disease", ("disease_lists",))


def test_a_premium_that_the_scheme_does_not_know_says_so(scheme: Scheme) -> None:
    found = of(scheme, groups=POOR | {"extreme_poverty_support"}, disease_lists=frozenset())
    premium = found["resident_insurance_premium"]
    assert premium.state == "entitled"
    assert "本人不交" in premium.reason
    assert "个人缴费标准方案里没有" in premium.reason
    assert not premium.confirmed


def test_the_deposit_is_promised_from_its_first_day(scheme: Scheme) -> None:
    assert of(scheme, groups=POOR, insured=True)["treat_first_pay_later"].state == "depends"
    assert "treat_first_pay_later" not in of(scheme, date(2017, 8, 31), groups=POOR, insured=True)
    assert "treat_first_pay_later" not in of(scheme, groups=POOR, insured=False)


def test_the_first_list_gives_the_class(scheme: Scheme) -> None:
    lists = frozenset({"four_kinds", "chronic"})
    found = of(scheme, groups=POOR, disease_lists=lists, diseases=frozenset({"stomach_cancer", "hypertension"}))
    assert found["four_kinds"].reason == "所患疾病在4类9种大病（胃癌），按大病管理。"
    assert found["chronic"].reason == "所患疾病在慢性病（高血压）。"


def test_nothing_after_death(scheme: Scheme) -> None:
    assert of(scheme, groups=POOR, died_on=date(2017, 9, 30)) == {}
    assert of(scheme, groups=POOR, died_on=DAY)


def test_a_fact_that_no_person_has_is_a_mistake_of_the_caller(scheme: Scheme) -> None:
    with pytest.raises(ValueError, match="bed_days"):
        of(scheme, bed_days=3)
