"""按人累计，按户累计

一年的起付线、分段和封顶是一个人的，还是一户的，由每一层的 `who` 说定。
"""

from __future__ import annotations

from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle
from tests.spec.book import benefits_of, claim
from tests.spec.page import bill, example

CHAPTER = 30


def test_sums_are_kept_per_person_or_per_household() -> None:
    """不写 `who` 是按人累计；`who: household` 是全户一起累计。"""
    two = (
        bill(person_id="p1", household_id="h", total=10_00).pays(10_00),
        bill(person_id="p2", household_id="h", total=10_00),
    )
    example(
        """
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        two[0],
        two[1].pays(10_00),
        plan="每人每年最多10元。",
    )
    example(
        """
        who: household
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        two[0],
        two[1].pays(0),
        plan="每户每年最多10元。",
    )


def test_the_household_is_the_one_on_the_bill() -> None:
    """户是费用单上写的那一户：年内迁到别的户，以后的费用算在新的户。"""
    example(
        """
        who: household
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        bill(person_id="p1", household_id="h1", total=8_00).pays(8_00),
        bill(person_id="p1", household_id="h2", total=8_00).pays(8_00),
        bill(person_id="p2", household_id="h1", total=8_00).pays(2_00),
    )


def test_a_person_without_household_is_one() -> None:
    """没有写户的，一个人就是一户。"""
    example(
        """
        who: household
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        bill(person_id="p1", total=10_00).pays(10_00),
        bill(person_id="p2", total=10_00).pays(10_00),
    )


YTD = """
    layers:
      - {id: mine, base: in_scope, rate: 50%}
      - {id: ours, base: in_scope - paid.mine, rate: 50%, who: household}
      - {id: shown, scope: total, base: ytd_paid.mine + ytd_paid.ours + ytd_paid.shown, rate: 0}
      - {id: left, scope: total, base: ytd_own_in_scope, rate: 0, who: household}
    """


def test_year_to_date_sums_are_those_of_earlier_claims_of_the_layers_own_unit() -> None:
    claims = [
        claim("a", household_id="h", total=40_00),
        claim("b", household_id="h", total=80_00),
        claim("c", household_id="h", person_id="p2", total=4_00),
    ]
    lines = {
        result.claim.claim_id: {line.layer: line.base_fen for line in result.lines}
        for result in settle(benefits_of(YTD), claims)
        if isinstance(result, Settled)
    }
    assert lines["b"]["shown"] == 20_00 + 10_00
    assert lines["c"]["shown"] == 0 + 10_00 + 20_00
    assert lines["c"]["left"] == 10_00 + 20_00


def test_what_was_paid_earlier_this_year() -> None:
    """`ytd_paid.` 加层的编号，是那一层今年此前付过的合计：按人累计的层看这个人的，按户累计的层看这一户的。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 50%}
          - {id: family, name: 家庭救助, who: household, base: in_scope - paid.basic, rate: 50%}
          - {id: gift, name: 大额慰问, base: ytd_paid.basic + ytd_paid.family, rate: 10%}
        """,
        bill(person_id="p1", household_id="h", total=40_00).pays(20_00, 10_00, 0),
        bill(person_id="p1", household_id="h", total=80_00).pays(40_00, 20_00, (20_00 + 10_00) * 10 // 100),
        bill(person_id="p2", household_id="h", total=4_00).pays(2_00, 1_00, 1_00),
        why="第三张是另一个人：基本医保没给他付过，家庭救助给这一户付过30元；算出3元，但这张单上只剩1元没付。",
    )


def test_what_the_person_has_borne_this_year() -> None:
    """`ytd_own_in_scope` 是今年此前政策范围内没有得到支付的合计，按读它的那一层的 `who` 算。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 60%}
          - {id: again, name: 再次救助, when: ytd_own_in_scope >= 100元, base: in_scope - paid.basic, rate: 50%}
        """,
        bill(total=300_00).pays(180_00, 0, own_in_scope=120_00),
        bill(total=300_00).pays(180_00, 60_00, own_in_scope=60_00),
        plan="一年里政策范围内自付累计满100元以后，再救助自付部分的50%。",
    )
