"""累计的期间

起付线、分段和定额可以一次一算，也可以一次住院、一天、一月、一季、一年累计着算。一层只有一个期间，封顶另有自己的期间。
"""

from __future__ import annotations

import pytest

from tests.spec.book import claim, layer, pay, pay_list
from tests.spec.page import bill, example

CHAPTER = 40


@pytest.mark.parametrize(
    ("period", "deductible_twice"),
    [("claim", True), ("stay", False), ("day", True), ("month", False), ("quarter", False), ("year", False)],
)
def test_the_period_is_that_of_discharge(period: str, deductible_twice: bool) -> None:
    text = f"base: in_scope\nrate: 100%\nperiod: {period}\ndeductible: {{amount: 10元}}"
    two = [
        claim("a", settled_at="2017-03-01", stay_id="s", total=30_00),
        claim("b", settled_at="2017-03-31", stay_id="s", total=30_00),
    ]
    assert pay_list(layer(text), *two) == [20_00, 20_00 if deductible_twice else 30_00]


def test_once_a_claim_or_once_a_month() -> None:
    """`period: claim`（不写就是它）每次扣一遍起付线；`period: month` 一个月只扣一遍，其他期间也一样。"""
    two = (bill(settled_at="2017-03-01", total=30_00), bill(settled_at="2017-03-31", total=30_00))
    for period, second in (("claim", 20_00), ("month", 30_00)):
        example(
            f"""
            base: in_scope
            rate: 100%
            period: {period}
            deductible: {{amount: 10元}}
            """,
            two[0].pays(20_00),
            two[1].pays(second).told() if period == "month" else two[1].pays(second),
        )


@pytest.mark.parametrize(
    ("period", "days", "together"),
    [
        ("day", ("2017-03-31", "2017-03-31"), True),
        ("month", ("2017-03-31", "2017-04-01"), False),
        ("quarter", ("2017-03-31", "2017-04-01"), False),
        ("quarter", ("2017-04-01", "2017-06-30"), True),
        ("month", ("2016-03-31", "2017-03-31"), False),
        ("year", ("2016-12-31", "2017-01-01"), False),
    ],
)
def test_where_periods_end(period: str, days: tuple[str, str], together: bool) -> None:
    cap = layer(f"base: in_scope\nrate: 100%\ncap: {{amount: 10元, per: {period}}}")
    two = [claim("a", settled_at=days[0], total=10_00), claim("b", settled_at=days[1], total=10_00)]
    assert pay_list(cap, *two) == [10_00, 0 if together else 10_00]


def test_quarters_begin_with_january_april_july_and_october() -> None:
    """日、月、季、年都是日历上的，看出院日期：一季度是1月到3月。"""
    example(
        """
        base: in_scope
        rate: 100%
        cap: {amount: 10元, per: quarter}
        """,
        bill(settled_at="2017-03-31", total=10_00).pays(10_00),
        bill(settled_at="2017-04-01", total=10_00).pays(10_00),
        bill(settled_at="2017-06-30", total=10_00).pays(0),
    )


def test_the_sums_of_a_stay_run_on_over_the_new_year() -> None:
    """跨年的一次住院，按次住院累计的接着算；按年、季、月、日累计的各归各的年度。"""
    example(
        """
        base: in_scope
        rate: 100%
        period: stay
        deductible: {amount: 10元}
        cap: {amount: 15元, per: stay}
        """,
        bill(settled_at="2017-12-31", stay_id="s", total=12_00).pays(2_00),
        bill(settled_at="2018-01-09", stay_id="s", total=20_00).pays(13_00),
        why="同一次住院的两张费用单（中途结算），起付线只扣一次，封顶一共15元。",
    )


YEAR = """
    base: in_scope
    period: year
    deductible: {amount: 12000元}
    brackets: [{to: 30000元, rate: 60%}, {to: 100000元, rate: 65%}, {rate: 75%}]
    from: base
    """


def test_a_years_total_does_not_depend_on_how_the_cost_was_split() -> None:
    """一年累计的，费用分几次、怎样分，全年合计都一样。

    算法：连同这次的累计应付，减去此前的累计应付。（每次封顶、保底、定额除外。）
    """
    split = (12_345_67, 50_000_01, 87_654_32)
    first = (12_345_67 - 12_000_00) * 60
    first_pay = (first + 50) // 100
    upto_second = 18_000_00 * 60 // 100 + ((12_345_67 + 50_000_01 - 30_000_00) * 65 + 50) // 100
    example(
        YEAR,
        bill(total=split[0]).pays(first_pay),
        bill(total=split[1]).pays(upto_second - first_pay).told(),
        bill(total=split[2]).pays(93_800_00 - upto_second),
        why="三次合计150000元，合计付93800元。",
    )
    example(YEAR, bill(total=150_000_00).pays(93_800_00), why="同样的费用一次用完，也是93800元。")
    assert sum(split) == 150_000_00


def test_the_split_with_bare_tools() -> None:
    split = [claim(f"c{number}", total=part) for number, part in enumerate((12_345_67, 50_000_01, 87_654_32))]
    assert sum(pay_list(layer(YEAR), *split)) == pay(layer(YEAR), claim(total=150_000_00)) == 93_800_00


def test_this_claims_parameters_hold_for_both_sums() -> None:
    """年内身份变了，这次按这次的标准：此前的累计也用这次的标准来减，以前已经付的不动。"""
    example(
        """
        base: in_scope
        period: year
        deductible: {amount: 10元}
        rate: [{when: "'registered_poor' in groups", value: 80%}, {value: 50%}]
        """,
        bill(total=30_00, groups=[]).pays((30_00 - 10_00) * 50 // 100),
        bill(total=30_00, groups=["registered_poor"]).pays((60_00 - 10_00) * 80 // 100 - (30_00 - 10_00) * 80 // 100),
        why="第二次：累计60元，超过起付线50元，按80%是40元；减去此前累计30元按80%的16元，得24元。",
    )
