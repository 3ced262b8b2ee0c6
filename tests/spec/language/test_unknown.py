"""不知道的事

费用单上有的格是空的。空着不等于“否”：能从别处断定的照常结算，断定不了的不猜，说出缺什么。
"""

from __future__ import annotations

import pytest

from tests.spec.book import claim, layer, missing
from tests.spec.page import bill, example, truth, writings

CHAPTER = 50


def test_three_kinds_of_truth() -> None:
    """一个条件有三种结果：成立、不成立、不知道。

    不知道的事和一件已经不成立的事用 `and` 连起来，是不成立；和一件已经成立的事用 `or` 连起来，是成立；其余都还是不知道。
    """
    truth(
        {
            "age < 18": None,
            "not age < 18": None,
            "age < 18 and total > 1元": None,
            "age < 18 and total < 1元": False,
            "age < 18 or total > 1元": True,
            "age < 18 or total < 1元": None,
            "age < 18 or age >= 18": None,
            "'registered_poor' in groups": None,
        },
        total=100_00,
        birth_on=None,
        groups=None,
        why="倒数第二行：人看得出必有一个成立，规则不作这样的推理，只按每一个条件自己的结果连起来。",
    )


def test_no_group_is_known_and_an_empty_cell_of_groups_means_none() -> None:
    """身份类别写“没有”，就是知道没有；整列都没有，才是不知道。"""
    truth({"'registered_poor' in groups": False, "'registered_poor' not in groups": True}, groups=[])


def test_an_unknown_condition_that_changes_nothing_decides() -> None:
    """结果不受影响的，照常结算：每一行给出的值都一样，或者前面的行已经定了。"""
    writings(
        """
        base: in_scope
        rate: □
        """,
        {
            "[{when: age < 18, value: 50%}, {value: 50%}]": 50_00,
            "[{when: age < 18, value: 0%}]": 0,
            "[{when: total > 1元, value: 60%}, {when: age < 18, value: 50%}]": 60_00,
            "[{when: age < 18 and total < 1元, value: 50%}, {value: 60%}]": 60_00,
            "[{when: age < 18 or total > 1元, value: 50%}, {value: 60%}]": 50_00,
            "{value: 60%, add: [{when: age < 18, points: 0%}]}": 60_00,
        },
        of=bill(total=100_00, birth_on=None),
        why="第二行：不满18周岁是0，其他人没有一行符合、也是0，所以不知道年龄也能定。",
    )


@pytest.mark.parametrize(
    "rows",
    [
        "[{when: age < 18, value: 50%}, {value: 60%}]",
        "[{when: age < 18, value: 50%}]",
        "[{when: not age < 18, value: 50%}]",
        "{value: 60%, add: [{when: age < 18, points: 1%}]}",
    ],
)
def test_an_unknown_condition_that_could_change_the_value_leaves_the_claim_undecided(rows: str) -> None:
    assert missing(layer(f"base: in_scope\nrate: {rows}"), claim()) == ("birth_on",)


def test_an_unknown_condition_that_could_change_the_value() -> None:
    """结果会受影响的，不能决定，并说出缺什么。补上以后再结算。"""
    example(
        """
        base: in_scope
        rate: [{when: age < 18, value: 50%}, {value: 60%}]
        """,
        bill(total=100_00, birth_on=None).misses("birth_on"),
        bill(total=100_00, birth_on="2010-05-01").pays(50_00),
        apart=True,
    )
    example("base: in_scope\nrate: {value: 60%, add: [{when: age < 18, points: 1%}]}", bill(birth_on=None).misses("birth_on"))


def test_no_row_of_a_cap_is_no_cap_and_not_the_same_as_0() -> None:
    """封顶线没有一行符合是不封顶，和封顶0元不是一回事，所以不知道年龄就不能定。"""
    example(
        """
        base: in_scope
        rate: 100%
        cap: {per: claim, amount: [{when: age < 18, value: 0}]}
        """,
        bill(birth_on=None, total=100_00).misses("birth_on"),
        bill(birth_on="1950-01-01", total=100_00).pays(100_00),
        apart=True,
    )


def test_a_layer_that_applies_reads_all_its_keys_whatever_the_base() -> None:
    """一层有效时，它的每一个键都要读，哪怕计算的金额是0：缺了就不能决定。"""
    example(
        """
        base: 0
        rate: 50%
        cap: {per: claim, amount: [{when: sex = 'male', value: 5元}]}
        """,
        bill(sex=None).misses("sex"),
    )


def test_unknown_facts_of_a_layer_that_does_not_apply_do_not_matter() -> None:
    """一层不适用时，它里面缺什么都没有关系。"""
    example(
        """
        when: care = 'outpatient'
        base: in_scope
        rate: [{when: age < 18, value: 5%}]
        """,
        bill(care="inpatient", birth_on=None).pays(0),
        bill(care="outpatient", birth_on=None).misses("birth_on"),
        apart=True,
    )


def test_all_missing_facts_are_named() -> None:
    """缺几样就一次说出几样。"""
    example(
        """
        layers:
          - id: basic
            name: 基本医保
            base: in_scope
            rate: [{when: age < 18, value: 50%}]
            deductible: {amount: [{when: referred, value: 5元}]}
          - {id: critical, name: 大病保险, base: in_scope - paid.basic, when: "sex = 'male'", rate: 10%}
          - {id: backstop, name: 财政兜底, base: in_scope - paid.critical, when: paid.critical > 0, rate: 10%}
        """,
        bill().misses("birth_on", "referred", "sex"),
        why="财政兜底那一层缺的是大病保险付了多少，那是前面几样定不下来的后果，不另说。",
    )
