"""不超过没有支付的费用

各层加起来不会超过费用本身：每一层最多付到还没有支付的部分，限于政策范围内的层还不能超过政策范围内没有支付的部分。
"""

from __future__ import annotations

from fuqi.scheme.claims import Settled
from tests.spec.page import bill, example

CHAPTER = 110


def test_the_remainder_keeps_scope_bound_layers_within_scope_and_all_within_the_total() -> None:
    """`scope: in_scope`（不写就是它）限于政策范围内；`scope: total` 可以付到全部费用。"""
    found = example(
        """
        layers:
          - {id: waiver, name: 医院减免, scope: total, base: total, rate: 30%}
          - {id: basic, name: 基本医保, base: in_scope, rate: 80%}
          - {id: critical, name: 大病保险, base: in_scope, rate: 80%}
          - {id: gift, name: 慈善, scope: total, base: total, rate: 100%}
        """,
        bill(total=100_00, in_scope=60_00).pays(30_00, 48_00, 12_00, 10_00, own=0, own_in_scope=0).told(),
        why="大病保险算出48元，政策范围内只剩60 − 48 = 12元；慈善算出100元，总共只剩10元。",
    )[0]
    assert isinstance(found, Settled)
    assert found.lines[2].trace.cut_by_remainder == 36_00
    assert found.lines[2].trace.over == 0


def test_what_waivers_took_is_not_paid_twice() -> None:
    """全部费用已经付完时，政策范围内的层也不再付。"""
    example(
        """
        layers:
          - {id: waiver, name: 医院减免, scope: total, base: total, rate: 90%}
          - {id: basic, name: 基本医保, base: in_scope, rate: 80%}
        """,
        bill(total=100_00, in_scope=60_00).pays(90_00, 10_00, own=0, own_in_scope=50_00, cut=38_00),
        why="政策范围内自付只看政策范围内的层付了多少，所以是60 − 10 = 50元。",
    )
