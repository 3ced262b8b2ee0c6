"""补足

兜底常用的办法：把个人负担的部分（基数）补到不超过某个金额的一定比例。
"""

from __future__ import annotations

from tests.spec.book import claim, layer, pay_list
from tests.spec.page import bill, example, refused

CHAPTER = 70


def test_fill_brings_the_own_share_down_to_a_ratio() -> None:
    """付的是基数里超出 `of` × `at_most` 的部分；基数没有超出的不付。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 70%}
          - id: backstop
            name: 财政兜底
            base: in_scope - paid.basic
            fill: {of: in_scope, at_most: 10%}
        """,
        bill(total=1000_00).pays(700_00, 300_00 - 100_00, own=100_00).told(),
        plan="政策范围内自付不超过10%，超出的由财政兜底。",
    )
    example(
        "base: in_scope\nfill: {of: in_scope, at_most: 10%}",
        bill(total=1005).pays(1005 - 101),
        why="10.05元的10%是1.005元，进为1.01元。",
    )


def test_fill_over_a_year() -> None:
    """按年累计的，用全年的基数和全年的 `of` 来比，减去已经付过的；但不超过这张费用单的基数。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: [{when: "'registered_poor' in groups", value: 50%}]}
          - id: backstop
            name: 财政兜底
            when: referred
            base: in_scope - paid.basic
            period: year
            fill: {of: in_scope, at_most: 10%}
        """,
        bill(total=100_00, groups=["registered_poor"], referred=True).pays(50_00, 50_00 - 10_00),
        bill(total=100_00, groups=["registered_poor"], referred=False).pays(50_00, 0),
        bill(total=20_00, groups=["registered_poor"], referred=True).pays(10_00, 50_00 + 10_00 - 12_00 - 40_00),
        why="第三张：累计自付60元，累计费用120元的10%是12元，已付40元，所以付8元。没有转诊的第二张不算在内。",
    )


def test_fill_of_a_longer_period_never_pays_more_than_the_claims_base() -> None:
    least = layer("base: in_scope - 95元\nperiod: year\nfill: {of: in_scope, at_most: 0%}")
    assert pay_list(least, claim("a", total=100_00), claim("b", total=96_00)) == [5_00, 1_00]


def test_fill_that_waited_for_its_ratio() -> None:
    """累计起来该补的再多，也不超过这张费用单自己的基数。"""
    example(
        """
        base: in_scope
        period: year
        fill: {of: in_scope, at_most: [{when: "'registered_poor' in groups", value: 10%}, {value: 100%}]}
        """,
        bill(total=100_00, groups=[]).pays(0),
        bill(total=20_00, groups=["registered_poor"]).pays(20_00),
        why="累计120元，该补到只剩12元，算来要付108元；这张单只有20元，就付20元。",
    )


def test_what_cannot_stand_with_fill() -> None:
    """补足没有起付线，没有分段，也不打折。"""
    refused(
        "base: in_scope\nfill: {of: total, at_most: 1%}\n□",
        {
            "deductible: {amount: 1元}": "mechanism",
            "from: base": "mechanism",
            "times: [{factor: 1%}]": "mechanism",
            "rate: 50%": "mechanism",
        },
    )
