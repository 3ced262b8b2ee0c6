"""个人自付的那部分费用

有的方案免收“个人自付的挂号费”。一项费用里个人自付多少，看到这一层为止各层一共付了总费用的几成。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 80

WAIVER = """
    layers:
      - {id: basic, name: 基本医保, base: in_scope, rate: 60%}
      - {id: waiver, name: 免收挂号费, scope: total, base: own.register, rate: 100%, fund: hospital}
    """


def test_own_is_the_persons_share_of_a_fee_at_that_point() -> None:
    """`own.` 加费用类别：这项费用减去“这项费用 × 已付 ÷ 总费用”，四舍五入到分。"""
    paid = 54_00
    example(
        WAIVER,
        bill(total=100_00, in_scope=90_00, fees={"register": 10_05}).pays(
            paid, 10_05 - (10_05 * paid * 2 + 100_00) // (2 * 100_00)
        ),
        plan="免收个人自付的挂号费。",
        why="基本医保付了总费用的54%，所以挂号费里个人自付10.05 − 5.43 = 4.62元。",
    )


def test_a_waiver_that_stands_first_waives_the_whole_fee() -> None:
    """减免写在医保前面的，减免的是整项费用；写在医保后面的，减免个人自付的部分。"""
    example(
        """
        layers:
          - {id: waiver, name: 免收挂号费, scope: total, base: fee_register, rate: 100%, fund: hospital}
          - {id: basic, name: 基本医保, base: in_scope, rate: 60%}
        """,
        bill(total=100_00, in_scope=90_00, fees={"register": 10_05}).pays(10_05, 54_00),
    )


def test_an_unknown_fee() -> None:
    """这项费用不知道的，不能决定；总费用是0的，个人自付是0。"""
    example(
        WAIVER,
        bill(fees={"register": None}).misses("fee_register"),
        bill().misses("fee_register"),
        bill(total=0, fees={"register": 0}).pays(0, 0),
        apart=True,
    )


def test_own_before_any_payment_is_the_whole_fee() -> None:
    text = """
        layers:
          - {id: waiver_first, scope: total, base: own.register, rate: 0}
          - {id: basic, base: in_scope, rate: 60%}
          - {id: waiver, scope: total, base: own.register, rate: 100%}
    """
    one = bill(total=100_00, in_scope=90_00, fees={"register": 10_05})
    example(text, one.pays(10_05 - (10_05 * 54_00 * 2 + 100_00) // (2 * 100_00)))
    example(text, bill(fees={"register": None}).misses("fee_register"))
    example(text, bill().misses("fee_register"))
    example(text, bill(total=0, fees={"register": 0}).pays(0))
