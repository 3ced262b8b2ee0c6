"""金额和比例

金额带单位，比例带百分号，读方案的人一看就懂；机器里一律按整分计算，没有小数误差。
"""

from __future__ import annotations

from tests.spec.page import bill, example, refused, writings

CHAPTER = 10

DEDUCTIBLE = """
    base: in_scope
    rate: 100%
    deductible: {amount: '□'}
"""


def test_a_sum_carries_its_unit() -> None:
    """金额写成“元”或“分”，只有0可以不带单位；`none` 表示没有。"""
    writings(
        DEDUCTIBLE,
        {
            "12000元": 20_000_00 - 12_000_00,
            "87.50元": 20_000_00 - 87_50,
            "87.5元": 20_000_00 - 87_50,
            "1200000分": 20_000_00 - 1_200_000,
            "0": 20_000_00,
            "none": 20_000_00,
        },
        of=bill(total=20_000_00),
    )


def test_expressions() -> None:
    """算式可以加、减、乘，可以取最大、最小；括号和逗号用中文的也可以。

    结果小于0按0算。第几次住院、年龄等整数可以和金额、比例相乘。算式里有逗号的，整个算式要放在引号里。
    """
    writings(
        DEDUCTIBLE,
        {
            "max(200元, 600元 - 100元 * (admission_no - 1))": 20_000_00 - 600_00,
            r"min(200元, 600元)": 20_000_00 - 200_00,
            "max（200元，600元 - 100元 * admission_no）": 20_000_00 - 500_00,
            "100元 + 2 * 50元": 20_000_00 - 200_00,
            "100元 - 300元": 20_000_00,
        },
        of=bill(total=20_000_00),
        why="第一次住院时，“600元 - 100元 * (admission_no - 1)”是600元，第二次是500元，到第五次以后都是200元。",
    )


def test_what_is_no_sum_is_refused() -> None:
    """写不成金额的，一处一处说明，不猜。

    金额乘金额、金额乘比例和除法都不许：它们带有看不见的取整。
    """
    refused(
        """
        base: in_scope
        rate: 50%
        deductible: {amount: □}
        """,
        {
            "400": "unit",
            "60%": "type",
            "total * total": "product",
            "total * 50%": "product",
            "total / 2": "division",
            "400.5": "number",
            "400.555元": "number",
            "'1,000元'": "syntax",
            "400元 + 5": "unit",
            "5元 +": "syntax",
            "nothing": "name",
            "'[{when: 1, value: 400元}]'": "syntax",
        },
    )


def test_a_rate_carries_its_sign() -> None:
    """比例写成百分数，最多两位小数。

    分别写在0到100%以内的值和加点，合起来超出的按0或100%算，而且加完才算这一次。
    """
    writings(
        """
        base: in_scope
        rate: □
        """,
        {
            "60%": 60_00,
            "87.5%": 87_50,
            "33.33%": 33_33,
            "0": 0,
            "60% * 2": 100_00,
            "10% - 30%": 0,
            "none": 0,
            "{value: 95%, add: [{points: 10%}]}": 100_00,
            "{value: 60% * 2, add: [{points: -30%}]}": 90_00,
        },
        why="倒数第一行：120%减30个百分点是90%；不是先按100%算再减。",
    )


def test_what_is_no_rate_is_refused() -> None:
    """比例要在0到100%之间，要带百分号。"""
    refused(
        """
        base: in_scope
        rate: □
        """,
        {"70": "unit", "101%": "rate", "-1%": "rate", "0.7": "number", "87.555%": "number", "100元": "type"},
    )


def test_points_have_the_kind_of_their_value() -> None:
    """加减的种类与所加的值相同：比例加百分点，金额加金额，都可以是负的。"""
    example(
        """
        base: in_scope
        rate: 100%
        deductible: {amount: {value: 400元, add: [{when: "'registered_poor' in groups", points: -150元}]}}
        """,
        bill(total=1000_00, groups=["registered_poor"]).pays(1000_00 - 250_00).told(),
        bill(total=1000_00, groups=[]).pays(1000_00 - 400_00),
        plan="起付线400元，建档立卡贫困人口降低150元。",
        apart=True,
    )
    writings(
        """
        base: in_scope
        rate: 100%
        deductible: {amount: {value: 400元, add: [{points: □}]}}
        """,
        {"-150元": 1000_00 - 250_00, "-500元": 1000_00},
        of=bill(total=1000_00),
        why="减到0以下的，按0算。",
    )
    refused(
        """
        base: in_scope
        rate: 100%
        deductible: {amount: {value: 400元, add: [{points: □}]}}
        """,
        {"10%": "type"},
    )


def test_a_claim_above_ten_million_is_refused() -> None:
    """一张费用单不超过一千万元，一个人（一户）一年合计不超过一亿元；超过的退回核对。

    有了这两道门，后面的计算不会溢出。
    """
    example(
        """
        base: in_scope
        rate: 50%
        """,
        bill(total=10**9).pays(10**9 // 2),
        bill(total=10**9 + 1).is_refused(total="too_large"),
        apart=True,
    )
    ten = [bill(total=10**9).pays(10**9 // 2) for _ in range(10)]
    example("base: in_scope\nrate: 50%", *ten, why="十张一千万元的费用单正好一亿元，照常结算。")
    eleven = [bill(total=10**9).is_refused(total="unit_year_too_large") for _ in range(10)]
    one_more = bill(total=1).is_refused(total="unit_year_too_large")
    example("base: in_scope\nrate: 50%", *eleven, one_more, why="再多一分，这个人这一年的费用单全部退回。")
    family = [bill(person_id=f"p{number}", household_id="h", total=10**9) for number in range(11)]
    together = [one.is_refused(total="unit_year_too_large") for one in family]
    example("base: in_scope\nrate: 50%", *together, why="一户人合在一起也不能超过：十一个人各一千万元，全部退回。")
