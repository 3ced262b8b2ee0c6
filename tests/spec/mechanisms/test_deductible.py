"""起付线

起付线以下的由个人负担。起付线可以每次扣，可以按期间扣，也可以“一年只扣一次、按最高一级”。
"""

from __future__ import annotations

from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim, layer
from tests.spec.page import bill, example, refused, scheme_of

CHAPTER = 50

ONCE = """
    base: in_scope
    rate: 100%
    deductible:
      once: highest
      amount:
        - {when: "hospital_level = 'township'", value: 100元}
        - {when: "hospital_level = 'city'", value: 800元}
        - {value: 400元}
    """


def test_a_deductible_by_level() -> None:
    """每次住院扣一次，各级医院各有各的起付线。"""
    example(
        """
        base: in_scope
        deductible:
          amount:
            - {when: "hospital_level = 'township'", value: 100元}
            - {when: "hospital_level = 'county'", value: 400元}
            - {value: 1000元}
        rate: 70%
        """,
        bill(hospital_level="township", total=1100_00).pays(1000_00 * 70 // 100),
        bill(hospital_level="county", total=1400_00).pays(1000_00 * 70 // 100),
        bill(hospital_level="city", total=2000_00).pays(1000_00 * 70 // 100),
        plan="起付线：乡镇级100元，县级400元，其他1000元。",
    )


def test_one_deductible_a_year_at_the_highest_level() -> None:
    """`once: highest`：一年只扣一次，按去过的最高一级；转到更高一级的补扣差额，转回低一级的不再扣。"""
    levels = ("township", "county", "city", "township")
    pays = (900_00, 1000_00 - 300_00, 1000_00 - 400_00, 1000_00)
    charged = (100_00, 300_00, 400_00, 0)
    rows = zip(levels, pays, charged, strict=True)
    bills = [bill(total=1000_00, hospital_level=level).pays(fen, charged=once) for level, fen, once in rows]
    example(ONCE, bills[0], bills[1].told(), *bills[2:], plan="一个年度只扣一次起付线，就高不就低，转院补差额。")


def test_only_what_the_base_bore_counts_as_charged() -> None:
    """费用不到起付线的，只算扣了这么多；即使封顶使这次一分不付，也算扣过。"""
    small = (bill(total=60_00, hospital_level="township"), bill(total=1000_00, hospital_level="county"))
    example(ONCE, small[0].pays(0, charged=60_00), small[1].pays(1000_00 - 340_00, charged=340_00))
    example(
        ONCE.rstrip() + "\n    cap: {amount: 0, per: claim}\n",
        small[0].pays(0, charged=60_00),
        small[1].pays(0, charged=340_00),
        why="封顶0元，两次都不付，起付线照样算扣了60元和340元。",
    )


def test_what_the_remainder_leaves_counts_as_charged_too() -> None:
    """前面的层已经把费用付完、这一层付不了的，起付线也算扣过。"""
    example(
        """
        layers:
          - {id: gift, name: 慈善, when: referred, base: in_scope, rate: 100%}
          - {id: basic, name: 基本医保, base: in_scope, rate: 100%, deductible: {amount: 100元, once: highest}}
        """,
        bill(total=500_00, referred=True).pays(500_00, 0, charged=100_00),
        bill(total=500_00, referred=False).pays(0, 500_00, charged=0),
    )


def test_a_cap_leaves_what_was_charged_as_it_is() -> None:
    small = [claim("a", total=60_00, hospital_level="township"), claim("b", total=1000_00, hospital_level="county")]
    capped = layer(ONCE.rstrip() + "\n    cap: {amount: 0, per: claim}")
    results = settle(capped, small)
    assert [result.lines[0].trace.charged for result in results if isinstance(result, Settled)] == [60_00, 340_00]


def test_once_a_new_year() -> None:
    """新的年度从头扣起。"""
    example(
        ONCE,
        bill(settled_at="2017-12-01", total=1000_00, hospital_level="county").pays(600_00),
        bill(settled_at="2018-01-05", total=1000_00, hospital_level="county").pays(600_00),
    )


def test_the_deductible_falls_with_each_admission() -> None:
    """起付线可以随住院次数递减，用算式写。"""
    example(
        """
        base: in_scope
        deductible: {amount: 'max(200元, 600元 - 100元 * (admission_no - 1))'}
        rate: 100%
        """,
        bill(settled_at="2017-01-01", total=1000_00).pays(400_00),
        bill(settled_at="2017-02-01", total=1000_00).pays(500_00),
        bill(settled_at="2017-03-01", total=1000_00).pays(600_00),
        plan="首次住院起付线600元，以后每次降低100元，最低200元。",
    )


def test_what_cannot_stand_with_a_deductible() -> None:
    """定额和补足没有起付线；一年只扣一次的，期间只能是每次。"""
    refused(
        "base: in_scope\n□",
        {
            "lump: [{above: 1元, pay: 1元}]\ndeductible: {amount: 1元}": "mechanism",
            "fill: {of: total, at_most: 1%}\ndeductible: {amount: 1元}": "mechanism",
            "rate: 50%\nperiod: year\ndeductible: {amount: 1元, once: highest}": "mechanism",
            "rate: 50%\ndeductible: {amount: 1元, once: lowest}": "value",
            "rate: 50%\ndeductible: 400元": "form",
        },
    )
    assert scheme_of(ONCE).layers[0].once_highest
