"""超封顶线的部分

`over.` 加层的编号，是那一层在这张费用单上被封顶截去的金额；常见的写法是“超过封顶线的部分由大病保险支付”。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 30


def test_over_is_what_the_cap_of_an_earlier_layer_cut_off_this_claim() -> None:
    """截去多少就是多少，不是费用超出封顶线多少。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 70%, cap: {amount: 50元, per: year}}
          - {id: critical, name: 大病保险, base: over.basic, rate: 80%}
        """,
        bill(total=100_00).pays(50_00, 20_00 * 80 // 100),
        bill(total=100_00).pays(0, 70_00 * 80 // 100),
        why="第一张：算出70元，封顶50元，截去20元，大病保险付20元的80%。第二张：封顶已用完，截去全部70元。",
    )


def test_over_of_given_and_idle_layers_is_0() -> None:
    """报来的、核对的、不适用的层，没有超封顶线的部分。"""
    for keys, paid in (("mode: given", 60_00), ("mode: checked, base: in_scope, rate: 70%", 50_00)):
        example(
            f"""
            layers:
              - {{id: basic, name: 基本医保, {keys}, cap: {{amount: 50元, per: year}}}}
              - {{id: critical, name: 大病保险, base: over.basic, rate: 80%}}
            """,
            bill(total=100_00, paid={"basic": paid}).pays(paid, 0),
        )
    example(
        """
        layers:
          - {id: basic, name: 基本医保, when: referred, base: in_scope, rate: 70%, cap: {amount: 50元, per: year}}
          - {id: critical, name: 大病保险, base: over.basic, rate: 80%}
        """,
        bill(total=100_00, referred=False).pays(0, 0),
    )
