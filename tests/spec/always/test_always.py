"""总是成立的

无论方案怎样写、费用单怎样，下面几条总是成立。除了这里的例子，还有随机造出来的方案和费用单反复检验。
"""

from __future__ import annotations

from itertools import permutations

from fuqi.basics.money import format_yuan
from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim
from tests.spec.page import bill, example, scheme_of, shown

CHAPTER = 10

TWO = """
    layers:
      - {id: basic, name: 基本医保, base: in_scope, rate: 70%, cap: {amount: 100元, per: year}}
      - {id: charity, name: 慈善, scope: total, base: total - paid.basic, rate: 50%}
    """


def test_everything_adds_up_to_the_total() -> None:
    """每一笔支付都不小于0；各层支付加个人负担，再加医疗机构承担，等于总费用，一分不差。"""
    found = example(
        TWO,
        bill(total=123_45, settle_total=111_11, in_scope=99_99).pays(69_99, 26_73, own=14_39, institution=12_34),
    )[0]
    assert isinstance(found, Settled)
    assert 69_99 + 26_73 + 14_39 + 12_34 == 123_45


def test_scope_bound_layers_never_pay_more_than_is_in_scope() -> None:
    """限于政策范围内的各层，合计不超过政策范围内费用。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: total, rate: 80%}
          - {id: critical, name: 大病保险, base: total, rate: 80%}
        """,
        bill(total=100_00, in_scope=90_00).pays(80_00, 10_00, own=10_00, own_in_scope=0),
    )


def test_from_scratch_or_one_by_one() -> None:
    """一年从头再算一遍，和当初一张一张算的，结果一样。"""
    benefits = scheme_of(TWO)
    claims = [claim(f"c{number}", total=number * 40_00) for number in range(1, 5)]
    whole = settle(benefits, claims)
    assert [settle(benefits, claims[:number])[-1] for number in range(1, 5)] == whole
    rows = [
        (one.claim.claim_id, *(format_yuan(line.pay_fen) for line in one.lines)) for one in whole if isinstance(one, Settled)
    ]
    shown(yaml=TWO, columns=["费用单", "基本医保付", "慈善付"], rows=rows, why="只算到第1、2、3、4张，每张的结果都和上表相同。")


def test_the_order_of_rows_changes_nothing() -> None:
    """费用单在文件里怎样排，用几个程序一起算，结果都一样：先后只看结算日期和结算单号。"""
    benefits = scheme_of(TWO)
    claims = [claim(f"c{number}", total=number * 40_00) for number in range(1, 5)]
    whole = settle(benefits, claims)
    orders = list(permutations(claims))
    assert all(settle(benefits, order) == whole for order in orders)
    shown(columns=["四张费用单的排法", "结果不同的排法"], rows=[[str(len(orders)), "0"]])


def test_one_more_fen_in_scope_never_lowers_what_is_paid() -> None:
    """标准不变时，政策范围内费用多一分，各层合计不会少付。

    有些写法会破坏这一条：`scope: total` 的层、定额、看 `in_scope` 或以前支付的条件。检查方案时会指出来。
    """
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 33.33%}
          - {id: backstop, name: 财政兜底, base: in_scope - paid.basic, fill: {of: in_scope, at_most: 10%}}
        """,
        *(bill(total=100_00, in_scope=fen).pays((fen * 3333 + 5000) // 10_000, _backstop(fen)) for fen in range(50_00, 50_04)),
        apart=True,
    )
    example(
        """
        base: in_scope
        rate: [{when: in_scope <= 50元, value: 80%}, {value: 60%}]
        """,
        bill(total=100_00, in_scope=50_00).pays(40_00),
        bill(total=100_00, in_scope=50_01).pays((50_01 * 60 + 50) // 100),
        apart=True,
        why="反例：范围内多一分，少付10元。方案里最好不要这样写。",
    )


def _backstop(in_scope: int) -> int:
    base = in_scope - (in_scope * 3333 + 5000) // 10_000
    return base - (in_scope * 10 + 50) // 100
