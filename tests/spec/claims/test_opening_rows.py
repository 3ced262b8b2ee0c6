"""期初数

年中才开始使用，或者以前由别处结算的，把各层已经累计的金额作为期初数，放在第一张费用单之前。
"""

from __future__ import annotations

from fuqi.scheme.claims import Opening
from tests.spec.page import bill, example

CHAPTER = 40


def test_what_was_paid_counts_against_the_cap_of_its_year() -> None:
    """期初的已付金额占用当年的封顶，不占别的年度的。"""
    example(
        """
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: year}
        """,
        bill(total=8_00, discharged="2017-03-01").pays(3_00),
        bill(total=8_00, discharged="2018-01-01").pays(8_00),
        opening=[Opening(unit="p1", layer="basic", year=2017, paid_fen=7_00, source="旧系统")],
        why="期初：2017年已付7.00元。",
    )


def test_what_was_charged_and_summed_before() -> None:
    """期初的累计基数接着分段，期初已扣的起付线不再扣。"""
    example(
        """
        base: in_scope
        period: year
        deductible: {amount: 100元}
        rate: 50%
        """,
        bill(total=60_00).pays(20_00 * 50 // 100),
        opening=[Opening(unit="p1", layer="basic", year=2017, base_fen=60_00)],
        why="期初：2017年累计60.00元。连同这次120.00元，超过起付线20.00元。",
    )
    example(
        """
        base: in_scope
        rate: 100%
        deductible: {once: highest, amount: 100元}
        """,
        bill(total=200_00).pays(200_00 - 30_00),
        opening=[Opening(unit="p1", layer="basic", year=2017, charged_fen=70_00)],
        why="期初：2017年已扣起付线70.00元，这次只扣30.00元。",
    )


def test_opening_rows_of_a_household() -> None:
    """按户累计的层，期初数是这一户的；共用的封顶也算进去。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, who: household, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: more, name: 补充, who: household, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
        """,
        bill(household_id="h", total=100_00).pays(20_00, 0),
        opening=[Opening(unit="h", layer="more", year=2017, paid_fen=30_00)],
        why="期初：这一户2017年由“补充”付过30.00元，两层一共还剩20.00元。",
    )
