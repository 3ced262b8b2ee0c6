"""按条件取值

一个值可以写成几行，从上往下，第一行符合条件的有效；还可以在取到的值上再加点。
"""

from __future__ import annotations

from tests.spec.page import bill, example, refused, writings

CHAPTER = 20


def test_the_first_row_that_holds_wins() -> None:
    """从上往下看，第一行符合条件的有效，后面的行不再看。"""
    example(
        """
        base: in_scope
        rate:
          - {when: "hospital_level = 'township'", value: 90%}
          - {when: "hospital_level in ('county', 'city')", value: 70%}
          - {value: 50%}
        """,
        bill(hospital_level="township", total=1000_00).pays(1000_00 * 90 // 100),
        bill(hospital_level="county", total=1000_00).pays(1000_00 * 70 // 100),
        bill(hospital_level="province", total=1000_00).pays(1000_00 * 50 // 100),
        plan="乡镇卫生院报90%，县、市级医院报70%，其他医院报50%。",
        why="没有条件的那一行放在最后，管其余的情形。",
        apart=True,
    )
    writings(
        "base: in_scope\nrate: □",
        {"[{when: total > 1元, value: 10%}, {value: 20%}]": 10_00, "[{when: total < 1元, value: 10%}, {value: 20%}]": 20_00},
    )


def test_no_row_is_zero_or_no_cap() -> None:
    """没有一行符合时：比例和起付线是0，封顶线是没有。"""
    example(
        """
        base: in_scope
        rate: [{when: "'registered_poor' in groups", value: 80%}]
        """,
        bill(total=100_00, groups=[]).pays(0),
        bill(total=100_00, groups=["registered_poor"]).pays(80_00),
        apart=True,
    )
    example(
        """
        base: in_scope
        rate: 100%
        deductible: {amount: [{when: "hospital_level = 'county'", value: 400元}]}
        cap: {per: claim, amount: [{when: "hospital_level = 'county'", value: 500元}]}
        """,
        bill(total=1000_00, hospital_level="county").pays(500_00),
        bill(total=1000_00, hospital_level="township").pays(1000_00),
        apart=True,
    )


def test_all_points_that_hold_are_added() -> None:
    """`add` 里凡是符合条件的都加上，不是只加第一个。"""
    writings(
        """
        base: in_scope
        rate: □
        """,
        {
            "{value: 70%, add: [{points: 10%}, {when: total > 1元, points: 5%}, {when: total < 1元, points: 9%}]}": 85_00,
            "{value: 70%, add: [{points: -20%}]}": 50_00,
            "{value: [{when: total < 1元, value: 10%}], add: [{points: 5%}]}": 5_00,
            "[{when: total < 1元, value: 10%}]": 0,
        },
        why="第三行：值没有一行符合，是0，加5个百分点，是5%。",
    )


def test_a_row_may_have_points_of_its_own() -> None:
    """一行也可以带自己的加点，只有取到这一行时才加。"""
    example(
        """
        base: in_scope
        rate:
          - {when: "hospital_level = 'county'", value: 70%, add: [{when: "'registered_poor' in groups", points: 10%}]}
          - {value: 50%}
        """,
        bill(hospital_level="county", groups=["registered_poor"], total=100_00).pays(80_00),
        bill(hospital_level="city", groups=["registered_poor"], total=100_00).pays(50_00),
        plan="县级医院报70%，其中建档立卡贫困人口提高10个百分点；县外医院报50%。",
        apart=True,
    )


def test_points_are_added_to_every_bracket() -> None:
    """分段的，加点加到每一段，每一段各自不超过100%。"""
    example(
        """
        base: in_scope
        brackets:
          value: [{to: 100元, rate: 50%}, {rate: 95%}]
          add: [{when: "'registered_poor' in groups", points: 10%}]
        """,
        bill(total=200_00, groups=["registered_poor"]).pays(100_00 * 60 // 100 + 100_00).told(),
    )


def test_brackets_and_lumps_may_differ_by_condition() -> None:
    """整张分段表或定额表也可以按条件选。"""
    example(
        """
        base: in_scope
        brackets:
          - {when: "'registered_poor' in groups", value: [{to: 100元, rate: 80%}, {rate: 90%}]}
          - {value: [{rate: 50%}]}
        """,
        bill(total=200_00, groups=["registered_poor"]).pays(80_00 + 90_00),
        bill(total=200_00, groups=[]).pays(100_00),
        apart=True,
    )
    example(
        """
        base: in_scope
        lump:
          - {when: "'registered_poor' in groups", value: [{above: 100元, pay: 80元}]}
          - {value: none}
        """,
        bill(total=200_00, groups=["registered_poor"]).pays(80_00),
        bill(total=200_00, groups=[]).pays(0),
        apart=True,
    )


def test_a_bracket_may_depend_on_conditions_but_not_its_bound() -> None:
    """一段的比例可以按条件取值；分段的上限和定额的档只能是写明的金额，从小到大。"""
    example(
        """
        base: in_scope
        brackets:
          - {to: 100元, rate: [{when: "'registered_poor' in groups", value: 80%}, {value: 60%}]}
          - {rate: 90%}
        """,
        bill(total=200_00, groups=["registered_poor"]).pays(80_00 + 90_00),
        bill(total=200_00, groups=[]).pays(60_00 + 90_00),
        apart=True,
    )
    refused(
        """
        base: in_scope
        □
        """,
        {
            "brackets: [{to: 5元, rate: 50%}, {to: 5元, rate: 50%}, {rate: 0}]": "order",
            "brackets: [{to: 5元, rate: 50%}, {to: 4元, rate: 50%}, {rate: 0}]": "order",
            "brackets: [{to: 5, rate: 50%}, {rate: 0}]": "unit",
            "brackets: [{to: total, rate: 50%}, {rate: 0}]": "unit",
            "brackets: [{rate: 50%}, {rate: 0}]": "missing_key",
            "lump: [{above: 5元, pay: 1元}, {above: 5元, pay: 2元}]": "order",
            "lump: [{above: 5元, pay: 1}]": "unit",
        },
    )


def test_rows_that_cannot_be_are_refused() -> None:
    """两行条件相同、键写错、没写值，都是方案的错误。条件是否相同看意思，不看写法。"""
    refused(
        """
        base: in_scope
        rate: 50%
        deductible: {amount: □}
        """,
        {
            "[{when: total > 1元, value: 5元}, {when: total  >  100分, value: 6元}]": "same_row",
            "[{when: total > 1, value: 5元}]": "unit",
            "[{value: 5元, wen: total > 1元}]": "unknown_key",
            "[{when: total > 1元}]": "missing_key",
        },
    )
