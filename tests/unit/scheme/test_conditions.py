"""The grammar of conditions: what is read, in which order, with three truth values, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from fuqi.scheme.conditions import parse, parse_expression
from fuqi.scheme.errors import ConditionError
from fuqi.scheme.names import CLAIM, COUNTING_TABLES, NameInfo, Names, layer_names

FLAGS = Names("表", {name: NameInfo(name, "flag", name) for name in ("a", "b", "c")})
NAMES = layer_names(CLAIM, "later", ("basic",), ("basic", "later"))
T, F, U = True, False, None


def truth(text: str, **values: object) -> bool | None:
    return parse(text, NAMES).evaluate(values)


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_truth_is_three_valued(a: bool | None, b: bool | None, both: bool | None, either: bool | None) -> None:
    values = {"a": a, "b": b}
    assert parse("a and b", FLAGS).evaluate(values) is both
    assert parse("a or b", FLAGS).evaluate(values) is either
    assert parse("not a", FLAGS).evaluate(values) is (None if a is None else not a)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a or not b and c", "(not a) or ((not b) and c)"),
        ("a AND NOT b OR c", "(a and (not b)) or c"),
        ("not not a", "not (not a)"),
    ],
)
def test_not_binds_before_and_before_or(text: str, same: str) -> None:
    for bits in range(27):
        values = {name: (T, F, U)[bits // 3**place % 3] for place, name in enumerate("abc")}
        assert parse(text, FLAGS).evaluate(values) is parse(same, FLAGS).evaluate(values)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("in_scope > 5000元", {"in_scope": 5000_01}, True),
        ("in_scope > 5000元", {"in_scope": 5000_00}, False),
        ("in_scope >= 500000分", {"in_scope": 5000_00}, True),
        ("in_scope - paid.basic * 2 <= 1元", {"in_scope": 500, "paid.basic": 200}, True),
        ("in_scope > 0", {"in_scope": 1}, True),
        ("in_scope > 0", {}, None),
        ("'poor' in groups", {"groups": frozenset({"poor"})}, True),
        ("'poor' not in groups", {"groups": frozenset({"poor"})}, False),
        ("'poor' in groups", {"groups": frozenset()}, False),
        ("'poor' in groups", {"groups": None}, None),
        ("care in ('inpatient', 'outpatient')", {"care": "outpatient"}, True),
        ("care not in ('inpatient')", {"care": "outpatient"}, True),
        ("care in ('inpatient')", {}, None),
        ("month in (1, 2, 12)", {"month": 12}, True),
        ("'2024-07-01' in (admitted, discharged)", {"admitted": date(2024, 6, 1), "discharged": date(2024, 7, 1)}, True),
        ("'2024-07-01' in (admitted, discharged)", {"admitted": date(2024, 6, 1), "discharged": date(2024, 7, 2)}, False),
        ("1 in (in_county, referred)", {"in_county": False, "referred": True}, True),
        ("discharged >= '2024-07-01'", {"discharged": date(2024, 7, 1)}, True),
        ("admitted = discharged", {"admitted": date(2024, 7, 1), "discharged": date(2024, 7, 1)}, True),
        ("'2024-07-01' > settled_at", {"settled_at": date(2024, 6, 30)}, True),
        ("in_county", {"in_county": True}, True),
        ("in_county = 1", {"in_county": True}, True),
        ("in_county = 0", {"in_county": True}, False),
        ("in_county <> false", {"in_county": True}, True),
        ("not referred", {"referred": False}, True),
        ("icd10 >= 'C15' and icd10 < 'C27'", {"icd10": "C16.9"}, True),
        ("sex = 'it''s'", {"sex": "it's"}, True),
        (r"max(in_scope, 3元) = 3元", {"in_scope": 1}, True),
        ("hospital_grade >= 2", {"hospital_grade": 3}, True),
        ("true", {}, True),
    ],
)
def test_what_conditions_say(text: str, values: dict[str, object], expected: bool | None) -> None:
    assert truth(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("hospital_level = 'tertiary'", "value", 17),
        ("hospital_level in ('county', 'tertiary')", "value", 29),
        ("'tertiary' = hospital_level", "value", 0),
        ("hospital_grade = 4", "value", 17),
        ("in_scope > 5000", "unit", 0),
        ("in_scope > 60%", "type", 0),
        ("in_scope > 'much'", "type", 0),
        ("in_scop > 5元", "name", 0),
        ("age > 18元", "unit", 0),
        ("groups = 'poor'", "type", 0),
        ("'poor' in sex", "type", 10),
        ("5元 in groups", "type", 0),
        ("care < 'inpatient'", "type", 0),
        ("in_county > 0", "type", 0),
        ("discharged > '2024-02-30'", "date", 13),
        ("discharged > '2024'", "date", 13),
        ("discharged > 5", "type", 0),
        ("paid.later > 0", "name", 0),
        ("over.unknown > 0", "name", 0),
        ("ytd_paid.unknown > 0", "name", 0),
        ("in_scope", "type", 0),
        ("sex", "type", 0),
        ("in_scope and in_county", "type", 0),
        ("not in_scope", "type", 4),
        ("in_scope / 2 > 0", "division", 0),
        ("total > 50000元 alias", "syntax", 15),
        ("total == 3元", "syntax", 7),
        ("total != 3元", "syntax", 6),
        ("1元 < total < 5元", "syntax", 11),
        ("total > ", "syntax", 7),
        ("total > 3元)", "syntax", 10),
        ("total between 1元 and 2元", "syntax", 6),
        ("groups is null", "syntax", 7),
        ('sex = "male"', "syntax", 6),
        ("", "syntax", 0),
        ("total > 1.5", "number", 8),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: str, code: str, at: int) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(text, NAMES)
    assert [(fault.code, fault.at) for fault in refused.value.text_faults] == [(code, at)]


def test_all_that_is_wrong_is_told_together() -> None:
    with pytest.raises(ConditionError) as refused:
        parse("in_scop > 5元 and total > 5 or hospital_level = 'x'", NAMES)
    assert [fault.code for fault in refused.value.text_faults] == ["name", "unit", "value"]
    assert "in_scope" in refused.value.text_faults[0].message  # what was probably meant


def test_a_word_that_begins_like_a_sign_is_a_name() -> None:
    names = Names("表", {name: NameInfo(name, "flag", name) for name in ("order", "android", "nothing", "inner", "truely")})
    assert parse("order and android or nothing and not inner and truely", names).names == set(names.exact)


def test_names_and_unknown_names() -> None:
    condition = parse("age < 18 and (referred or insured)", NAMES)
    assert condition.names == {"age", "referred", "insured"}
    assert condition.unknown({"referred": True}) == {"age"}
    assert condition.unknown({"age": 20}) == set()
    assert condition.unknown({"age": 10, "referred": False}) == {"insured"}


def test_whatever_is_deeply_nested_is_refused_or_read_but_never_a_crash() -> None:
    deep = "(" * 1500 + "in_county" + ")" * 1500
    assert parse(deep, NAMES).names == {"in_county"}
    for times in (100, 900, 2000):
        with pytest.raises(ConditionError):
            parse("not " * times + "in_county", NAMES)
        with pytest.raises(ConditionError):
            parse_expression("0 + " * times + "1元", NAMES, "money")


def test_definitions_stand_for_their_conditions() -> None:
    known = parse("a and not b", FLAGS)
    assert parse("known or c", FLAGS, {"known": known.node}).evaluate({"a": True, "b": False, "c": None}) is True


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1元 + 2元 * 3", "money", 700),
        (r"(1元 + 2元) * 3", "money", 900),
        ("10元 - 2元 - 3元", "money", 500),
        ("-2元 + 5元", "money", 300),
        ("3 * 10%", "rate", 3000),
        (r"max(1元, 2元, 0)", "money", 200),
        ("（1元 + 2元） * 3", "money", 900),  # brackets of a Chinese keyboard
        ("max（1元，2元，0）", "money", 200),
        ("min(5%, 7.25%)", "rate", 500),
        ("0", "rate", 0),
    ],
)
def test_expressions(text: str, kind: str, value: int) -> None:
    assert parse_expression(text, NAMES, kind).evaluate({}) == value


@pytest.mark.parametrize(
    "text", ["1元 * 1元", "1元 * 10%", "10% * 10%", "1元 + 10%", "'a' + 1元", "max(1元, 10%)", "max(1元, 5)", "-'a'"]
)
def test_expressions_that_hide_a_rounding_or_mix_kinds_are_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_expression(text, NAMES, "money")


def test_every_counting_table_tells_kind_and_meaning_of_each_name() -> None:
    assert set(COUNTING_TABLES) == {"person", "household", "claim", "payment", "agreement", "survey"}
    for table in COUNTING_TABLES.values():
        for info in table.exact.values():
            assert info.meaning
            assert info.kind in ("money", "number", "text", "date", "flag", "set")
            assert (info.unit == "元") == (info.kind == "money")
