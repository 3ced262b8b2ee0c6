"""折算

某些情形下整个支付打折：未备案外出就医按80%支付。在四舍五入之前乘，所以还是只四舍五入一次。
"""

from __future__ import annotations

import pytest

from tests.spec.book import claim, layer, pay, pay_list
from tests.spec.page import bill, example

CHAPTER = 40


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


def test_the_first_factor_that_holds() -> None:
    """用第一行符合条件的比例；没有一行符合的不打折。"""
    example(
        """
        base: in_scope
        rate: 50%
        times: [{when: "away = 'unregistered'", factor: 80%}, {when: "away = 'referred'", factor: 90%}]
        """,
        bill(total=33_33, away="unregistered").pays((33_33 * 50 * 80 + 5000) // 10_000).told(),
        bill(total=33_33, away="referred").pays((33_33 * 50 * 90 + 5000) // 10_000),
        bill(total=33_33, away="none").pays((33_33 * 50 + 50) // 100),
        plan="未备案自行外出就医的，按规定报销额的80%支付。",
        apart=True,
    )


def test_a_lump_is_scaled_and_a_floor_is_not() -> None:
    """定额也打折；保底不打折。"""
    example(
        "base: in_scope\nlump: [{above: 1元, pay: 10.01元}]\ntimes: [{factor: 80%}]",
        bill(total=33_33).pays((10_01 * 80 + 50) // 100),
    )
    example(
        "base: in_scope\nrate: 10%\nat_least: {of: in_scope, rate: 50%}\ntimes: [{factor: 80%}]",
        bill(total=33_33).pays((33_33 * 50 + 50) // 100),
    )


def test_times_over_a_longer_period_scales_both_sums() -> None:
    """累计的，此前和连同这次的都按这次的比例折算；累计的定额减去已经付过的。"""
    example(
        """
        base: in_scope
        period: year
        rate: 100%
        times: [{when: referred, factor: 50%}]
        """,
        bill(total=101, referred=False).pays(101),
        bill(total=101, referred=True).pays(101 - 51),
        why="连同这次2.02元的一半是1.01元，此前1.01元的一半是0.505元、进为0.51元，差0.50元。",
    )
    example(
        """
        base: in_scope
        period: year
        lump: [{above: 1元, pay: 3元}, {above: 10元, pay: 9元}]
        times: [{factor: 50%}]
        """,
        bill(total=5_00).pays(1_50),
        bill(total=6_00).pays(4_50 - 1_50),
    )


def test_both_sums_are_scaled_with_bare_tools() -> None:
    text = "base: in_scope\nperiod: year\nrate: 100%\ntimes: [{when: referred, factor: 50%}]"
    two = [claim("a", total=101, referred=False), claim("b", total=101, referred=True)]
    assert pay_list(layer(text), *two) == [101, 101 - 51]
