"""按日期取值

标准调整以后，新旧两个数都留在方案里，各写明从哪一天起执行；按出院日期用当时有效的那一个。
"""

from __future__ import annotations

from tests.spec.book import faults_of, layer_text
from tests.spec.page import bill, example, refused

CHAPTER = 30

DATED = """
    base: in_scope
    rate: 100%
    deductible:
      amount:
        - {from: 2016-01-01, value: 500元}
        - {from: 2017-01-01, when: "'registered_poor' in groups", value: 100元}
        - {from: 2017-01-01, value: 650元}
"""


def test_the_version_in_force_on_discharge_holds() -> None:
    """用出院当天有效的标准：`from` 不晚于出院日期的各行里，日期最晚的。

    `from` 相同的几行是同一次调整，条件只在这几行里看。
    """
    example(
        DATED,
        bill(discharged="2016-12-31", groups=["registered_poor"], total=1000_00).pays(1000_00 - 500_00),
        bill(discharged="2017-01-01", groups=["registered_poor"], total=1000_00).pays(1000_00 - 100_00).told(),
        bill(discharged="2030-01-01", groups=[], total=1000_00).pays(1000_00 - 650_00),
        plan="起付线500元。自2017年1月1日起，建档立卡贫困人口100元，其他人650元。",
        why="2016年12月31日出院的贫困人口按旧标准500元：100元那一行当时还没有执行。",
        apart=True,
    )


def test_it_is_the_day_of_discharge_that_counts() -> None:
    """看出院日期，不看结算日期；年度按结算日期算的方案也一样。"""
    example(
        "year_of: settled_at\nlayers:\n  - id: basic\n    name: 基本医保" + DATED,
        bill(discharged="2016-12-31", settled_at="2017-01-05", groups=[], total=1000_00).pays(1000_00 - 500_00),
    )


def test_before_the_first_version_nothing_is_decided() -> None:
    """比最早的日期还早的费用单不能决定：方案没有说当时的标准。"""
    example(DATED, bill(discharged="2015-12-31", groups=[]).misses("from"))


def test_points_may_be_dated() -> None:
    """加点也可以有日期。"""
    example(
        """
        base: in_scope
        rate:
          value: 70%
          add:
            - {from: 2016-01-01, points: 0%}
            - {from: 2017-07-01, when: "'registered_poor' in groups", points: 10%}
        """,
        bill(discharged="2017-06-30", groups=["registered_poor"], total=100_00).pays(70_00),
        bill(discharged="2017-07-01", groups=["registered_poor"], total=100_00).pays(80_00),
        apart=True,
    )


def test_dates_that_cannot_be_are_refused() -> None:
    """一张表里要么每行都写 `from`，要么都不写；日期要真有这一天。同一天、同一条件不能写两行，`add` 里也不能。"""
    refused(
        """
        base: in_scope
        rate: 50%
        deductible: {amount: □}
        """,
        {
            "[{from: 2016-01-01, value: 5元}, {value: 6元}]": "dates",
            "[{from: 2016-01-01, value: 5元}, {from: 2016-01-01, value: 6元}]": "same_row",
            "[{from: 2016-02-30, value: 5元}]": "date",
            "{value: 5元, add: [{from: 2016-01-01, points: 1元}, {from: 2016-01-01, points: 2元}]}": "same_row",
        },
    )


def test_faults_of_rows_stand_at_their_line() -> None:
    for rows in (
        "[{from: 2016-01-01, value: 5元}, {value: 6元}]",
        "[{from: 2016-01-01, value: 5元}, {from: 2016-01-01, value: 6元}]",
        "[{when: total > 1元, value: 5元}, {when: total  >  100分, value: 6元}]",
        "[{from: 2016-02-30, value: 5元}]",
        "[{when: total > 1, value: 5元}]",
        "[{value: 5元, wen: total > 1元}]",
        "[{when: total > 1元}]",
    ):
        found = faults_of(layer_text(f"base: in_scope\nrate: 50%\ndeductible: {{amount: {rows}}}"))
        assert [fault.place.line for fault in found] == [5], rows
        assert len(found) == 1
