"""先自付

先由个人负担一定的比例，剩下的才是这一层计算的基数。常用于异地就医。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 20


def test_first_share_is_taken_off_the_base() -> None:
    """先自付的部分四舍五入到分，从基数里减去；起付线、分段都按减过的基数算。"""
    example(
        """
        base: in_scope
        first_share: [{when: "away = 'referred'", value: 10%}, {when: "away = 'unregistered'", value: 20%}]
        deductible: {amount: 1000元}
        rate: 60%
        """,
        bill(total=10_000_00, away="referred").pays((9_000_00 - 1_000_00) * 60 // 100, base=9_000_00).told(),
        bill(total=10_000_00, away="unregistered").pays((8_000_00 - 1_000_00) * 60 // 100, base=8_000_00),
        bill(total=10_000_00, away="none").pays((10_000_00 - 1_000_00) * 60 // 100, base=10_000_00),
        plan="按规定转诊到统筹区外的，先自付10%再按比例报销；未备案的先自付20%。",
        apart=True,
    )


def test_first_share_is_rounded() -> None:
    """先自付的部分半分也进一分。"""
    example(
        """
        base: in_scope
        rate: 100%
        first_share: [{when: "away = 'referred'", value: 10%}]
        """,
        bill(total=1_05, away="referred").pays(1_05 - 11),
        bill(total=1_05, away="none").pays(1_05),
        apart=True,
        why="1.05元的10%是0.105元，进为0.11元。",
    )
