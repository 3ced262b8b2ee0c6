"""Sentences about a payment: from the trace only, each number with where it comes from."""

from __future__ import annotations

from dataclasses import replace

from fuqi.scheme.claims import Settled
from fuqi.scheme.explain import sentences
from fuqi.scheme.settle import settle
from fuqi.scheme.wording import in_words
from tests.spec.book import EXAMPLE, benefits_of, claim, layer


def told(text: str, **columns: object) -> str:
    benefits = layer(text)
    result = settle(benefits, [claim(**columns)])[-1]  # type: ignore[arg-type]
    assert isinstance(result, Settled)
    return "\n".join(sentences(result, benefits))


def test_the_example_is_told_layer_by_layer_and_adds_up() -> None:
    benefits = replace(benefits_of(EXAMPLE), words={"registered_poor": "建档立卡贫困人口"})
    result = settle(
        benefits, [claim(total=200_000_00, in_scope=150_000_00, hospital_level="county", groups=["registered_poor"])]
    )[0]
    assert isinstance(result, Settled)
    bill, basic, critical, backstop, total = sentences(result, benefits)
    assert "总费用200000.00元，其中政策范围内150000.00元" in bill
    assert "起付线400.00元" in basic
    assert "按80%" in basic
    assert "按80%（其中因属于建档立卡贫困人口提高10个百分点）" in basic
    assert "支付119680.00元。依据：《甲》“一”" in basic
    assert "政策范围内费用减居民基本医保支付" in critical
    assert "在0.00元至30000.00元一段的24000.00元按60%" in critical
    assert "150000.00元的10%以内" in backstop
    assert "个人负担65000.00 = 总费用200000.00元" in total


def test_a_layer_that_does_not_apply_says_why() -> None:
    assert "不符合享受条件（就诊类别是门诊，且年龄小于18），不支付" in told(
        "name: 门诊\nbase: in_scope\nrate: 50%\nwhen: \"care = 'outpatient' and age < 18\"", birth_on="1990-01-01"
    )


def test_unconfirmed_numbers_are_marked_where_they_stand() -> None:
    text = told("base: in_scope\nrate: {value: 50%, confidence: unconfirmed}\ndeductible: {amount: 100元}")
    assert "起付线100.00元。" in text
    assert "按50%（尚未核实）" in text
    assert "标有“尚未核实”的数字" in text
    assert "尚未核实" not in told("base: in_scope\nrate: 50%")


def test_what_bit_is_told() -> None:
    assert "每年封顶30.00元，截去70.00元" in told("base: in_scope\nrate: 100%\ncap: {amount: 30元, per: year}", total=100_00)
    assert "保底" in told("base: in_scope\nrate: 1%\nat_least: {of: total, rate: 30%}")
    assert "先由个人负担10%，余90.00元" in told("base: in_scope\nrate: 50%\nfirst_share: 10%", total=100_00)
    assert "再乘80%" in told("base: in_scope\nrate: 50%\ntimes: [{factor: 80%}]")
    assert "不能超过还没有支付的费用，减去50.00元" in told("base: total\nrate: 100%", total=100_00, in_scope=50_00)
    assert "按档定额5.00元" in told("base: in_scope\nlump: [{above: 0, pay: 5元}]")
    assert "一年只扣一次" in told("base: in_scope\nrate: 50%\ndeductible: {amount: 100元, once: highest}")
    assert "由经办系统结算，支付5.00元" in told("mode: given", paid={"a": 5_00})
    assert "与计算的50.00元相差45.00元" in told("mode: checked\nbase: in_scope\nrate: 50%", total=100_00, paid={"a": 5_00})
    assert "医疗机构承担20.00" in told("base: in_scope\nrate: 50%", total=100_00, in_scope=50_00, settle_total=80_00)


def test_a_longer_period_tells_what_came_before() -> None:
    benefits = layer("base: in_scope\nrate: 100%\nperiod: year\ndeductible: {amount: 100元}")
    results = settle(benefits, [claim("a", total=80_00), claim("b", total=80_00)])
    assert isinstance(results[1], Settled)
    text = "\n".join(sentences(results[1], benefits))
    assert "今年此前累计80.00元，连同这次160.00元" in text
    assert "今年累计的起付线100.00元，这次扣20.00元" in text


def test_a_dated_number_tells_since_when_it_holds() -> None:
    dated = "base: in_scope\nrate: 50%\ndeductible: {amount: [{from: 2016-01-01, value: 5元}, {from: 2017-01-01, value: 6元}]}"
    assert "起付线6.00元（2017-01-01起执行）" in told(dated)


def test_a_provisional_result_says_so() -> None:
    benefits = layer("base: in_scope\nrate: 50%\nwhen: insured")
    results = settle(benefits, [claim("a"), claim("b", insured=True)])
    assert isinstance(results[1], Settled)
    assert results[1].provisional
    assert "暂时的" in sentences(results[1], benefits)[-1]


def test_many_groups_and_many_payers_are_told_shortly() -> None:
    words = {"a": "低保对象", "b": "特困人员", "x": "甲", "y": "乙"}
    assert in_words("'a' in groups or 'b' in groups", words) == "属于低保对象或特困人员"
    assert in_words("in_scope - paid.x - paid.y", words) == "政策范围内费用减去甲、乙已支付的部分"
    assert in_words("in_scope - paid.x", words) == "政策范围内费用减甲支付"
    assert in_words("'a' in groups or age < 6", words) == "属于低保对象，或年龄小于6"


def test_a_kind_of_care_that_the_scheme_adds_has_a_name() -> None:
    benefits = benefits_of("care: [{id: day_surgery, name: 日间手术}]\nlayers: [{id: a, base: in_scope, rate: 50%}]")
    result = settle(benefits, [claim(care="day_surgery")])[0]
    assert isinstance(result, Settled)
    assert sentences(result, benefits)[0].startswith("这次日间手术")
