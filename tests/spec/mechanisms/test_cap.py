"""封顶线

一层在一段期间里最多付多少。截去的部分叫“超封顶线的部分”，后面的层可以接着算。
"""

from __future__ import annotations

from tests.spec.book import faults_of
from tests.spec.page import bill, example, refused

CHAPTER = 100


def test_a_cap_cuts_what_is_over() -> None:
    """封顶以内照付，超过的截去；`over.` 是这张费用单上被截去的部分。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 100%, cap: {amount: 70元, per: year}}
          - {id: critical, name: 大病保险, base: over.basic, rate: 100%}
        """,
        bill(total=50_00).pays(50_00, 0),
        bill(total=50_00).pays(20_00, 30_00).told(),
        plan="基本医保全年最多支付70元，超过的由大病保险支付。",
    )


def test_a_cap_may_be_per_claim_stay_day_month_quarter_or_year() -> None:
    """封顶的期间单独写，和起付线的期间可以不同；每次封顶不看以前付过多少。"""
    for period, second in (("claim", 30_00), ("day", 30_00), ("month", 20_00)):
        example(
            f"""
            base: in_scope
            rate: 100%
            cap: {{amount: 50元, per: {period}}}
            """,
            bill(settled_at="2017-03-01", total=30_00).pays(30_00),
            bill(settled_at="2017-03-02", total=30_00).pays(second),
        )


def test_what_the_remainder_cuts_is_not_over_the_cap() -> None:
    """因为费用已经付完而少付的，不算“超封顶线的部分”。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 80%}
          - {id: critical, name: 大病保险, base: in_scope, rate: 80%, cap: {amount: 70元, per: claim}}
          - {id: backstop, name: 财政兜底, base: over.critical, rate: 100%}
        """,
        bill(total=100_00, in_scope=100_00).pays(80_00, 20_00, 0, own=0),
    )


def test_none_is_no_cap() -> None:
    """`none` 是不封顶。"""
    for cap in ("none", "{amount: none, per: year}"):
        example(f"base: in_scope\nrate: 100%\ncap: {cap}", bill(total=10**9).pays(10**9))


def test_a_shared_cap_counts_what_all_layers_of_its_name_paid_together() -> None:
    """几层共用一个封顶（`shared` 写同一个名称）：一起付了多少都算在内，各层用各自的封顶数。

    没有封顶的层付的也算进共用的合计。
    """
    example(
        """
        layers:
          - {id: basic, name: 甲层, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: more, name: 乙层, base: in_scope, rate: 40%, cap: {amount: 60元, per: year, shared: pot}}
          - {id: free, name: 丙层, base: in_scope, rate: 10%, cap: {amount: none, per: year, shared: pot}}
        """,
        bill(total=100_00).pays(40_00, 20_00, 10_00),
        bill(total=100_00).pays(0, 0, 10_00),
        why="第一张：甲层付40元，乙层的60元里只剩20元。第二张：合计已经70元，甲、乙两层都用完了。",
    )


def test_layers_that_share_a_cap_agree_on_period_and_unit() -> None:
    """共用封顶的各层，期间 `per` 和按人按户 `who` 必须相同。"""
    text = """
        layers:
          - {id: basic, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: more, base: in_scope, rate: 40%, cap: {amount: 60元, per: claim, shared: pot}}
          - {id: family, base: in_scope, rate: 40%, who: household, cap: {amount: 60元, per: year, shared: pot}}
    """
    assert [(fault.code, fault.place.line) for fault in faults_of(text)] == [("shared_cap", 4), ("shared_cap", 5)]
    refused(
        """
        layers:
          - {id: basic, base: in_scope, rate: 40%, cap: {amount: 50元, per: year, shared: pot}}
          - {id: more, base: in_scope, rate: 40%, □}
        """,
        {
            "cap: {amount: 60元, per: claim, shared: pot}": "shared_cap",
            "who: household, cap: {amount: 60元, per: year, shared: pot}": "shared_cap",
        },
    )


def test_a_cap_says_amount_and_period() -> None:
    """封顶要写明金额和期间。"""
    refused(
        "base: in_scope\nrate: 50%\ncap: □",
        {"{amount: 1元}": "missing_key", "{per: year}": "missing_key", "{amount: 1元, per: week}": "value"},
    )
