"""费用单和由它推出的名称

一张费用单是一个人在一家医院的一次结算：一次住院，或一次门诊（入院、出院都是当天）。有些名称不用填，由费用单推出来。
"""

from __future__ import annotations

from datetime import date

import pytest

from fuqi.scheme.diseases import Disease, DiseaseList
from fuqi.scheme.facts import lists_of_code
from tests.spec.book import claim, layer, missing, pay
from tests.spec.page import bill, example, refused, shown, truth

CHAPTER = 10

AGES = [
    ({"birth_on": "2000-03-01", "admitted": "2018-03-01", "discharged": "2018-03-20"}, 18),
    ({"birth_on": "2000-03-02", "admitted": "2018-03-01", "discharged": "2018-03-20"}, 17),
    ({"birth_on": "2000-03-02", "discharged": "2018-03-02"}, 18),
    ({"birth_on": "2000-02-29", "admitted": "2018-02-28", "discharged": "2018-03-02"}, 17),
    ({"birth_on": "2000-02-29", "admitted": "2018-03-01", "discharged": "2018-03-02"}, 18),
    ({"birth_on": "2000-02-29", "admitted": "2020-02-29", "discharged": "2020-03-02"}, 20),
]


def test_age() -> None:
    """年龄 `age` 是入院那天的周岁，生日当天算满；没有入院日期的看出院那天。

    2月29日出生的，在没有这一天的年份，3月1日满岁。
    """
    rows = []
    for columns, age in AGES:
        found = claim(**columns).age
        assert found == age
        assert pay(layer(f'base: in_scope\nrate: 100%\nwhen: "age = {age}"'), claim(**columns)) > 0
        rows.append([columns["birth_on"], columns.get("admitted", ""), columns["discharged"], str(found)])
    shown(columns=["出生日期", "入院日期", "出院日期", "年龄"], rows=rows)


@pytest.mark.parametrize(("admitted", "days"), [("2017-03-01", 1), ("2017-02-28", 1), ("2017-02-01", 28)])
def test_bed_days_are_at_least_one(admitted: str, days: int) -> None:
    condition = f"bed_days = {days} and month = 3 and year = 2017"
    one = claim(admitted=admitted, discharged="2017-03-01")
    assert pay(layer(f'base: in_scope\nrate: 100%\nwhen: "{condition}"'), one) > 0


def test_bed_days_month_and_year() -> None:
    """住院天数 `bed_days` 是出院日期减入院日期，至少1天；`month` 和 `year` 是出院的月份和年份。"""
    truth({"bed_days = 28": True, "month = 3": True, "year = 2017": True}, admitted="2017-02-01", discharged="2017-03-01")
    truth({"bed_days = 1": True}, admitted="2017-03-01", discharged="2017-03-01", why="当天出院也算1天。")
    truth({"bed_days = 1": None, "month = 3": True}, discharged="2017-03-01", why="没有入院日期，就不知道住了几天。")


def test_what_is_not_written_defaults() -> None:
    """三样东西可以不写：不写户编号，一个人算一户；不写住院号，一张费用单算一次住院；不写结算费用，就是总费用。

    其他空着的格都是不知道。
    """
    one = claim("c7", person_id="p7", total=100_00)
    assert (one.household, one.stay, one.settled_sum) == ("p7", "c7", 100_00)
    truth(
        {"household_id = 'p7'": True, "stay_id = 'c7'": True, "settle_total = 100元": True, "referred": None},
        claim_id="c7",
        person_id="p7",
        total=100_00,
    )


def test_disease_lists() -> None:
    """`disease_lists` 是诊断编码所在的病种名录；名录有年龄限制的，还要知道年龄。

    编码从前往后比：名录写 E10，E10.9 也算。
    """
    lists = [
        DiseaseList(
            id="diabetes",
            name="糖尿病",
            disease_class="chronic",
            diseases=(Disease(id="diabetes", name="糖尿病", icd10=("E10", "E11")),),
        ),
        DiseaseList(
            id="child_leukaemia",
            name="儿童白血病",
            disease_class="major",
            diseases=(Disease(id="leukaemia", name="白血病", icd10=("C91",), age_below=15),),
        ),
    ]
    cases: list[tuple[str | None, int | None, frozenset[str] | None]] = [
        ("E10.9", None, frozenset({"diabetes"})),
        ("I10", None, frozenset()),
        ("C91.0", 8, frozenset({"child_leukaemia"})),
        ("C91.0", 15, frozenset()),
        ("C91.0", None, None),
        (None, 8, None),
    ]
    rows = []
    for code, age, expected in cases:
        found = lists_of_code(lists, code, age)
        assert found == expected
        named = "、".join(one.name for one in lists if found and one.id in found) or "都不在"
        rows.append([code or "不知道", "不知道" if age is None else str(age), "不能决定" if found is None else named])
    shown(columns=["诊断编码", "年龄", "所在名录（糖尿病：E10、E11；儿童白血病：C91，不满15周岁）"], rows=rows)


def test_amounts_of_other_kinds_may_be_a_base() -> None:
    """费用单可以另列金额 `amount_`（如特药费用、乙类先行自付），它们可以互相重叠，可以作计算的基数。"""
    text = """
        base: amount_special_drug
        rate: 50%
        """
    example(
        text,
        bill(total=1000_00, amounts={"special_drug": 300_00}).pays(150_00),
        bill(total=1000_00).misses("amount_special_drug"),
        bill(total=1000_00, amounts={"special_drug": 1000_01}).is_refused(amount_special_drug="amount_above_total"),
        plan="特药费用报销50%。",
        apart=True,
    )
    special = layer("base: amount_special_drug\nrate: 50%")
    assert pay(special, claim(amounts={"special_drug": 300_00})) == 150_00
    assert missing(special, claim()) == ("amount_special_drug",)


def test_what_is_out_of_scope() -> None:
    """政策范围内费用 `in_scope` 由定价的单位给出，这里不算；范围以外的，限于范围内的层一分也不付。"""
    example(
        """
        base: total
        rate: 100%
        """,
        bill(total=100_00, in_scope=60_00).pays(60_00, own=40_00, own_in_scope=0),
        why="计算基数写的是总费用，也只付到政策范围内的60元为止。",
    )


def test_kinds_of_care() -> None:
    """就诊类别有住院、门诊、门诊慢特病，方案可以加自己的类别。"""
    text = """
        care: [special_drug]
        layers:
          - {id: basic, name: 特药, when: care = 'special_drug', base: in_scope, rate: 60%}
        """
    example(
        text,
        bill(care="special_drug", total=100_00).pays(60_00),
        bill(care="outpatient", total=100_00).pays(0),
        bill(care="dental", total=100_00).is_refused(care="unknown_care"),
        apart=True,
    )
    refused(
        "when: care = 'special_drug'\nbase: in_scope\nrate: □", {"60%": "value"}, why="没有先在 care 里列出的类别，不能用。"
    )


def test_the_day_of_identity() -> None:
    """身份类别是出院当天的；方案可以用 `identity_on` 改为入院当天、结算当天，或住院期间任何一天。

    一段身份从开始那天算起，到结束那天为止，结束那天已不在内。单独的一个待遇文件里不能写 `identity_on`，因为费用单上已经写好了身份。
    """
    refused(
        "identity_on: □\nlayers:\n  - {id: basic, base: in_scope, rate: 60%}",
        {"admitted": "identity_on", "any_day_of_stay": "identity_on"},
    )


def test_a_day_may_be_given_as_a_date() -> None:
    assert claim(birth_on=date(2000, 3, 1), discharged="2018-03-01").age == 18
