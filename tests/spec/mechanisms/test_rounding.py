"""四舍五入

一层在一张费用单上只四舍五入一次，到分，半分进一分。
"""

from __future__ import annotations

import pytest

from fuqi.basics.money import share
from tests.spec.page import bill, example

CHAPTER = 10


@pytest.mark.parametrize(("exact", "fen"), [(0, 0), (4999, 0), (5000, 1), (14999, 1), (15000, 2)])
def test_rounding_is_half_up(exact: int, fen: int) -> None:
    assert share(exact, 1) == fen


def test_half_a_fen_is_a_fen() -> None:
    """满半分进一分，不满半分舍去。"""
    example(
        """
        base: in_scope
        rate: 50%
        """,
        bill(total=1).pays(1),
        bill(total=3).pays(2),
        bill(total=33_33).pays((33_33 * 50 + 50) // 100),
        apart=True,
        why="0.01元的50%是半分，进为0.01元；0.03元的50%是一分半，进为0.02元。",
    )
    example("base: in_scope\nrate: 33.33%", bill(total=1_00).pays(33), bill(total=1_51).pays(50), apart=True)


def test_a_layer_rounds_once() -> None:
    """分几段、扣几次都先按没有四舍五入的数相加，最后才四舍五入一次。"""
    example(
        """
        base: in_scope
        brackets: [{to: 0.01元, rate: 50%}, {rate: 50%}]
        """,
        bill(total=2).pays(1),
        why="两段各是半分，加起来正好一分；要是每段各自进位，就成了两分。",
    )
