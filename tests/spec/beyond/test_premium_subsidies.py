"""参保资助

`premiums:` 写一年的个人缴费是多少，谁得到多少补贴，由谁出，本人还要交多少。同时有几种身份的，取高的一项，不重复。
"""

from __future__ import annotations

from tests.spec.promises import premiums, refused_promises

CHAPTER = 40

RESIDENT = """
    premiums:
      - id: resident_insurance
        name: 居民医保个人缴费
        amount: [{from: 2018-01-01, value: 220元}, {from: 2019-01-01, value: 250元}]
        subsidies:
          - {name: 特困人员, when: "'extreme_poverty_support' in groups", share: 100%, fund: assistance}
          - {name: 低保对象, when: "'subsistence_allowance' in groups", sum: 120元, fund: assistance}
          - {name: 建档立卡贫困人口, when: "'registered_poor' in groups", share: 50%, fund: county}
    """


def test_in_full_by_a_share_or_by_a_sum() -> None:
    """补贴可以是全额、一个比例（`share`），或者一个定数（`sum`）；定数不超过个人缴费。"""
    premiums(
        RESIDENT,
        ({"groups": ["extreme_poverty_support"]}, 220_00, 0),
        ({"groups": ["registered_poor"]}, 110_00, 110_00),
        ({"groups": ["subsistence_allowance"]}, 120_00, 100_00),
        ({"groups": []}, 0, 220_00),
        plan="特困人员参保的个人缴费全额资助，低保对象定额资助120元，其他建档立卡贫困人口补贴50%。",
    )


def test_the_highest_identity_wins() -> None:
    """同时有几种身份的，取补贴最多的一项，不重复。"""
    premiums(
        RESIDENT,
        ({"groups": ["registered_poor", "subsistence_allowance"]}, 120_00, 100_00),
        ({"groups": ["registered_poor", "subsistence_allowance", "extreme_poverty_support"]}, 220_00, 0),
    )
    premiums(
        RESIDENT,
        ({"groups": ["registered_poor", "subsistence_allowance"]}, 125_00, 125_00),
        year=2019,
        why="2019年个人缴费250元，一半是125元，比定额120元多。",
    )


def test_the_amount_is_that_of_the_insurance_year() -> None:
    """个人缴费和补贴按参保年度第一天有效的标准；比最早的标准还早的年度不能决定。"""
    premiums(RESIDENT, ({"groups": ["registered_poor"]}, 125_00, 125_00), year=2019)
    found = premiums(RESIDENT, ({"groups": ["registered_poor"]}, None, None), year=2017)
    assert found[0].missing == ("from",)


def test_several_payers() -> None:
    """一项补贴由几家分担的，合起来一分不差。"""
    found = premiums(
        """
        premiums:
          - id: top_up_cover
            name: 住院医疗再补充保险
            amount: 120.01元
            subsidies:
              - when: "'registered_poor' in groups"
                share: 100%
                payers: [{fund: city, share: 30%}, {fund: county, share: 70%}]
        """,
        ({"groups": ["registered_poor"]}, 120_01, 0),
        plan="为建档立卡贫困人口购买住院医疗再补充保险，每人每年120元。",
    )
    assert found[0].payers == (("city", 36_00), ("county", 84_01))


def test_an_unknown_premium_stays_unknown() -> None:
    """文件里没有写个人缴费是多少的，写 `amount: unknown`：谁补贴几成仍然可以说，金额算不出；全额补贴的，知道本人不交。"""
    text = RESIDENT.replace("[{from: 2018-01-01, value: 220元}, {from: 2019-01-01, value: 250元}]", "unknown")
    found = premiums(
        text,
        ({"groups": ["extreme_poverty_support", "registered_poor"]}, None, 0),
        ({"groups": ["registered_poor"]}, None, None),
        ({"groups": ["registered_poor", "subsistence_allowance"]}, None, None),
        why="第三个人：定额120元和一半哪个多，要看个人缴费是多少，所以不能决定。",
    )
    assert [result.missing for result in found] == [("premium",)] * 3
    assert [result.share for result in found] == [10_000, 5000, None]
    assert not any(result.confirmed for result in found)


def test_an_unknown_identity_is_missed_only_where_it_matters() -> None:
    """缺少情况的，可能改变结果时才不能决定。"""
    text = """
        premiums:
          - id: resident_insurance
            name: 居民医保个人缴费
            amount: 220元
            subsidies:
              - {when: "'extreme_poverty_support' in groups", share: 100%, fund: assistance}
              - {name: 七十岁以上老人, when: age >= 70, share: 50%, fund: county}
        """
    found = premiums(
        text,
        ({"groups": ["extreme_poverty_support"]}, 220_00, 0),
        ({"groups": []}, None, None),
        ({"birth_on": "1940-01-01"}, None, None),
    )
    assert [result.missing for result in found] == [(), ("birth_on",), ("groups",)]
    text = text.replace(
        "share: 50%, fund: county}", "share: 50%, fund: county}\n              - {when: insured, sum: 100元, fund: county}"
    )
    premiums(
        text,
        ({"groups": [], "birth_on": "1940-01-01"}, 110_00, 110_00),
        why="是否参保不知道也不要紧：那一项只有100元，比一半少。",
    )


def test_what_cannot_be_written() -> None:
    """写错的，检查时全部指出来，一条也不执行。"""
    refused_promises(
        """
        premiums:
          - {id: a, □}
        """,
        {
            "subsidies: []": "missing_key",
            "amount: 220": "unit",
            "amount: 220元, subsidies: [{share: 50%, sum: 10元, fund: city}]": "mechanism",
            "amount: 220元, subsidies: [{fund: city}]": "mechanism",
            "amount: 220元, subsidies: [{share: 120%, fund: city}]": "rate",
            "amount: 220元, subsidies: [{when: bed_days > 3, share: 50%, fund: city}]": "name",
            "amount: 220元, subsidies: [{share: 50%, payers: [{fund: city, amount: 1元}]}]": "shares",
        },
    )
