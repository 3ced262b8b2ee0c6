"""Chapter “A layer”: what each key does, the periods, and what cannot stand together."""

from __future__ import annotations

from typing import Any

import pytest

from fuqi.scheme.claims import Line, Settled, Undecided
from fuqi.scheme.mechanisms.brackets import exact, parts
from fuqi.scheme.settle import settle
from tests.spec.book import EXAMPLE, benefits_of, claim, faults_of, layer, layer_text, missing, pay, pay_list, pays, refusal

STANDARD = ((30_000_00, 6000), (100_000_00, 6500), (None, 7500))


def test_brackets_are_marginal_and_measured_on_the_base() -> None:
    gave = parts(150_000_00, 12_000_00, STANDARD, "base")
    assert [bracket.part for bracket in gave] == [18_000_00, 70_000_00, 50_000_00]
    assert exact(gave) == 93_800_00 * 10_000


def test_brackets_may_be_measured_on_what_exceeds_the_deductible() -> None:
    gave = parts(150_000_00, 12_000_00, STANDARD, "deductible")
    assert [bracket.part for bracket in gave] == [30_000_00, 70_000_00, 38_000_00]


@pytest.mark.parametrize("base", [30_000_00, 30_000_01])
def test_bounds_are_right_inclusive(base: int) -> None:
    step = layer("base: in_scope\nbrackets: [{to: 30000元, rate: 0%}, {rate: 100%}]")
    assert pay(step, claim(total=base)) == base - 30_000_00


