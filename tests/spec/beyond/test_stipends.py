"""补贴

`stipends:` 写条件成立期间每月、每季、每半年、每年发多少钱，或者一次发给，或者按次发。几个单位分担的，合起来一分不差。
"""

from __future__ import annotations

from tests.spec.promises import refused_promises, stipends

CHAPTER = 30

SPECIAL = """
    stipends:
      - id: special_support
        name: 计划生育特别扶助金
        when: "'disabled_child' in groups or 'bereaved' in groups"
        period: month
        amount:
          - {from: 2016-01-01, when: "'bereaved' in groups", value: 600元}
          - {from: 2016-01-01, value: 500元}
          - {from: 2017-01-01, when: "'bereaved' in groups", value: 750元}
          - {from: 2017-01-01, value: 650元}
        payers:
          - {fund: province, amount: 400元}
          - {fund: city, share: 40%}
          - {fund: county, share: 60%}
    """


def test_only_full_periods_are_paid() -> None:
    """条件在整个一期里天天成立，才发这一期；中途开始或中途结束的那一期不发。"""
    stipends(
        """
        stipends:
          - {id: carer, name: 互助护理员补贴, when: "'carer' in groups", period: month, amount: 300元, fund: county}
        """,
        spells=[("groups", "carer", "2018-01-16", "2018-04-01")],
        window=("2018-01-01", "2018-07-01"),
        gives=[0, 300_00, 300_00],
        plan="互助护理员每人每月补贴300元。",
        why="1月只有16天，不满一个月，不发。",
    )


