"""减免

医院少收的钱也写成一层：`scope: total`，资金写医院自己。写在医保后面的，减免的是个人自付的部分；写在最前面的，减免的是收费本身。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 10

TWO_FREE_TWO_HALVED = """
    layers:
      - {id: basic, name: 基本医保, base: in_scope, rate: 50%, fund: basic_insurance}
      - id: waiver
        name: 两免两减半
        when: "'registered_poor' in groups"
        scope: total
        base: own.registration * 2 + own.consultation * 2 + own.expert + own.large_equipment
        rate: 50%
        fund: hospital
    """
FEES = {"registration": 4_00, "consultation": 6_00, "expert": 20_00, "large_equipment": 150_00}


def test_two_free_two_halved() -> None:
    """“两免两减半”：个人自付的挂号费、诊查费全免，专家会诊费、大型设备检查费减一半。

    四项写在一层里：比例写一半，全免的两项乘2。
    """
    example(
        TWO_FREE_TWO_HALVED,
        bill(care="outpatient", groups=["registered_poor"], total=200_00, in_scope=200_00, fees=FEES).pays(
            100_00, (4_00 + 6_00) * 50 // 100 + (20_00 + 150_00) * 50 // 100 * 50 // 100
        ),
        bill(care="outpatient", groups=[], total=200_00, in_scope=200_00, fees=FEES).pays(100_00, 0),
        plan="建档立卡贫困人口免收个人自付的普通门诊挂号费、诊查费，减半收取专家门诊诊查费和大型设备检查费。",
        why="基本医保付了总费用的一半，每项费用里个人自付的也就是一半；减免的是这一半。",
        apart=True,
    )


def test_two_waivers_written_as_two_layers() -> None:
    """分成两层写的，后一层看到的个人自付，已经按比例扣去前一层的减免；要互不影响，就写在一层里。"""
    free = (4_00 + 6_00) * 50 // 100
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 50%, fund: basic_insurance}
          - {id: free, name: 两免, scope: total, base: own.registration + own.consultation, rate: 100%, fund: hospital}
          - {id: halved, name: 两减半, scope: total, base: own.expert + own.large_equipment, rate: 50%, fund: hospital}
        """,
        bill(care="outpatient", total=200_00, in_scope=200_00, fees=FEES).pays(
            100_00, free, ((20_00 - 10_50) + (150_00 - 78_75)) * 50 // 100 + 1
        ),
        why="前两层付了105元，是总费用的52.5%：专家会诊费里个人自付算作9.50元，大型设备检查费71.25元，一半是40.38元，比一层写的少2.12元。",
    )


def test_a_waiver_of_the_charge_itself_stands_first() -> None:
    """方案减免收费本身的，这一层排在最前面，按整项费用减免，基本医保再付其余的。"""
    example(
        """
        layers:
          - {id: free, name: 免挂号费, scope: total, base: fee_registration, rate: 100%, fund: hospital}
          - {id: basic, name: 基本医保, base: in_scope - paid.free, rate: 50%, fund: basic_insurance}
        """,
        bill(care="outpatient", total=100_00, in_scope=100_00, fees={"registration": 10_00}).pays(
            10_00, (100_00 - 10_00) * 50 // 100, own=45_00
        ),
        plan="免收普通门诊挂号费。",
    )


def test_a_fee_that_is_not_written_leaves_the_bill_undecided() -> None:
    """该项费用没有单独写出的，不能决定减免多少；没有收的，写0。"""
    example(
        TWO_FREE_TWO_HALVED,
        bill(care="outpatient", groups=["registered_poor"], total=50_00, fees={"registration": 4_00}).misses(
            "fee_consultation", "fee_expert", "fee_large_equipment"
        ),
        bill(
            care="outpatient",
            groups=["registered_poor"],
            total=50_00,
            fees={"registration": 4_00, "consultation": 0, "expert": 0, "large_equipment": 0},
        ).pays(25_00, 2_00),
        apart=True,
    )


def test_a_waiver_never_takes_more_than_the_person_bears() -> None:
    """前面各层已经付完的费用，没有什么可减免：减免不会让医院倒贴。"""
    example(
        """
        layers:
          - {id: basic, name: 基本医保, base: in_scope, rate: 100%, fund: basic_insurance}
          - {id: free, name: 免挂号费, scope: total, base: own.registration, rate: 100%, fund: hospital}
        """,
        bill(care="outpatient", total=100_00, fees={"registration": 10_00}).pays(100_00, 0),
    )
