"""定额

基数超过哪一档，就付那一档的定额；一档也没超过的不付。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 60


def test_a_lump_is_the_last_row_whose_bound_is_less_than_the_base() -> None:
    """“超过”不包括正好等于：正好10000元的还不到“10000元以上”这一档。"""
    example(
        """
        base: in_scope
        lump: [{above: 10000元, pay: 1000元}, {above: 30000元, pay: 2000元}]
        """,
        bill(total=10_000_00).pays(0),
        bill(total=10_000_01).pays(1000_00),
        bill(total=30_000_00).pays(1000_00),
        bill(total=30_000_01).pays(2000_00).told(),
        plan="自付超过1万元的救助1000元，超过3万元的救助2000元。",
        apart=True,
    )


def test_a_lump_of_a_longer_period_pays_the_difference() -> None:
    """按年累计的，升到更高一档时补差额。"""
    example(
        """
        base: in_scope
        period: year
        lump: [{above: 100元, pay: 10元}, {above: 300元, pay: 25元}]
        """,
        bill(total=90_00).pays(0),
        bill(total=20_00).pays(10_00),
        bill(total=5_00).pays(0),
        bill(total=200_00).pays(15_00),
        why="累计依次是90元、110元、115元、315元。",
    )


def test_a_lump_that_falls_is_not_taken_back() -> None:
    """已经付过的比这次的档高的，这次付0，不倒扣。"""
    example(
        """
        base: in_scope
        period: year
        lump:
          - {when: "'registered_poor' in groups", value: [{above: 100元, pay: 50元}]}
          - {value: [{above: 100元, pay: 10元}]}
        """,
        bill(total=200_00, groups=["registered_poor"]).pays(50_00),
        bill(total=200_00, groups=[]).pays(0),
    )
