"""保底

算出来低于保底线的，按保底线付。
"""

from __future__ import annotations

from tests.spec.page import bill, example, refused

CHAPTER = 90


def test_at_least_is_a_floor_under_the_payment() -> None:
    """保底是某个金额的一定比例；算出来已经高于保底的，不动。"""
    example(
        """
        base: in_scope
        deductible: {amount: 400元}
        rate: 70%
        at_least: {of: total, rate: 45%}
        """,
        bill(total=1000_00, in_scope=900_00).pays(1000_00 * 45 // 100).told(),
        bill(total=10_000_00, in_scope=9_000_00).pays(8_600_00 * 70 // 100),
        plan="实际报销比例低于45%的，按总费用的45%保底。",
        apart=True,
    )
    example(
        "base: in_scope\nrate: 10%\nat_least: {of: total, rate: 45%}",
        bill(total=100_01).pays((100_01 * 45 + 50) // 100),
        why="保底也四舍五入到分：100.01元的45%是45.0045元。",
    )


def test_the_floor_yields_to_cap_and_remainder() -> None:
    """保底以后还要看封顶，还不能超过没付的费用。"""
    example(
        """
        base: in_scope
        rate: 10%
        at_least: {of: total, rate: 45%}
        cap: {amount: 40元, per: claim}
        """,
        bill(total=100_00).pays(40_00, over=5_00),
        bill(total=60_00, in_scope=20_00).pays(20_00, cut=7_00),
        apart=True,
    )


def test_both_parts_of_a_floor_are_needed() -> None:
    """要写明是什么金额的百分之几。"""
    refused("base: in_scope\nrate: 50%\nat_least: □", {"{of: in_scope}": "missing_key", "{rate: 45%}": "missing_key"})
