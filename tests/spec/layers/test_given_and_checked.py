"""别处已经付的

经办系统已经结算的层，付了多少照报来的数；也可以同时自己算一遍，相差的指出来。
"""

from __future__ import annotations

from typing import Any

from fuqi.scheme.claims import Line, Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim, layer, missing, pay
from tests.spec.page import bill, example

CHAPTER = 20


def lines(text: str, *claims: Any) -> list[Line]:
    results = settle(layer(text), claims)
    return [result.lines[0] for result in results if isinstance(result, Settled)]


def test_a_given_payment_is_taken_as_it_is() -> None:
    """`mode: given`：付的就是费用单上 `paid_` 加层编号的数。

    封顶、保底、先自付、折算都不改变它。计算办法可以不写。
    """
    example(
        "mode: given",
        bill(total=100_00, paid={"basic": 33_00}).pays(33_00).told(),
    )
    example(
        """
        mode: given
        base: in_scope
        first_share: 10%
        rate: 50%
        at_least: {of: total, rate: 90%}
        times: [{factor: 50%}]
        cap: {amount: 1元, per: claim}
        """,
        bill(total=100_00, paid={"basic": 33_00}).pays(33_00, base=90_00, over=0),
        why="按算法封顶只有1元，报来的33元照付，也没有“超封顶线的部分”。",
    )
    given = "mode: given\nbase: in_scope\nrate: 50%\ncap: {amount: 1元, per: claim}\n"
    given += "at_least: {of: total, rate: 90%}\nfirst_share: 10%"
    found = lines(given, claim(total=100_00, paid={"a": 33_00}))[0]
    assert (found.base_fen, found.pay_fen, found.trace.over) == (90_00, 33_00, 0)
    assert pay(layer("mode: given"), claim(paid={"a": 33_00})) == 33_00


def test_an_absent_given_payment() -> None:
    """没有报来的，不能决定；这一层不适用的，付0，报没报来都不看。"""
    example(
        "mode: given",
        bill().misses("paid_basic"),
        bill(paid={"basic": None}).misses("paid_basic"),
        apart=True,
    )
    example("mode: given\nwhen: total < 1元", bill(total=100_00, paid={"basic": 33_00}).pays(0))
    assert missing(layer("mode: given"), claim()) == ("paid_a",)
    assert missing(layer("mode: given"), claim(paid={"a": None})) == ("paid_a",)
    assert pay(layer("mode: given\nwhen: total < 1元"), claim(paid={"a": 33_00})) == 0


def test_a_given_payment_above_what_is_left_is_refused() -> None:
    """报来的数比还没有支付的费用多，说明有一处错了，退回。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 50%}
          - {id: critical, name: 大病保险, mode: given}
          - {id: gift, name: 慈善, mode: given, scope: total}
        """,
        bill(total=100_00, in_scope=60_00, paid={"critical": 30_00, "gift": 40_00}).pays(30_00, 30_00, 40_00),
        bill(total=100_00, in_scope=60_00, paid={"critical": 30_01, "gift": 0}).is_refused(paid_critical="given_too_high"),
        bill(total=100_00, in_scope=60_00, paid={"critical": 30_00, "gift": 40_01}).is_refused(paid_gift="given_too_high"),
        apart=True,
    )


def test_given_amounts_count_in_all_sums() -> None:
    """报来的数一样进累计：占用共用的封顶，后面的层也看得到。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, mode: given, cap: {amount: none, per: year, shared: pot}}
          - id: critical
            name: 大病保险
            base: in_scope - paid.basic
            rate: 100%
            cap: {amount: 50元, per: year, shared: pot}
        """,
        bill(total=60_00, paid={"basic": 30_00}).pays(30_00, 20_00),
        bill(total=60_00, paid={"basic": 10_00}).pays(10_00, 0),
    )


def test_a_checked_payment_is_computed_too_and_a_difference_changes_nothing() -> None:
    """`mode: checked`：照报来的付，同时自己算；相差的列为问题，不改变支付。"""
    example(
        """
        mode: checked
        base: in_scope
        rate: 50%
        """,
        bill(total=100_00, paid={"basic": 45_00}).pays(45_00, computed=50_00, difference=-5_00).told(),
        bill(total=100_00, paid={"basic": 50_00}).pays(50_00, difference=0),
        apart=True,
    )
