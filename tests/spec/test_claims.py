"""Chapter “A claim”: derived names, units, order, stays, opening rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fuqi.scheme.claims import Opening, Settled
from fuqi.scheme.settle import settle
from tests.spec.book import benefits_of, claim, faults_of, layer, layer_text, missing, pay, pay_list, pays, refusal

ALL = "base: in_scope\nrate: 100%"


def holds(condition: str, **columns: Any) -> bool:
    """Return whether a condition holds for a claim: a layer with it pays everything."""
    return pay(layer(f'{ALL}\nwhen: "{condition}"'), claim(**columns)) > 0


@pytest.mark.parametrize(
    ("columns", "age"),
    [
        ({"birth_on": "2000-03-01", "admitted": "2018-03-01", "discharged": "2018-03-20"}, 18),
        ({"birth_on": "2000-03-02", "admitted": "2018-03-01", "discharged": "2018-03-20"}, 17),
        ({"birth_on": "2000-03-02", "discharged": "2018-03-02"}, 18),
        ({"birth_on": "2000-02-29", "admitted": "2018-02-28", "discharged": "2018-03-02"}, 17),
        ({"birth_on": "2000-02-29", "admitted": "2018-03-01", "discharged": "2018-03-02"}, 18),
        ({"birth_on": "2000-02-29", "admitted": "2020-02-29", "discharged": "2020-03-02"}, 20),
    ],
)
def test_age_is_completed_years_on_admission_or_else_on_discharge(columns: dict[str, str], age: int) -> None:
    assert holds(f"age = {age}", **columns)


@pytest.mark.parametrize(("admitted", "days"), [("2017-03-01", 1), ("2017-02-28", 1), ("2017-02-01", 28)])
def test_bed_days_are_at_least_one(admitted: str, days: int) -> None:
    assert holds(f"bed_days = {days} and month = 3 and year = 2017", admitted=admitted, discharged="2017-03-01")


def test_own_is_the_persons_share_of_a_fee_at_that_point() -> None:
    text = """
        layers:
          - {id: waiver_first, scope: total, base: own.register, rate: 0}
          - {id: basic, base: in_scope, rate: 60%}
          - {id: waiver, scope: total, base: own.register, rate: 100%}
    """
    found = pays(benefits_of(text), claim(total=100_00, in_scope=90_00, fees={"register": 10_05}))["c1"]
    assert found["waiver"] == 10_05 - (10_05 * 54_00 * 2 + 100_00) // (2 * 100_00)
    assert missing(benefits_of(text), claim(fees={"register": None})) == ("fee_register",)
    assert missing(benefits_of(text), claim()) == ("fee_register",)
    assert pays(benefits_of(text), claim(total=0, fees={"register": 0}))["c1"]["waiver"] == 0


def test_amounts_of_other_kinds_may_be_a_base() -> None:
    special = layer("base: amount_special_drug\nrate: 50%")
    assert pay(special, claim(amounts={"special_drug": 300_00})) == 150_00
    assert missing(special, claim()) == ("amount_special_drug",)


def numbers(*claims: Any) -> list[int]:
    """Return the admission number that each claim carries, in the order of settlement."""
    counting = layer("base: admission_no * 1分\nrate: 100%")
    return pay_list(counting, *claims)


def test_admissions_are_numbered_within_a_persons_year() -> None:
    assert numbers(
        claim("a", settled_at="2017-01-01", care="outpatient"),
        claim("b", settled_at="2017-01-02"),
        claim("c", settled_at="2017-01-03", care="outpatient"),
        claim("d", settled_at="2017-01-04"),
        claim("e", settled_at="2018-01-04"),
        claim("f", settled_at="2018-01-05", person_id="p2", care="outpatient"),
    ) == [0, 1, 1, 2, 1, 0]


def test_claims_of_one_stay_keep_its_number() -> None:
    assert numbers(
        claim("a", settled_at="2017-01-01", stay_id="s"),
        claim("b", settled_at="2017-01-02"),
        claim("c", settled_at="2017-01-03", stay_id="s"),
        claim("d", settled_at="2017-01-04", stay_id="s", care="outpatient"),
        claim("e", settled_at="2017-01-05", care="outpatient"),
    ) == [1, 2, 1, 1, 2]


def test_a_stay_over_the_new_year_is_an_admission_of_both_years() -> None:
    assert numbers(
        claim("a", settled_at="2017-12-01"),
        claim("b", settled_at="2017-12-31", stay_id="s"),
        claim("c", settled_at="2018-01-05", stay_id="s"),
        claim("d", settled_at="2018-02-05"),
    ) == [1, 2, 1, 2]


def test_undecided_claims_count_as_admissions() -> None:
    counting = layer("base: admission_no * 1分\nrate: [{when: \"sex = 'male'\", value: 100%}, {value: 99%}]")
    results = settle(counting, [claim("a", settled_at="2017-01-01"), claim("b", settled_at="2017-01-02", sex="male")])
    assert isinstance(results[1], Settled)
    assert results[1].lines[0].base_fen == 2


def test_an_unknown_kind_of_care_leaves_later_numbers_open() -> None:
    counting = layer("base: admission_no * 1分\nrate: 100%")
    assert missing(counting, claim("a", care=None)) == ("care",)
    assert missing(counting, claim("a", care=None), claim("b", settled_at="2017-03-02")) == ("admission_no",)


def test_claims_are_settled_by_day_and_then_by_id_as_text() -> None:
    first = layer("base: in_scope\nrate: 100%\ncap: {amount: 1元, per: year}")
    results = settle(first, [claim("c9"), claim("c10"), claim("a", settled_at="2017-03-02")])
    assert [result.claim.claim_id for result in results] == ["c10", "c9", "a"]
    assert [result.lines[0].pay_fen for result in results if isinstance(result, Settled)] == [100, 0, 0]


def test_the_benefit_year_is_that_of_discharge_or_of_settlement() -> None:
    cap = "base: in_scope\nrate: 100%\ncap: {amount: 10元, per: year}"
    late = [
        claim("a", discharged="2017-12-30", settled_at="2018-01-02", total=8_00),
        claim("b", discharged="2018-01-30", settled_at="2018-02-02", total=8_00),
    ]
    assert pay_list(layer(cap), *late) == [8_00, 8_00]
    assert pay_list(layer(cap, more="year_of: settled_at"), *late) == [8_00, 2_00]


@pytest.mark.parametrize(
    ("who", "third"),
    [("person", 10_00), ("household", 0)],
)
def test_sums_are_kept_per_person_or_per_household_of_the_row(who: str, third: int) -> None:
    cap = layer(f"base: in_scope\nrate: 100%\nwho: {who}\ncap: {{amount: 10元, per: year}}")
    claims = [claim("a", household_id="h", total=10_00), claim("b", person_id="p2", household_id="h", total=10_00)]
    assert pay_list(cap, *claims) == [10_00, third]


def test_a_person_without_household_is_one() -> None:
    cap = layer("base: in_scope\nrate: 100%\nwho: household\ncap: {amount: 10元, per: year}")
    assert pay_list(cap, claim("a", total=10_00), claim("b", person_id="p2", total=10_00)) == [10_00, 10_00]


def test_year_to_date_sums_are_those_of_earlier_claims_of_the_layers_own_unit() -> None:
    text = """
        layers:
          - {id: mine, base: in_scope, rate: 50%}
          - {id: ours, base: in_scope - paid.mine, rate: 50%, who: household}
          - {id: shown, scope: total, base: ytd_paid.mine + ytd_paid.ours + ytd_paid.shown, rate: 0}
          - {id: left, scope: total, base: ytd_own_in_scope, rate: 0, who: household}
    """
    claims = [
        claim("a", household_id="h", total=40_00),
        claim("b", household_id="h", total=80_00),
        claim("c", household_id="h", person_id="p2", total=4_00),
    ]
    lines = {
        result.claim.claim_id: {line.layer: line.base_fen for line in result.lines}
        for result in settle(benefits_of(text), claims)
        if isinstance(result, Settled)
    }
    assert lines["b"]["shown"] == 20_00 + 10_00
    assert lines["c"]["shown"] == 0 + 10_00 + 20_00
    assert lines["c"]["left"] == 10_00 + 20_00


def test_opening_rows_stand_before_the_first_claim() -> None:
    cap = layer("base: in_scope\nrate: 100%\ncap: {amount: 10元, per: year}")
    opening = [Opening(unit="p1", layer="a", year=2017, paid_fen=7_00)]
    found = pays(cap, claim("a", total=8_00), claim("b", total=8_00, discharged="2018-01-01"), opening=opening)
    assert found == {"a": {"a": 3_00}, "b": {"a": 8_00}}
    year = layer("base: in_scope\nrate: 100%\nperiod: year\ndeductible: {amount: 10元}")
    opening = [Opening(unit="p1", layer="a", year=2017, base_fen=7_00)]
    assert pays(year, claim("a", total=8_00), opening=opening) == {"a": {"a": 5_00}}


def test_a_list_of_kinds_of_care_may_be_lengthened() -> None:
    more = layer(f"{ALL}\nwhen: \"care = 'day_surgery'\"", more="care: [day_surgery]")
    assert pay(more, claim(care="day_surgery")) == 10_000_00
    assert [fault.code for fault in faults_of(layer_text(f"{ALL}\nwhen: \"care = 'day_surgery'\""))] == ["value"]


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"admitted": "2017-03-02"}, ("admitted", "admitted_after_discharged")),
        ({"total": 10, "in_scope": 11}, ("in_scope", "in_scope_above_total")),
        ({"total": 10, "in_scope": 9, "settle_total": 8}, ("in_scope", "in_scope_above_total")),
        ({"total": 10, "amounts": {"over_price": 11}}, ("amount_over_price", "amount_above_total")),
        ({"total": 10, "fees": {"bed": 11}}, ("fee_bed", "fees_above_total")),
        ({"total": 10, "fees": {"bed": 6, "drug": 5}}, ("fee_*", "fees_above_total")),
        ({"total": 10**9 + 1}, ("total", "too_large")),
        ({"hospital_level": "tertiary"}, ("hospital_level", "unknown_hospital_level")),
        ({"care": "day_surgery"}, ("care", "unknown_care")),
        ({"away": "far"}, ("away", "unknown_away")),
        ({"hospital_grade": 4}, ("hospital_grade", "hospital_grade")),
        ({"person_id": "=p"}, ("person_id", "formula_lead")),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused(columns: dict[str, Any], refused: tuple[str, str]) -> None:
    assert refusal(layer(ALL), claim(**columns)) == {refused}


def test_ten_million_yuan_are_let_in_and_a_hundred_million_a_year_are_not() -> None:
    assert pay(layer(ALL), claim(total=10**9)) == 10**9
    ten = [claim(f"c{number}", total=10**9) for number in range(10)]
    assert len(pays(layer(ALL), *ten)) == 10
    assert refusal(layer(ALL), *ten, claim("d", total=1)) == {("total", "unit_year_too_large")}
    others = [claim(f"d{number}", total=10**9, person_id=f"q{number % 2}", household_id="h") for number in range(11)]
    results = settle(layer(ALL), [*others, claim("x", discharged="2018-01-01", total=1, person_id="q1")])
    assert [type(result).__name__ for result in results] == ["Refused"] * 11 + ["Settled"]


def test_a_birthday_after_discharge_is_refused() -> None:
    assert refusal(layer(ALL), claim(birth_on="2017-03-02")) == {("birth_on", "born_after_discharged")}


def test_disease_lists_follow_from_the_code_where_a_scheme_has_them() -> None:
    assert [fault.code for fault in faults_of(layer_text(f"{ALL}\nwhen: \"'four_kinds' in disease_lists\""))] == ["name"]


def test_dates_are_compared_in_iso_form() -> None:
    assert holds("discharged >= '2017-03-01' and admitted < discharged", admitted=date(2017, 2, 1))
    assert [fault.code for fault in faults_of(layer_text(f"{ALL}\nwhen: \"discharged > '2017-3-1'\""))] == ["date"]
