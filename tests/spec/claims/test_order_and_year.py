"""年度和先后

费用单一张接一张地结算，先算的会影响后算的（起付线扣没扣过、封顶还剩多少），所以先后要说定。
"""

from __future__ import annotations

from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim, layer, pay_list
from tests.spec.page import bill, example

CHAPTER = 20

CAP = "base: in_scope\nrate: 100%\ncap: {amount: 10元, per: year}"


def test_claims_are_settled_by_day_and_then_by_id_as_text() -> None:
    """先看结算日期，同一天的看结算单号；单号逐个字符比，所以 c10 在 c9 前面。

    费用单在文件里的先后不影响结果。
    """
    example(
        """
        base: in_scope
        rate: 100%
        cap: {amount: 1元, per: year}
        """,
        bill("c9", settled_at="2017-03-01").pays(0),
        bill("c10", settled_at="2017-03-01").pays(1_00),
        bill("a", settled_at="2017-03-02").pays(0),
        why="c10先结算，用完了一年1元的封顶。",
    )


def test_results_come_in_the_order_of_settlement() -> None:
    first = layer("base: in_scope\nrate: 100%\ncap: {amount: 1元, per: year}")
    results = settle(first, [claim("c9"), claim("c10"), claim("a", settled_at="2017-03-02")])
    assert [result.claim.claim_id for result in results] == ["c10", "c9", "a"]
    assert [result.lines[0].pay_fen for result in results if isinstance(result, Settled)] == [100, 0, 0]


def test_a_bill_that_comes_late_resettles_those_after_it() -> None:
    """迟到的费用单按它自己的结算日期插进去，排在它后面的重新结算。"""
    example(CAP, bill("b", settled_at="2017-05-01", total=8_00).pays(8_00), why="起初只有这一张。")
    example(
        CAP,
        bill("a", settled_at="2017-04-01", total=6_00).pays(6_00),
        bill("b", settled_at="2017-05-01", total=8_00).pays(4_00),
        why="后来补来4月的一张，5月的那张重算，只剩4元。",
    )


def test_the_benefit_year() -> None:
    """年度是出院日期所在的公历年；方案也可以说按结算日期（`year_of: settled_at`）。"""
    late = [
        bill(discharged="2017-12-30", settled_at="2018-01-02", total=8_00),
        bill(discharged="2018-01-30", settled_at="2018-02-02", total=8_00),
    ]
    example(CAP, *(one.pays(8_00) for one in late), why="两次出院在两个年度，各有10元封顶。")
    example(
        f"year_of: settled_at\nlayers:\n  - id: basic\n    name: 基本医保\n    {CAP.replace(chr(10), chr(10) + '    ')}",
        late[0].pays(8_00),
        late[1].pays(2_00),
        why="两次结算都在2018年。",
    )


def test_the_year_of_settlement_with_bare_tools() -> None:
    late = [
        claim("a", discharged="2017-12-30", settled_at="2018-01-02", total=8_00),
        claim("b", discharged="2018-01-30", settled_at="2018-02-02", total=8_00),
    ]
    assert pay_list(layer(CAP), *late) == [8_00, 8_00]
    assert pay_list(layer(CAP, more="year_of: settled_at"), *late) == [8_00, 2_00]