def test_the_example_of_the_standard() -> None:
    found = pays(
        benefits_of(EXAMPLE), claim(total=200_000_00, in_scope=150_000_00, hospital_level="county", groups=["registered_poor"])
    )
    basic = (150_000_00 - 400_00) * 80 // 100
    rest = 150_000_00 - basic
    critical = (30_000_00 - 6_000_00) * 60 // 100 + (rest - 30_000_00) * 65 // 100
    assert found["c1"] == {"basic": basic, "critical": critical, "backstop": rest - critical - 150_000_00 * 10 // 100}


def test_a_layer_whose_condition_is_false_pays_nothing_and_adds_nothing_to_its_year() -> None:
    text = "base: in_scope\nrate: 100%\nperiod: year\ndeductible: {amount: 100元}\nwhen: \"care = 'inpatient'\""
    claims = [claim("a", care="outpatient", total=90_00), claim("b", total=90_00), claim("c", total=90_00)]
    assert pay_list(layer(text), *claims) == [0, 0, 80_00]


def test_first_share_is_rounded_and_taken_off_the_base() -> None:
    text = "base: in_scope\nrate: 100%\nfirst_share: [{when: \"away = 'referred'\", value: 10%}]"
    assert pay(layer(text), claim(total=1_05, away="referred")) == 1_05 - 11
    assert pay(layer(text), claim(total=1_05, away="none")) == 1_05


@pytest.mark.parametrize("base", ["in_scope - 20000元", "in_scope - in_scope - 1元"])
def test_a_base_below_0_counts_as_0(base: str) -> None:
    assert pay(layer(f"base: {base}\nrate: 50%"), claim()) == 0


@pytest.mark.parametrize(
    ("period", "deductible_twice"),
    [("claim", True), ("stay", False), ("day", True), ("month", False), ("quarter", False), ("year", False)],
)
def test_the_period_is_that_of_discharge(period: str, deductible_twice: bool) -> None:
    text = f"base: in_scope\nrate: 100%\nperiod: {period}\ndeductible: {{amount: 10元}}"
    two = [
        claim("a", settled_at="2017-03-01", stay_id="s", total=30_00),
        claim("b", settled_at="2017-03-31", stay_id="s", total=30_00),
    ]
    assert pay_list(layer(text), *two) == [20_00, 20_00 if deductible_twice else 30_00]


@pytest.mark.parametrize(
    ("period", "days", "together"),
    [
        ("day", ("2017-03-31", "2017-03-31"), True),
        ("month", ("2017-03-31", "2017-04-01"), False),
        ("quarter", ("2017-03-31", "2017-04-01"), False),
        ("quarter", ("2017-04-01", "2017-06-30"), True),
        ("month", ("2016-03-31", "2017-03-31"), False),
        ("year", ("2016-12-31", "2017-01-01"), False),
    ],
)
def test_where_periods_end(period: str, days: tuple[str, str], together: bool) -> None:
    cap = layer(f"base: in_scope\nrate: 100%\ncap: {{amount: 10元, per: {period}}}")
    two = [claim("a", settled_at=days[0], total=10_00), claim("b", settled_at=days[1], total=10_00)]
    assert pay_list(cap, *two) == [10_00, 0 if together else 10_00]


def test_the_sums_of_a_stay_run_on_over_the_new_year() -> None:
    stay = layer("base: in_scope\nrate: 100%\nperiod: stay\ndeductible: {amount: 10元}\ncap: {amount: 15元, per: stay}")
    two = [
        claim("a", settled_at="2017-12-31", stay_id="s", total=12_00),
        claim("b", settled_at="2018-01-09", stay_id="s", total=20_00),
    ]
    assert pay_list(stay, *two) == [2_00, 13_00]


def test_a_years_total_does_not_depend_on_how_the_cost_was_split() -> None:
    year = "base: in_scope\nperiod: year\ndeductible: {amount: 12000元}\nfrom: base\n"
    year += "brackets: [{to: 30000元, rate: 60%}, {to: 100000元, rate: 65%}, {rate: 75%}]"
    split = [claim(f"c{number}", total=part) for number, part in enumerate((12_345_67, 50_000_01, 87_654_32))]
    assert sum(pay_list(layer(year), *split)) == pay(layer(year), claim(total=150_000_00)) == 93_800_00


def test_this_claims_parameters_hold_for_both_sums() -> None:
    text = "base: in_scope\nperiod: year\ndeductible: {amount: 10元}\n"
    text += "rate: [{when: \"'poor' in groups\", value: 80%}, {value: 50%}]"
    two = [claim("a", total=30_00, groups=[]), claim("b", total=30_00, groups=["poor"])]
    assert pay_list(layer(text), *two) == [10_00, 50_00 * 80 // 100 - 20_00 * 80 // 100]


ONCE = """
    base: in_scope
    rate: 100%
    deductible:
      once: highest
      amount:
        - {when: "hospital_level = 'township'", value: 100元}
        - {when: "hospital_level = 'city'", value: 800元}
        - {value: 400元}
"""


def test_one_deductible_a_year_at_the_highest_level() -> None:
    levels = ("township", "county", "city", "township")
    claims = [claim(f"c{number}", total=1000_00, hospital_level=level) for number, level in enumerate(levels)]
    assert pay_list(layer(ONCE), *claims) == [900_00, 1000_00 - 300_00, 1000_00 - 400_00, 1000_00]


def test_only_what_the_base_bore_counts_as_charged_even_if_a_cap_leaves_nothing() -> None:
    small = [claim("a", total=60_00, hospital_level="township"), claim("b", total=1000_00, hospital_level="county")]
    assert pay_list(layer(ONCE), *small) == [0, 1000_00 - 340_00]
    capped = layer(ONCE + "    cap: {amount: 0, per: claim}")
    results = settle(capped, small)
    assert [result.lines[0].trace.charged for result in results if isinstance(result, Settled)] == [60_00, 340_00]


@pytest.mark.parametrize(("base", "paid"), [(10_000_00, 0), (10_000_01, 1000_00), (30_000_00, 1000_00), (30_000_01, 2000_00)])
def test_a_lump_is_the_last_row_whose_bound_is_less_than_the_base(base: int, paid: int) -> None:
    text = "base: in_scope\nlump: [{above: 10000元, pay: 1000元}, {above: 30000元, pay: 2000元}]"
    assert pay(layer(text), claim(total=base)) == paid


def test_a_lump_of_a_longer_period_pays_the_difference() -> None:
    text = "base: in_scope\nperiod: year\nlump: [{above: 100元, pay: 10元}, {above: 300元, pay: 25元}]"
    claims = [claim(f"c{number}", total=part) for number, part in enumerate((90_00, 20_00, 5_00, 200_00))]
    assert pay_list(layer(text), *claims) == [0, 10_00, 0, 15_00]


def test_fill_brings_the_own_share_down_to_a_ratio() -> None:
    text = "base: in_scope\nfill: {of: in_scope, at_most: 10%}"
    assert pay(layer(text), claim(total=1005)) == 1005 - 101


def test_fill_of_a_longer_period_never_pays_more_than_the_claims_base() -> None:
    text = """
        layers:
          - {id: basic, base: in_scope, rate: [{when: "'poor' in groups", value: 50%}]}
          - {id: a, base: in_scope - paid.basic, period: year, when: referred, fill: {of: in_scope, at_most: 10%}}
    """
    year = benefits_of(text)
    claims = [
        claim("a", total=100_00, groups=["poor"], referred=True),
        claim("b", total=100_00, groups=["poor"], referred=False),
        claim("c", total=20_00, groups=["poor"], referred=True),
    ]
    assert pay_list(year, *claims) == [50_00 - 10_00, 0, 50_00 + 10_00 - 12_00 - 40_00]
    least = layer("base: in_scope - 95元\nperiod: year\nfill: {of: in_scope, at_most: 0%}")
    assert pay_list(least, claim("a", total=100_00), claim("b", total=96_00)) == [5_00, 1_00]


def test_at_least_is_a_floor_under_the_payment() -> None:
    text = "base: in_scope\nrate: 10%\nat_least: {of: total, rate: 45%}"
    assert pay(layer(text), claim(total=100_01)) == (100_01 * 45 + 50) // 100


@pytest.mark.parametrize(
    ("mechanism", "paid"),
    [
        ("rate: 50%", (33_33 * 50 * 80 + 5000) // 10_000),
        ("lump: [{above: 1元, pay: 10.01元}]", (10_01 * 80 + 50) // 100),
        ("rate: 10%\nat_least: {of: in_scope, rate: 50%}", (33_33 * 50 + 50) // 100),  # the floor is not scaled
    ],
)
def test_times_scales_before_the_one_rounding(mechanism: str, paid: int) -> None:
    text = f"base: in_scope\n{mechanism}\ntimes: [{{when: \"away = 'unregistered'\", factor: 80%}}]"
    assert pay(layer(text), claim(total=33_33, away="unregistered")) == paid


def test_times_over_a_longer_period_scales_both_sums() -> None:
    text = "base: in_scope\nperiod: year\nrate: 100%\ntimes: [{when: referred, factor: 50%}]"
    two = [claim("a", total=101, referred=False), claim("b", total=101, referred=True)]
    assert pay_list(layer(text), *two) == [101, 101 - 51]
    lump = "base: in_scope\nperiod: year\nlump: [{above: 1元, pay: 3元}, {above: 10元, pay: 9元}]\ntimes: [{factor: 50%}]"
    assert pay_list(layer(lump), claim("a", total=5_00), claim("b", total=6_00)) == [1_50, 4_50 - 1_50]


def test_a_cap_cuts_what_is_over() -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 100%, cap: {amount: 70元, per: year}}
          - {id: b, base: over.a, rate: 100%}
    """
    found = pays(benefits_of(text), claim("a", total=50_00), claim("b", total=50_00))
    assert found == {"a": {"a": 50_00, "b": 0}, "b": {"a": 20_00, "b": 30_00}}


def test_a_shared_cap_counts_what_all_layers_of_its_name_paid_together() -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: b, base: in_scope, rate: 40%, cap: {amount: 60元, per: year, shared: pot}}
          - {id: c, base: in_scope, rate: 10%, cap: {amount: none, per: year, shared: pot}}
    """
    found = pays(benefits_of(text), claim("a", total=100_00), claim("b", total=100_00))
    assert found == {"a": {"a": 40_00, "b": 20_00, "c": 10_00}, "b": {"a": 0, "b": 0, "c": 10_00}}


def test_layers_that_share_a_cap_agree_on_period_and_unit() -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: b, base: in_scope, rate: 40%, cap: {amount: 60元, per: claim, shared: pot}}
          - {id: c, base: in_scope, rate: 40%, who: household, cap: {amount: 60元, per: year, shared: pot}}
    """
    assert [(fault.code, fault.place.line) for fault in faults_of(text)] == [("shared_cap", 4), ("shared_cap", 5)]


def test_the_remainder_keeps_scope_bound_layers_within_scope_and_all_within_the_total() -> None:
    text = """
        layers:
          - {id: waiver, scope: total, base: total, rate: 30%}
          - {id: a, base: in_scope, rate: 80%}
          - {id: b, base: in_scope, rate: 80%}
          - {id: c, scope: total, base: total, rate: 100%}
    """
    one = claim(total=100_00, in_scope=60_00)
    found = settle(benefits_of(text), [one])[0]
    assert isinstance(found, Settled)
    assert [line.pay_fen for line in found.lines] == [30_00, 48_00, 12_00, 10_00]
    assert (found.self_pay_fen, found.in_scope_self_pay_fen) == (0, 0)
    assert found.lines[2].trace.cut_by_remainder == 36_00
    assert found.lines[2].trace.over == 0


def test_the_institution_bears_what_is_not_settled() -> None:
    found = settle(layer("base: in_scope\nrate: 50%"), [claim(total=100_00, settle_total=80_00, in_scope=60_00)])[0]
    assert isinstance(found, Settled)
    assert (found.lines[0].pay_fen, found.self_pay_fen, found.institution_adjustment_fen) == (30_00, 50_00, 20_00)


def lines(text: str, *claims: Any) -> list[Line]:
    results = settle(layer(text), claims)
    return [result.lines[0] for result in results if isinstance(result, Settled)]


def test_a_given_payment_is_taken_as_it_is() -> None:
    given = "mode: given\nbase: in_scope\nrate: 50%\ncap: {amount: 1元, per: claim}\n"
    given += "at_least: {of: total, rate: 90%}\nfirst_share: 10%"
    found = lines(given, claim(total=100_00, paid={"a": 33_00}))[0]
    assert (found.base_fen, found.pay_fen, found.trace.over) == (90_00, 33_00, 0)
    assert pay(layer("mode: given"), claim(paid={"a": 33_00})) == 33_00


def test_an_absent_given_payment_leaves_the_claim_undecided_unless_the_layer_does_not_apply() -> None:
    assert missing(layer("mode: given"), claim()) == ("paid_a",)
    assert missing(layer("mode: given"), claim(paid={"a": None})) == ("paid_a",)
    assert pay(layer("mode: given\nwhen: total < 1元"), claim(paid={"a": 33_00})) == 0


def test_a_given_payment_above_what_is_left_is_refused() -> None:
    text = """
        layers:
          - {id: basic, base: in_scope, rate: 50%}
          - {id: a, mode: given}
          - {id: b, mode: given, scope: total}
    """
    two = benefits_of(text)
    assert pays(two, claim(total=100_00, in_scope=60_00, paid={"a": 30_00, "b": 40_00}))["c1"] == {
        "basic": 30_00,
        "a": 30_00,
        "b": 40_00,
    }
    assert refusal(two, claim(total=100_00, in_scope=60_00, paid={"a": 30_01, "b": 0})) == {("paid_a", "given_too_high")}
    assert refusal(two, claim(total=100_00, in_scope=60_00, paid={"a": 30_00, "b": 40_01})) == {("paid_b", "given_too_high")}


def test_given_amounts_count_in_all_sums() -> None:
    text = """
        layers:
          - {id: a, mode: given, cap: {amount: none, per: year, shared: pot}}
          - {id: b, base: in_scope - paid.a, rate: 100%, cap: {amount: 50元, per: year, shared: pot}}
    """
    found = pays(benefits_of(text), claim("a", total=60_00, paid={"a": 30_00}), claim("b", total=60_00, paid={"a": 10_00}))
    assert found == {"a": {"a": 30_00, "b": 20_00}, "b": {"a": 10_00, "b": 0}}


def test_a_checked_payment_is_computed_too_and_a_difference_changes_nothing() -> None:
    found = lines("mode: checked\nbase: in_scope\nrate: 50%", claim("a", total=100_00, paid={"a": 45_00}))[0]
    assert (found.pay_fen, found.trace.result, found.difference_fen) == (45_00, 50_00, -5_00)
    assert lines("mode: checked\nbase: in_scope\nrate: 50%", claim(total=100_00, paid={"a": 50_00}))[0].difference_fen == 0


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("base: in_scope", "mechanism"),
        ("rate: 50%", "missing_key"),
        ("base: in_scope\nrate: 50%\nlump: [{above: 1元, pay: 1元}]", "mechanism"),
        ("base: in_scope\nlump: [{above: 1元, pay: 1元}]\ndeductible: {amount: 1元}", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\ndeductible: {amount: 1元}", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\nfrom: base", "mechanism"),
        ("base: in_scope\nlump: [{above: 1元, pay: 1元}]\nfrom: base", "mechanism"),
        ("base: in_scope\nrate: 50%\nfrom: base", "mechanism"),
        ("base: in_scope\nbrackets: [{rate: 50%}]\ndeductible: {amount: 1元}", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\ntimes: [{factor: 1%}]", "mechanism"),
        ("base: in_scope\nrate: 50%\nperiod: year\ndeductible: {amount: 1元, once: highest}", "mechanism"),
        ("base: in_scope\nrate: 50%\ndeductible: {amount: 1元, once: lowest}", "value"),
        ("base: in_scope\nrate: 50%\ndeductible: 400元", "form"),
        ("base: in_scope\nrate: 50%\nperiod: week", "value"),
        ("base: in_scope\nrate: 50%\nmode: guessed", "value"),
        ("base: in_scope\nrate: 50%\nwho: village", "value"),
        ("base: in_scope\nrate: 50%\nscope: all", "value"),
        ("base: in_scope\nrate: 50%\ncap: {amount: 1元}", "missing_key"),
        ("base: in_scope\nrate: 50%\ncap: {per: year}", "missing_key"),
        ("base: in_scope\nrate: 50%\ncap: {amount: 1元, per: week}", "value"),
        ("base: in_scope\nbrackets: [{to: 5元, rate: 50%}, {to: 5元, rate: 50%}, {rate: 0}]", "order"),
        ("base: in_scope\nbrackets: [{to: 5元, rate: 50%}, {to: 4元, rate: 50%}, {rate: 0}]", "order"),
        ("base: in_scope\nbrackets: [{to: 5, rate: 50%}, {rate: 0}]", "unit"),
        ("base: in_scope\nbrackets: [{to: total, rate: 50%}, {rate: 0}]", "unit"),
        ("base: in_scope\nbrackets: [{rate: 50%}, {rate: 0}]", "missing_key"),
        ("base: in_scope\nlump: [{above: 5元, pay: 1元}, {above: 5元, pay: 2元}]", "order"),
        ("base: in_scope\nlump: [{above: 5元, pay: 1}]", "unit"),
        ("base: in_scope\nat_least: {of: in_scope}\nrate: 50%", "missing_key"),
        ("base: in_scope\nrate: 50%\nrates: 50%", "unknown_key"),
        ("base: in_scope\nrate: 50%\nrate: 50%", "duplicate_key"),
        ("base: in_scope\nrate: 50%\nwhen: \"hospital_level = 'tertiary'\"", "value"),
        ("base: in_scope\nrate: 50%\nwhen: in_scope > 5000", "unit"),
        ("base: in_scope\nrate: 50%\nwhen: in_scope", "type"),
        ("base: in_scope\nrate: 50%\nwhen: \"'four_kinds' in disease_lists\"", "name"),
    ],
)
def test_what_cannot_stand_together_is_refused(keys: str, code: str) -> None:
    assert code in [fault.code for fault in faults_of(layer_text(keys))]


def test_unknown_facts_of_a_layer_that_does_not_apply_do_not_matter() -> None:
    text = "base: in_scope\nrate: [{when: age < 18, value: 5%}]\nwhen: \"care = 'outpatient'\""
    assert pay(layer(text), claim()) == 0
    assert isinstance(settle(layer(text), [claim(care="outpatient")])[0], Undecided)
