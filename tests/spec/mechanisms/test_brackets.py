"""按比例，分段按比例

支付最常见的办法：基数减去起付线，乘一个比例（`rate`）；或者分成几段，各段用各自的比例（`brackets`）。
"""

from __future__ import annotations

import pytest

from fuqi.scheme.mechanisms.brackets import exact, parts
from tests.spec.book import claim as bare_claim
from tests.spec.book import layer, pay
from tests.spec.page import bill, example, refused

CHAPTER = 30

STANDARD = ((30_000_00, 6000), (100_000_00, 6500), (None, 7500))
ON_THE_BASE = 18_000_00 * 60 // 100 + 70_000_00 * 65 // 100 + 50_000_00 * 75 // 100
ON_WHAT_EXCEEDS = 30_000_00 * 60 // 100 + 70_000_00 * 65 // 100 + 38_000_00 * 75 // 100


def test_rate() -> None:
    """基数减去起付线，乘比例；不到起付线的不付。"""
    example(
        """
        base: in_scope
        deductible: {amount: 400元}
        rate: 70%
        """,
        bill(total=5_000_00, in_scope=4_400_00).pays((4_400_00 - 400_00) * 70 // 100).told(),
        bill(total=500_00, in_scope=400_00).pays(0),
        bill(total=500_00, in_scope=300_00).pays(0),
        plan="起付线400元，以上的部分报销70%。",
        apart=True,
    )


def test_a_base_below_0_counts_as_0() -> None:
    """基数算出来小于0的，按0算。"""
    example(
        """
        base: in_scope - 20000元
        rate: 50%
        """,
        bill(total=10_000_00).pays(0),
        bill(total=30_000_00).pays(10_000_00 * 50 // 100),
        apart=True,
    )
    assert pay(layer("base: in_scope - in_scope - 1元\nrate: 50%"), bare_claim()) == 0


def test_brackets_are_marginal_and_measured_on_the_base() -> None:
    """每一段只管落在这一段里的钱，不是全部都按最高一段；`from: base` 从0元起分段，起付线以下的部分不付。"""
    example(
        """
        base: in_scope
        deductible: {amount: 12000元}
        brackets: [{to: 30000元, rate: 60%}, {to: 100000元, rate: 65%}, {rate: 75%}]
        from: base
        """,
        bill(total=150_000_00).pays(ON_THE_BASE).told(),
        bill(total=12_000_00).pays(0),
        bill(total=30_000_00).pays(18_000_00 * 60 // 100),
        plan="起付线12000元，3万元以内报60%，3万元至10万元报65%，10万元以上报75%。",
        apart=True,
        why="18000×60% + 70000×65% + 50000×75% = 93800元。第一段从12000元到30000元，只有18000元。",
    )
    assert ON_THE_BASE == 93_800_00
    gave = parts(150_000_00, 12_000_00, STANDARD, "base")
    assert [bracket.part for bracket in gave] == [18_000_00, 70_000_00, 50_000_00]
    assert exact(gave) == 93_800_00 * 10_000


def test_brackets_may_be_measured_on_what_exceeds_the_deductible() -> None:
    """`from: deductible` 从起付线以上的第一元起分段：同样的数字，结果不同，所以有起付线的必须写明是哪一种。"""
    example(
        """
        base: in_scope
        deductible: {amount: 12000元}
        brackets: [{to: 30000元, rate: 60%}, {to: 100000元, rate: 65%}, {rate: 75%}]
        from: deductible
        """,
        bill(total=150_000_00).pays(ON_WHAT_EXCEEDS).told(),
        plan="超过起付线的部分，3万元以内报60%，3万元至10万元报65%，10万元以上报75%。",
        why="30000×60% + 70000×65% + 38000×75% = 92000元。",
    )
    gave = parts(150_000_00, 12_000_00, STANDARD, "deductible")
    assert [bracket.part for bracket in gave] == [30_000_00, 70_000_00, 38_000_00]
    refused(
        """
        base: in_scope
        deductible: {amount: 12000元}
        □
        """,
        {"brackets: [{to: 30000元, rate: 60%}, {rate: 75%}]": "mechanism"},
    )


def test_bounds_are_right_inclusive() -> None:
    """“至30000元”包括30000元这一分。"""
    example(
        """
        base: in_scope
        brackets: [{to: 30000元, rate: 0%}, {rate: 100%}]
        """,
        bill(total=30_000_00).pays(0),
        bill(total=30_000_01).pays(1),
        apart=True,
    )


@pytest.mark.parametrize("base", [30_000_00, 30_000_01])
def test_the_first_fen_above_a_bound_is_in_the_next_bracket(base: int) -> None:
    step = layer("base: in_scope\nbrackets: [{to: 30000元, rate: 0%}, {rate: 100%}]")
    assert pay(step, bare_claim(total=base)) == base - 30_000_00
