"""Chapters “Numbers” and “How a scheme writes amounts”."""

from __future__ import annotations

import pytest

from fuqi.basics.money import share
from tests.spec.book import benefits_of, claim, faults_of, layer, layer_text, missing, pay, pays


@pytest.mark.parametrize(("exact", "fen"), [(0, 0), (4999, 0), (5000, 1), (14999, 1), (15000, 2)])
def test_rounding_is_half_up(exact: int, fen: int) -> None:
    assert share(exact, 1) == fen


def test_a_layer_rounds_once() -> None:
    brackets = layer("base: in_scope\nbrackets: [{to: 0.01元, rate: 50%}, {rate: 50%}]")
    assert pay(brackets, claim(total=2)) == 1  # half a fen twice is one fen, not two


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("12000元", 12_000_00),
        ("87.50元", 87_50),
        ("87.5元", 87_50),
        ("1200000分", 1_200_000),
        ("0", 0),
        (r"max(200元, 600元 - 100元 * (admission_no - 1))", 600_00),
        (r"min(200元, 600元)", 200_00),
        ("100元 + 2 * 50元", 200_00),
        ("100元 - 300元", 0),
        ("none", 0),
    ],
)
def test_a_sum_carries_its_unit(amount: str, fen: int) -> None:
    deductible = layer(f"base: in_scope\nrate: 100%\ndeductible: {{amount: '{amount}'}}")
    assert pay(deductible, claim(total=20_000_00)) == 20_000_00 - fen


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("deductible: {amount: 400}", "unit"),
        ("deductible: {amount: 60%}", "type"),
        ("deductible: {amount: total * total}", "product"),
        ("deductible: {amount: total * 50%}", "product"),
        ("deductible: {amount: total / 2}", "division"),
        ("deductible: {amount: 400.5}", "number"),
        ("deductible: {amount: 400.555元}", "number"),
        ("deductible: {amount: '1,000元'}", "syntax"),
        ("deductible: {amount: 400元 + 5}", "unit"),
        ("deductible: {amount: 5元 +}", "syntax"),
        ("deductible: {amount: nothing}", "name"),
        ("deductible: {amount: '[{when: 1, value: 400元}]'}", "syntax"),
    ],
)
def test_what_is_no_sum_is_refused(key: str, code: str) -> None:
    assert [fault.code for fault in faults_of(layer_text(f"base: in_scope\nrate: 50%\n{key}"))] == [code]


@pytest.mark.parametrize("rate", ["70", "101%", "-1%", "0.7", "87.555%", "100元"])
def test_what_is_no_rate_between_0_and_100_percent_is_refused(rate: str) -> None:
    assert faults_of(layer_text(f"base: in_scope\nrate: {rate}"))


@pytest.mark.parametrize(
    ("rate", "basis_points"),
    [
        ("60%", 6000),
        ("87.5%", 8750),
        ("0", 0),
        ("60% * 2", 10_000),
        ("10% - 30%", 0),
        ("{value: 95%, add: [{points: 10%}]}", 10_000),
        ("{value: 60% * 2, add: [{points: -30%}]}", 9000),  # held only when all is added
        (
            "{value: 70%, add: [{points: 10%}, {when: total > 1元, points: 5%}, {when: total < 1元, points: 9%}]}",
            8500,
        ),
        ("{value: 70%, add: [{points: -20%}]}", 5000),
        ("{value: [{when: total < 1元, value: 10%}], add: [{points: 5%}]}", 500),
        ("[{when: total < 1元, value: 10%}]", 0),
        ("[{when: total > 1元, value: 10%}, {value: 20%}]", 1000),
    ],
)
def test_what_value_expression_and_points_give_is_held_within_0_and_100_percent(rate: str, basis_points: int) -> None:
    assert pay(layer(f"base: in_scope\nrate: {rate}"), claim(total=10_000)) == basis_points


def test_points_are_added_to_every_bracket() -> None:
    text = "base: in_scope\nbrackets: {value: [{to: 100元, rate: 50%}, {rate: 95%}], add: [{when: total > 1元, points: 10%}]}"
    assert pay(layer(text), claim(total=200_00)) == 100_00 * 60 // 100 + 100_00


def test_points_have_the_kind_of_their_value() -> None:
    text = "base: in_scope\nrate: 100%\ndeductible: {amount: {value: 400元, add: [{points: -150元}]}}"
    assert pay(layer(text), claim(total=1000_00)) == 1000_00 - 250_00
    assert [fault.code for fault in faults_of(layer_text(text.replace("-150元", "10%")))] == ["type"]


def test_brackets_may_differ_by_condition() -> None:
    text = """
        base: in_scope
        brackets:
          - {when: "'poor' in groups", value: [{to: 100元, rate: 80%}, {rate: 90%}]}
          - {value: [{rate: 50%}]}
    """
    assert pay(layer(text), claim(total=200_00, groups=["poor"])) == 80_00 + 90_00
    assert pay(layer(text), claim(total=200_00, groups=[])) == 100_00


DATED = """
    base: in_scope
    rate: 100%
    deductible:
      amount:
        - {from: 2016-01-01, value: 500元}
        - {from: 2017-01-01, when: "'poor' in groups", value: 100元}
        - {from: 2017-01-01, value: 650元}
"""


