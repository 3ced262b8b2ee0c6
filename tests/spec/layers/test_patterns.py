"""容易混的几种说法

方案里几句相近的话，写法不同，结果也不同。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 50

BASIC = "- {id: basic, name: 基本医保, base: in_scope, rate: 60%}"


def test_own_share_of_what_is_in_scope() -> None:
    """“政策范围内自付不超过10%”：在政策范围内补足，范围外的不管。"""
    example(
        f"""
        layers:
          {BASIC}
          - {{id: backstop, name: 财政兜底, base: in_scope - paid.basic, fill: {{of: in_scope, at_most: 10%}}}}
        """,
        bill(total=1000_00, in_scope=800_00).pays(480_00, 320_00 - 80_00, own=280_00, own_in_scope=80_00),
        plan="贫困患者政策范围内自付不超过10%。",
        why="个人负担280元：范围内的80元（800元的10%），加范围外的200元。",
    )


def test_reimbursement_of_the_whole_cost() -> None:
    """“报销比例维持在医疗费用的90%”：看全部费用，范围外的也要补，所以写 `scope: total`，基数和 `of` 都用 `total`。"""
    example(
        f"""
        layers:
          {BASIC}
          - {{id: fourth, name: 第四次报销, scope: total, base: total - paid.basic, fill: {{of: total, at_most: 10%}}}}
        """,
        bill(total=1000_00, in_scope=800_00).pays(480_00, 520_00 - 100_00, own=100_00),
        plan="贫困人口住院医疗费用总体报销比例维持在90%左右。",
    )


def test_out_of_scope_share_borne_by_the_hospital() -> None:
    """“目录外费用不超过总费用的8%，超出部分由医疗机构承担”：基数是目录外的费用，由医院支付。"""
    example(
        """
        layers:
          - id: control
            name: 目录外控费
            scope: total
            base: total - in_scope
            fill: {of: total, at_most: 8%}
            fund: hospital
        """,
        bill(total=1000_00, in_scope=800_00).pays(200_00 - 80_00, own=880_00),
        bill(total=1000_00, in_scope=950_00).pays(0, own=1000_00),
        plan="县域内住院政策范围外费用控制在总费用的8%以内，超出部分由医疗机构承担。",
        apart=True,
    )


def test_a_household_pays_no_more_than_a_sum_a_year() -> None:
    """“年度个人自付不超过县人均收入”：按年（按人或按户）累计，起付线就是这个收入，以上的全付。"""
    example(
        f"""
        layers:
          {BASIC}
          - id: ceiling
            name: 自付封顶
            who: household
            base: in_scope - paid.basic
            period: year
            deductible: {{amount: 500元}}
            rate: 100%
        """,
        bill(person_id="p1", household_id="h", total=1000_00).pays(600_00, 0, own=400_00),
        bill(person_id="p2", household_id="h", total=1000_00).pays(600_00, 300_00, own=100_00),
        bill(person_id="p1", household_id="h", total=1000_00).pays(600_00, 400_00, own=0),
        plan="一户一年政策范围内自付不超过500元（示例数），超出的全部由财政承担。",
        why="这一户先后自付400元、100元、0元，合计正好500元。",
    )


def test_a_share_borne_first_when_referred_away() -> None:
    """“转外就医先自付10%再按比例”：用 `first_share`，不是把比例降低10个百分点。"""
    example(
        """
        base: in_scope
        first_share: [{when: "away = 'referred'", value: 10%}]
        rate: 70%
        """,
        bill(total=1000_00, away="referred").pays(900_00 * 70 // 100),
        plan="经转诊到省外住院的，个人先自付10%，再按70%报销。",
        why="先自付100元，余900元按70%是630元；要是把比例降到60%，就只有600元。",
    )