def test_prorated_by_days() -> None:
    """写了 `prorate: days` 的，不满一期的按天折算：一期的金额 × 成立的天数 ÷ 这一期的天数，四舍五入到分。"""
    stipends(
        """
        stipends:
          - {id: carer, name: 互助护理员补贴, when: "'carer' in groups", period: month, amount: 300元, prorate: days, fund: county}
        """,
        spells=[("groups", "carer", "2018-01-16", "2018-02-11")],
        window=("2018-01-01", "2018-03-01"),
        gives=[(300_00 * 16 * 2 + 31) // (31 * 2), (300_00 * 10 * 2 + 28) // (28 * 2)],
    )


def test_each_period_has_the_amount_in_force() -> None:
    """提高标准以后，每一期按这一期第一天有效的标准发；省里的标准不变，提高的部分由市、县按比例分担。"""
    stipends(
        SPECIAL,
        spells=[("groups", "disabled_child", "2016-10-20", "2017-03-01")],
        window=("2016-01-01", "2018-01-01"),
        gives=[0, 500_00, 500_00, 650_00, 650_00],
        payers={
            "province": 400_00 * 4,
            "city": (100_00 * 2 + 250_00 * 2) * 40 // 100,
            "county": (100_00 * 2 + 250_00 * 2) * 60 // 100,
        },
        plan="特别扶助金2016年伤残每人每月500元、死亡600元，2017年650元、750元；提高的部分由市、县按比例配套。",
        why="省标准和市县的比例是编的。",
    )


def test_who_becomes_another_group_gets_the_new_amount_from_the_next_period() -> None:
    """身份在一期中间变了的，这一期仍按第一天的身份，下一期起按新的。"""
    stipends(
        SPECIAL,
        spells=[("groups", "disabled_child", "2017-01-01", "2017-05-10"), ("groups", "bereaved", "2017-05-10", "2017-07-01")],
        window=("2017-04-01", "2017-07-01"),
        gives=[650_00, 650_00, 750_00],
    )


def test_shares_add_up_to_the_fen() -> None:
    """分担除不尽的，各先取到分，余下的分给小数部分最大的；一样大的，给写在前面的。"""
    stipends(
        """
        stipends:
          - id: grant
            name: 年度补贴
            period: year
            amount: 100元
            payers: [{fund: province, share: 33.33%}, {fund: city, share: 33.33%}, {fund: county, share: 33.34%}]
          """,
        window=("2018-01-01", "2019-01-01"),
        gives=[100_00],
        payers={"province": 33_33, "city": 33_33, "county": 33_34},
    )
    stipends(
        """
        stipends:
          - {id: grant, name: 补贴, period: year, amount: 0.05元, payers: [{fund: city, share: 50%}, {fund: county, share: 50%}]}
          """,
        window=("2018-01-01", "2019-01-01"),
        gives=[5],
        payers={"city": 3, "county": 2},
        why="5分对半分，各2.5分：先各取2分，余下1分给写在前面的市财政。",
    )


def test_fixed_sums_alone() -> None:
    """几家各出一个定数的，不写总额，总额就是各家之和。"""
    stipends(
        """
        stipends:
          - id: special_support
            name: 特别扶助金
            when: age >= 49
            period: half_year
            payers: [{fund: province, amount: 2040元}, {fund: county, amount: 360元}]
        """,
        {"birth_on": "1969-06-01"},
        window=("2018-01-01", "2019-07-01"),
        gives=[0, 2400_00, 2400_00],
        payers={"province": 4080_00, "county": 720_00},
        why="2018年6月1日满49周岁：上半年只成立了30天，不发；下半年起每半年发一次。",
    )


def test_once_on_entry() -> None:
    """`period: once`：条件第一次成立那天一次发给，以后退出又回来的不再发。"""
    stipends(
        """
        stipends:
          - {id: entry, name: 一次性抚慰金, when: "'bereaved' in groups", period: once, amount: 5000元, fund: county}
        """,
        spells=[("groups", "bereaved", "2018-02-07", "2018-05-01"), ("groups", "bereaved", "2018-08-01", "")],
        window=("2018-01-01", "2019-01-01"),
        gives=[5000_00],
    )


def test_who_was_in_it_already_does_not_enter() -> None:
    """早已符合、说不出哪一天开始的，不算这段时间里进入；规则写了 `from` 的，从那一天起第一次符合就算进入。"""
    text = """
        stipends:
          - {id: entry, name: 一次性抚慰金, when: "'bereaved' in groups", period: once, amount: 5000元, fund: county}
        """
    people = [("groups", "bereaved", "", "")]
    stipends(text, spells=people, window=("2018-01-01", "2019-01-01"), gives=[])
    dated = text.replace("period: once", "period: once, from: 2018-07-01")
    stipends(dated, spells=people, window=("2018-01-01", "2019-01-01"), gives=[5000_00])


def test_by_event_with_a_limit() -> None:
    """`period: event`：每次发“金额 × 数量”；`at_most` 写一年里最多发几份，按先后用完为止。"""
    stipends(
        """
        stipends:
          - id: nursing
            name: 住院护理补贴
            when: "'extreme_poverty_support' in groups and care = 'inpatient'"
            period: event
            amount: 30元
            quantity: bed_days
            at_most: {quantity: 30, per: year}
            fund: county
        """,
        {"groups": ["extreme_poverty_support"]},
        events=[
            ("a", "2018-03-01", {"care": "inpatient", "bed_days": 20}),
            ("b", "2018-09-01", {"care": "inpatient", "bed_days": 14}),
            ("c", "2019-01-05", {"care": "inpatient", "bed_days": 3}),
        ],
        window=("2018-01-01", "2020-01-01"),
        gives=[30_00 * 20, 30_00 * 10, 30_00 * 3],
        plan="特困人员住院，每天补贴护理费30元，一年最多30天。",
    )


def test_by_the_number_of_people_cared_for() -> None:
    """金额可以按人数算：写成“金额 × 人数”。"""
    stipends(
        """
        stipends:
          - {id: carer, name: 互助护理员补贴, when: "'carer' in groups", period: month, amount: 100元 * cares_for, fund: county}
        """,
        {"groups": ["carer"], "cares_for": 3},
        window=("2018-01-01", "2018-02-01"),
        gives=[100_00 * 3],
    )


def test_what_is_unknown_pays_nothing_yet() -> None:
    """缺少情况的，这一期还定不了，写明缺什么；整期不可能成立的，缺了也不要紧。"""
    text = """
        stipends:
          - id: old_age
            name: 高龄补贴
            when: "'registered_poor' in groups and age >= 80"
            period: quarter
            amount: 150元
            fund: county
        """
    lines = stipends(
        text,
        spells=[("groups", "registered_poor", "2018-04-01", "2018-10-01")],
        window=("2018-01-01", "2019-01-01"),
        gives=[0, 0],
        why="身份只在第二、第三季度有；出生日期不知道，所以这两个季度定不了。",
    )
    assert [line.missing for line in lines] == [("birth_on",), ("birth_on",)]


def test_nothing_after_death() -> None:
    """死亡第二天起不再享受；死亡那天算在内。"""
    stipends(
        """
        stipends:
          - id: support
            name: 特困供养金
            when: "'extreme_poverty_support' in groups"
            period: month
            amount: 310元
            prorate: days
            fund: county
        """,
        {"groups": ["extreme_poverty_support"], "died_on": "2018-02-14"},
        window=("2018-01-01", "2018-04-01"),
        gives=[310_00, 310_00 * 14 // 28],
    )


def test_what_cannot_be_written() -> None:
    """写错的，检查时全部指出来，一条也不执行。"""
    refused_promises(
        """
        stipends:
          - {id: a, □}
        """,
        {
            "period: month": "missing_key",
            "amount: 1元": "missing_key",
            "period: week, amount: 1元": "value",
            "period: month, amount: 1": "unit",
            "period: month, amount: 1元, quantity: age": "mechanism",
            "period: once, amount: 1元, prorate: days": "mechanism",
            "period: month, amount: 30元 * bed_days": "name",
            "period: event, amount: 1元, at_most: {quantity: 0, per: year}": "number",
            "period: month, amount: 2元, payers: [{fund: city, share: 40%}, {fund: county, share: 50%}]": "shares",
            "period: month, amount: 2元, payers: [{fund: city, amount: 1元}]": "shares",
            "period: month, payers: [{fund: city, amount: 1元}, {fund: county}]": "shares",
            "period: month, amount: 1元, payers: [{fund: city}, {fund: city}]": "duplicate_id shares",
            "period: month, amount: 1元, fund: city, payers: [{fund: city}]": "mechanism",
        },
    )