@pytest.mark.parametrize(
    ("day", "groups", "deductible"),
    [("2016-12-31", ["poor"], 500_00), ("2017-01-01", ["poor"], 100_00), ("2030-01-01", [], 650_00)],
)
def test_the_version_in_force_on_discharge_holds(day: str, groups: list[str], deductible: int) -> None:
    assert pay(layer(DATED), claim(discharged=day, groups=groups)) == 10_000_00 - deductible


def test_before_the_first_version_nothing_is_decided() -> None:
    assert missing(layer(DATED), claim(discharged="2015-12-31", groups=[])) == ("from",)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("[{from: 2016-01-01, value: 5元}, {value: 6元}]", "dates"),
        ("[{from: 2016-01-01, value: 5元}, {from: 2016-01-01, value: 6元}]", "same_row"),
        ("[{when: total > 1元, value: 5元}, {when: total  >  100分, value: 6元}]", "same_row"),
        ("[{from: 2016-02-30, value: 5元}]", "date"),
        ("[{when: total > 1, value: 5元}]", "unit"),
        ("[{value: 5元, wen: total > 1元}]", "unknown_key"),
        ("[{when: total > 1元}]", "missing_key"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows: str, code: str) -> None:
    found = faults_of(layer_text(f"base: in_scope\nrate: 50%\ndeductible: {{amount: {rows}}}"))
    assert [fault.code for fault in found] == [code]
    assert found[0].place.line == 5


def rated(rows: str) -> str:
    return f"base: in_scope\nrate: {rows}"


@pytest.mark.parametrize(
    ("rows", "basis_points"),
    [
        ("[{when: age < 18, value: 50%}, {value: 50%}]", 5000),
        ("[{when: age < 18, value: 0%}]", 0),  # no row and 0 are the same for a rate
        ("[{when: total > 1元, value: 60%}, {when: age < 18, value: 50%}]", 6000),  # rows after the deciding one are skipped
        ("[{when: age < 18 and total < 1元, value: 50%}, {value: 60%}]", 6000),  # unknown and false is false
        ("[{when: age < 18 or total > 1元, value: 50%}, {value: 60%}]", 5000),  # unknown or true is true
        ("{value: 60%, add: [{when: age < 18, points: 0%}]}", 6000),
    ],
)
def test_an_unknown_condition_that_changes_nothing_decides(rows: str, basis_points: int) -> None:
    assert pay(layer(rated(rows)), claim(total=10_000)) == basis_points


@pytest.mark.parametrize(
    "rows",
    [
        "[{when: age < 18, value: 50%}, {value: 60%}]",
        "[{when: age < 18, value: 50%}]",
        "[{when: not age < 18, value: 50%}]",
        "{value: 60%, add: [{when: age < 18, points: 1%}]}",
    ],
)
def test_an_unknown_condition_that_could_change_the_value_leaves_the_claim_undecided(rows: str) -> None:
    assert missing(layer(rated(rows)), claim()) == ("birth_on",)


def test_no_row_of_a_cap_is_no_cap_and_not_the_same_as_0() -> None:
    text = "base: in_scope\nrate: 100%\ncap: {per: claim, amount: [{when: age < 18, value: 0}]}"
    assert missing(layer(text), claim()) == ("birth_on",)
    assert pay(layer(text), claim(birth_on="1950-01-01")) == 10_000_00


def test_a_layer_that_applies_reads_all_its_keys_whatever_the_base() -> None:
    text = "base: 0\nrate: 50%\ncap: {per: claim, amount: [{when: sex = 'male', value: 5元}]}"
    assert missing(layer(text), claim()) == ("sex",)


def test_all_missing_facts_are_named() -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: [{when: age < 18, value: 50%}], deductible: {amount: [{when: referred, value: 5元}]}}
          - {id: b, base: in_scope - paid.a, when: "sex = 'male'", rate: 10%}
          - {id: c, base: in_scope - paid.b, when: paid.b > 0, rate: 10%}
    """
    assert missing(benefits_of(text), claim()) == ("birth_on", "referred", "sex")


def test_conditions_read_what_earlier_layers_paid_and_cut_off() -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 100%, cap: {amount: 60元, per: claim}}
          - {id: b, base: over.a, when: paid.a >= 60元 and over.a > 30元, rate: 50%}
          - {id: c, base: in_scope, when: ytd_paid.c < 10元, rate: 10%}
    """
    found = pays(benefits_of(text), claim("c1", total=100_00), claim("c2", total=100_00))
    assert found == {"c1": {"a": 60_00, "b": 20_00, "c": 10_00}, "c2": {"a": 60_00, "b": 20_00, "c": 0}}


@pytest.mark.parametrize("base", ["in_scope - paid.a", "in_scope - paid.b", "over.b", "in_scope - paid.x"])
def test_a_layer_reads_earlier_layers_only(base: str) -> None:
    text = f"layers:\n  - {{id: a, base: {base}, rate: 10%}}\n  - {{id: b, base: in_scope, rate: 10%}}\n"
    assert [(fault.code, fault.place.line) for fault in faults_of(text)] == [("name", 2)]
