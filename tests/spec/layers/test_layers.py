"""一层一层地付

基本医保、大病保险、医疗救助……每一项是一层，按方案里的先后逐层计算，后面的层看得到前面的层付了多少。
"""

from __future__ import annotations

import pytest

from tests.spec.book import EXAMPLE, benefits_of, claim, faults_of, layer, layer_text, pay_list, pays
from tests.spec.page import bill, example, refused

CHAPTER = 10

BASIC = (150_000_00 - 400_00) * 80 // 100
REST = 150_000_00 - BASIC
CRITICAL = (30_000_00 - 6_000_00) * 60 // 100 + (REST - 30_000_00) * 65 // 100
BACKSTOP = REST - CRITICAL - 150_000_00 * 10 // 100


def test_the_example_of_the_standard() -> None:
    """一个完整的例子：基本医保、大病保险、财政兜底三层。"""
    example(
        EXAMPLE,
        bill(total=200_000_00, in_scope=150_000_00, hospital_level="county", groups=["registered_poor"])
        .pays(BASIC, CRITICAL, BACKSTOP, own=65_000_00, own_in_scope=15_000_00)
        .told(),
        plan="政策范围内自付不超过10%。",
        why="政策范围外的50000元没有一层支付；范围内的15万元，个人负担15000元，正好10%。",
    )
    found = pays(
        benefits_of(EXAMPLE), claim(total=200_000_00, in_scope=150_000_00, hospital_level="county", groups=["registered_poor"])
    )
    assert found["c1"] == {"basic": BASIC, "critical": CRITICAL, "backstop": BACKSTOP}


def test_a_layer_whose_condition_is_false_pays_nothing_and_adds_nothing_to_its_year() -> None:
    """`when` 不成立的，这一层付0，这张费用单也不进这一层的累计。"""
    example(
        """
        when: care = 'inpatient'
        base: in_scope
        period: year
        deductible: {amount: 100元}
        rate: 100%
        """,
        bill(care="outpatient", total=90_00).pays(0),
        bill(care="inpatient", total=90_00).pays(0),
        bill(care="inpatient", total=90_00).pays(80_00).told(),
        why="门诊的90元不算进全年的起付线；两次住院累计180元，超过100元的部分是80元。",
    )
    text = "base: in_scope\nrate: 100%\nperiod: year\ndeductible: {amount: 100元}\nwhen: \"care = 'inpatient'\""
    claims = [claim("a", care="outpatient", total=90_00), claim("b", total=90_00), claim("c", total=90_00)]
    assert pay_list(layer(text), *claims) == [0, 0, 80_00]


def test_the_order_of_layers() -> None:
    """层的先后就是支付的先后：同样两层，先后不同，各付多少也不同。"""
    first = "- {id: basic, name: 基本医保, base: in_scope, rate: 60%}"
    waiver = "- {id: waiver, name: 医院减免, scope: total, base: total, rate: 50%}"
    for one, other, fen in ((first, waiver, (60_00, 40_00)), (waiver, first, (50_00, 50_00))):
        example(f"layers:\n  {one}\n  {other}\n", bill(total=100_00).pays(*fen))


def test_who_pays_and_on_what_ground() -> None:
    """每层写明由哪笔资金支付（`fund`）、依据哪个文件哪一条（`source`）；没有在正式文件里读到的数字，注明 `confidence: unconfirmed`。

    依据和“尚未核实”会一直跟到每一张结算单上。
    """
    example(
        """
        funds: {basic_insurance: 城乡居民基本医疗保险基金}
        layers:
          - id: basic
            name: 居民基本医保
            base: in_scope
            rate: {value: 70%, confidence: unconfirmed}
            fund: basic_insurance
            source: {document: 某县健康扶贫实施方案, clause: 第三条}
          - id: gift
            name: 慰问
            base: in_scope - paid.basic
            rate: 10%
            fund: county_fiscal
            confidence: unconfirmed
        """,
        bill(total=100_00).pays(70_00, 3_00).told(),
        why="写在一个值里的，只管这个值；写在层上的，管这一层的所有数字。",
    )


def test_what_cannot_stand_together_is_refused() -> None:
    """支付办法 `rate`、`brackets`、`lump`、`fill` 写且只写一个；写错的键、写了两遍的键都指出来。"""
    refused(
        "□",
        {
            "base: in_scope": "mechanism",
            "rate: 50%": "missing_key",
            "base: in_scope\nrate: 50%\nlump: [{above: 1元, pay: 1元}]": "mechanism",
            "base: in_scope\nlump: [{above: 1元, pay: 1元}]\nfrom: base": "mechanism",
            "base: in_scope\nrate: 50%\nfrom: base": "mechanism",
            "base: in_scope\nbrackets: [{rate: 50%}]\ndeductible: {amount: 1元}": "mechanism",
            "base: in_scope\nrate: 50%\nperiod: week": "value",
            "base: in_scope\nrate: 50%\nmode: guessed": "value",
            "base: in_scope\nrate: 50%\nwho: village": "value",
            "base: in_scope\nrate: 50%\nscope: all": "value",
            "base: in_scope\nrate: 50%\nrates: 50%": "unknown_key",
            "base: in_scope\nrate: 50%\nrate: 50%": "duplicate_key",
        },
    )


def test_ids_of_layers() -> None:
    """层的编号不能重复，也不能用 `self_pay` 和 `institution_adjustment`：它们是结果里两行的名称。"""
    refused(
        "layers:\n  - {id: basic, base: in_scope, rate: 50%}\n  - {id: □, base: in_scope, rate: 50%}",
        {"basic": "duplicate_id", "self_pay": "reserved_id", "institution_adjustment": "reserved_id", "2nd": "identifier"},
    )


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("base: in_scope\nlump: [{above: 1元, pay: 1元}]\ndeductible: {amount: 1元}", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\ndeductible: {amount: 1元}", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\nfrom: base", "mechanism"),
        ("base: in_scope\nfill: {of: total, at_most: 1%}\ntimes: [{factor: 1%}]", "mechanism"),
        ("base: in_scope\nrate: 50%\nperiod: year\ndeductible: {amount: 1元, once: highest}", "mechanism"),
        ("base: in_scope\nrate: 50%\ndeductible: {amount: 1元, once: lowest}", "value"),
        ("base: in_scope\nrate: 50%\ndeductible: 400元", "form"),
        ("base: in_scope\nrate: 50%\ncap: {amount: 1元}", "missing_key"),
        ("base: in_scope\nrate: 50%\ncap: {per: year}", "missing_key"),
        ("base: in_scope\nrate: 50%\ncap: {amount: 1元, per: week}", "value"),
        ("base: in_scope\nat_least: {of: in_scope}\nrate: 50%", "missing_key"),
        ("base: in_scope\nrate: 50%\nwhen: \"hospital_level = 'tertiary'\"", "value"),
        ("base: in_scope\nrate: 50%\nwhen: in_scope > 5000", "unit"),
        ("base: in_scope\nrate: 50%\nwhen: in_scope", "type"),
        ("base: in_scope\nrate: 50%\nwhen: \"'four_kinds' in disease_lists\"", "name"),
    ],
)
def test_other_things_that_cannot_stand_together(keys: str, code: str) -> None:
    assert code in [fault.code for fault in faults_of(layer_text(keys))]
