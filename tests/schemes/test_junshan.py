"""The scheme of 君山 2017: sound, its worked cases pass, every rule names its clause, what is not known is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.scheme import Scheme, load_scheme
from fuqi.scheme.cases import check_scheme, test_scheme
from fuqi.scheme.checking import remarks
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.settle import settle
from tests.spec.book import claim

SCHEMES = Path(__file__).parents[2] / "schemes"
FOLDER = SCHEMES / "junshan-2017"

INDICATORS = """
    verification_rate verified_people verified_outside_systems major_patients chronic_patients four_kinds_patients
    major_treatment_rate public_health_treatment_rate treat_first_patients one_stop_people one_stop_paid
    major_effective_reimbursement_rate major_in_district_first_visit_rate insured_rate contract_rate checkup_people
    satisfaction_rate awareness_rate
""".split()


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(FOLDER, bases=[SCHEMES])


def test_it_is_sound() -> None:
    assert [str(fault) for fault in check_scheme(FOLDER)] == []


@pytest.mark.parametrize("result", test_scheme(FOLDER), ids=lambda result: result.name)
def test_its_worked_cases_come_out(result: object) -> None:
    assert not getattr(result, "differences", None)


def test_every_rule_names_its_clause(scheme: Scheme) -> None:
    for layer in scheme.benefits.layers:
        for key, row in layer.rows():
            assert row.source.document, f"{layer.id} {key}"
            assert row.source.anchor in scheme.texts
    for indicator in scheme.indicators:
        assert indicator.source.anchor in scheme.texts


def test_all_figures_are_defined_in_order(scheme: Scheme) -> None:
    assert [indicator.id for indicator in scheme.indicators] == INDICATORS


def test_only_what_the_report_says_is_confirmed(scheme: Scheme) -> None:
    confirmed = {
        (layer.id, key, row.content.text)
        for layer in scheme.benefits.layers
        for key, row in layer.rows()
        if row.confirmed and key != "base"
    }
    assert {(layer, text) for layer, _, text in confirmed if not text.endswith("段")} == {
        ("basic", "10%"),
        ("district_subsidy", "70%"),
    }
    assert any("还有1种不知其名" in what for what, _ in scheme.unconfirmed)


def test_a_city_stay_is_paid_to_about_88_percent_of_its_cost(scheme: Scheme) -> None:
    result = settle(
        scheme.benefits,
        [claim(total=37_000_00, in_scope=34_000_00, hospital_level="city", groups=["registered_poor"])],
    )[0]
    paid = 37_000_00 - result.self_pay_fen  # type: ignore[union-attr]
    assert 87 * 37_000 <= paid <= 89 * 37_000


def test_there_is_nothing_to_remark(scheme: Scheme) -> None:
    assert [str(remark) for remark in remarks(scheme)] == []


def test_restricted_illnesses(scheme: Scheme) -> None:
    assert scheme.restricted_diseases == {"aids", "tuberculosis", "severe_mental_disorder"}


def test_an_unknown_age_leaves_a_childrens_disease_open(scheme: Scheme) -> None:
    assert find_diseases(scheme, "房间隔缺损", "Q21.1", None).undecided
    assert find_diseases(scheme, "房间隔缺损", "Q21.1", 40).matches == ()


@pytest.mark.parametrize("words", ["胃癌？", "胃癌不除外", "胃癌术后待查", "考虑胃癌", "胃癌家族史", "无胃癌病史"])
def test_doubts_and_denials_are_never_matches(scheme: Scheme, words: str) -> None:
    assert find_diseases(scheme, words, None, 60).undecided


@pytest.mark.parametrize(
    ("words", "code"),
    [("胃癌", "c16.9"), ("胃癌", "C169"), ("胃癌", "Ｃ１６．９"), (" 胃癌 ", None), ("", "C16.901"), ("胃恶性肿瘤", "")],
)
def test_codes_and_words_are_tidied(scheme: Scheme, words: str, code: str | None) -> None:
    assert [match[:2] for match in find_diseases(scheme, words, code, 60).matches] == [("four_kinds", "stomach_cancer")]


@pytest.mark.parametrize(("words", "code"), [("", None), ("胃癌", "十六"), ("", " ")])
def test_what_says_nothing_is_undecided(scheme: Scheme, words: str, code: str | None) -> None:
    assert find_diseases(scheme, words, code, 60).undecided


def test_what_is_unconfirmed_is_told_in_words(scheme: Scheme) -> None:
    told = [what for what, _ in scheme.unconfirmed]
    assert "居民基本医保的起付线500.00元（医院级别是县级）" in told
    assert "大病保险的计算基数政策范围内费用减居民基本医保支付" in told
