"""不能决定和退回

缺少事实的费用单不能决定；自相矛盾的费用单退回。两种都一分不付，也不进任何累计，同一人后面的费用单照常结算，但标明是暂时的。
"""

from __future__ import annotations

from typing import Any

from fuqi.scheme.claims import Refused, Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim, layer
from tests.spec.page import bill, example, shown

CHAPTER = 50

CAP = """
    base: in_scope
    rate: [{when: age < 18, value: 100%}, {value: 80%}]
    cap: {amount: 100元, per: year}
    """


def test_an_undecided_bill_adds_nothing_and_later_ones_are_provisional() -> None:
    """不能决定的费用单不进累计，后面的照常结算，标明暂时；补上事实以后从头再算。"""
    example(
        CAP,
        bill(total=100_00, birth_on=None).misses("birth_on"),
        bill(total=100_00, birth_on="1960-01-01").pays(80_00, provisional=True),
        bill(total=100_00, birth_on="1960-01-01", person_id="p2").pays(80_00, provisional=False),
        why="第三张是另一个人的，不受影响。",
    )
    example(
        CAP,
        bill(total=100_00, birth_on="1960-01-01").pays(80_00),
        bill(total=100_00, birth_on="1960-01-01").pays(20_00, provisional=False),
        why="补上第一张的出生日期以后，第二张受封顶所限，只剩20元。",
    )


def test_what_always_must_be_known() -> None:
    """总费用、政策范围内费用、出院日期、结算日期，无论什么方案都要有。"""
    for name in ("total", "in_scope", "discharged", "settled_at"):
        columns: dict[str, Any] = {"total": 100_00, "in_scope": 100_00, "discharged": "2017-03-01", "settled_at": "2017-03-01"}
        columns[name] = None
        example("base: in_scope\nrate: 50%", bill(**columns).misses(name))


def test_a_bill_that_contradicts_itself_is_refused() -> None:
    """自相矛盾的、不认识的、超出限度的，退回并说明是哪一栏。一张单有几处，一次说完。"""
    example(
        """
        base: in_scope
        rate: 50%
        """,
        bill(total=100_00, in_scope=100_01).is_refused(in_scope="in_scope_above_total"),
        bill(total=100_00, settle_total=90_00, in_scope=95_00).is_refused(in_scope="in_scope_above_total"),
        bill(admitted="2017-03-02", discharged="2017-03-01").is_refused(admitted="admitted_after_discharged"),
        bill(birth_on="2017-03-02", discharged="2017-03-01").is_refused(birth_on="born_after_discharged"),
        bill(total=100_00, fees={"register": 60_00, "drug": 40_01}).is_refused(**{"fee_*": "fees_above_total"}),
        bill(total=100_00, amounts={"special_drug": 100_01}).is_refused(amount_special_drug="amount_above_total"),
        bill(hospital_level="tertiary", away="abroad").is_refused(hospital_level="unknown_hospital_level", away="unknown_away"),
        bill(hospital_grade=4).is_refused(hospital_grade="hospital_grade"),
        bill(total=100_00, fees={"register": -1}).is_refused(fee_register="negative"),
        bill(person_id="=p1").is_refused(person_id="formula_lead"),
        apart=True,
    )


def test_two_bills_of_one_number() -> None:
    """同一个结算单号出现两次，两张都退回；后面的费用单按它们不在计算。"""
    cap = layer("base: in_scope\nrate: 100%\ncap: {amount: 10元, per: year}")
    results = settle(cap, [claim("a", total=8_00), claim("a", total=8_00), claim("b", total=8_00)])
    rows = []
    for result in results:
        said = result.problems[0].message if isinstance(result, Refused) else ""
        paid = f"支付{result.lines[0].pay_fen // 100}元（暂时）" if isinstance(result, Settled) and result.provisional else ""
        rows.append([result.claim.claim_id, said or paid])
    assert [isinstance(result, Refused) for result in results] == [True, True, False]
    assert isinstance(results[2], Settled)
    assert results[2].lines[0].pay_fen == 8_00
    assert results[2].provisional
    shown(columns=["结算单号", "结果"], rows=rows)


def test_a_refused_bill_adds_nothing() -> None:
    """退回的费用单不进累计。"""
    example(
        """
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        bill(total=8_00, in_scope=9_00).is_refused(in_scope="in_scope_above_total"),
        bill(total=9_00).pays(9_00, provisional=True),
    )
