"""条件

条件写在 `when` 里，说一层、一行或一个加点什么时候有效。能用的名称见[条件里能用的名称](names.zh-CN.md)。
"""

from __future__ import annotations

import pytest

from tests.spec.book import benefits_of, faults_of
from tests.spec.page import bill, example, refused, truth

CHAPTER = 40


def test_comparisons() -> None:
    """可以比较：`=` 等于，`<>` 不等于，`<` `<=` `>` `>=` 比大小。金额和比例要带单位。"""
    truth(
        {
            "total = 1000元": True,
            "total = 100000分": True,
            "total <> 1000元": False,
            "in_scope > 500元": True,
            "total - in_scope < 200元": False,
            "total - in_scope <= 200元": True,
            "in_scope > 0": True,
            "hospital_level = 'county'": True,
            "hospital_level <> 'county'": False,
            "hospital_grade >= 2": True,
        },
        total=1000_00,
        in_scope=800_00,
        hospital_level="county",
        hospital_grade=2,
    )


def test_lists_and_sets() -> None:
    """`in` 后面写括号里的几个值，或者写一个集合的名称：身份类别 `groups`、病种名录 `disease_lists`。"""
    truth(
        {
            "hospital_level in ('county', 'city')": True,
            "hospital_level not in ('county', 'city')": False,
            "'registered_poor' in groups": True,
            "'extreme_poverty_support' in groups": False,
            "'extreme_poverty_support' not in groups": True,
        },
        hospital_level="county",
        groups=["registered_poor", "subsistence_allowance"],
        why="一个人可以同时有几种身份。",
    )


def test_and_or_not() -> None:
    """几个条件用 `and`（并且）、`or`（或者）、`not`（不是）连起来；`and` 比 `or` 先看，拿不准就加括号。"""
    truth(
        {
            "care = 'inpatient' and in_county": True,
            "care = 'outpatient' or in_county": True,
            "not in_county": False,
            "in_county = 1": True,
            "in_county = false": False,
            "in_county or in_county and care = 'outpatient'": True,
            "(in_county or in_county) and care = 'outpatient'": False,
        },
        care="inpatient",
        in_county=True,
    )


def test_dates() -> None:
    """日期写成 '2024-07-01' 的样子。"""
    truth(
        {
            "discharged >= '2017-07-01'": True,
            "discharged < '2017-07-01'": False,
            "discharged >= admitted": True,
            "'2017-06-28' in (admitted, discharged)": True,
            "month in (6, 7, 8)": True,
            "year = 2017": True,
        },
        admitted="2017-06-28",
        discharged="2017-07-01",
        settled_at="2017-07-01",
    )


def test_what_cannot_be_compared_is_refused() -> None:
    """不可能成立、单位不对、种类不对的条件，读方案时就指出来。"""
    refused(
        """
        base: in_scope
        rate: 50%
        when: "□"
        """,
        {
            "hospital_level = 'tertiary'": "value",
            "hospital_grade = 4": "value",
            "in_scope > 5000": "unit",
            "in_scope": "type",
            "in_scope > 50%": "type",
            "groups = 'registered_poor'": "type",
            "hospital_level > 'county'": "type",
            "discharged > '2017-02-30'": "date",
            "hopsital_level = 'county'": "name",
            "'four_kinds' in disease_lists": "name",
            "in_scope > 5元 and": "syntax",
        },
        why="`disease_lists` 要有病种名录的方案才能用，单独的一个待遇文件里没有名录。",
    )


def test_conditions_read_what_earlier_layers_paid_and_cut_off() -> None:
    """条件还可以看前面各层付了多少（`paid.`）、被封顶截去多少（`over.`）、今年此前付过多少（`ytd_paid.`）。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 100%, cap: {amount: 60元, per: claim}}
          - {id: critical, name: 大病保险, base: over.basic, when: paid.basic >= 60元 and over.basic > 30元, rate: 50%}
          - {id: gift, name: 慰问, base: in_scope, when: ytd_paid.gift < 10元, rate: 10%}
        """,
        bill(total=100_00).pays(60_00, 20_00, 10_00),
        bill(total=100_00).pays(60_00, 20_00, 0),
        why="慰问这一层第一次付了10元，第二次“今年此前付过的不到10元”就不成立了。",
    )


@pytest.mark.parametrize("base", ["in_scope - paid.a", "in_scope - paid.b", "over.b", "in_scope - paid.x"])
def test_faults_of_layers_that_are_not_earlier_stand_at_their_line(base: str) -> None:
    text = f"layers:\n  - {{id: a, base: {base}, rate: 10%}}\n  - {{id: b, base: in_scope, rate: 10%}}\n"
    assert [(fault.code, fault.place.line) for fault in faults_of(text)] == [("name", 2)]


def test_a_layer_reads_earlier_layers_only() -> None:
    """一层只能引用排在它前面的层：`ytd_paid.` 除外，它看的是以前的费用单。"""
    refused(
        """
        layers:
          - {id: basic, base: □, rate: 10%}
          - {id: critical, base: in_scope, rate: 10%}
        """,
        {
            "in_scope - paid.basic": "name",
            "in_scope - paid.critical": "name",
            "over.critical": "name",
            "in_scope - paid.backstop": "name",
            "ytd_paid.backstop": "name",
        },
    )
    later = benefits_of("layers:\n  - {id: a, base: ytd_paid.b, rate: 1%}\n  - {id: b, base: in_scope, rate: 1%}\n")
    assert later.layer("a").names() == {"ytd_paid.b"}
