"""住院押金

`deposits:` 写入院时交多少押金：通常的数额，减去免收的比例。先诊疗后付费是全部免收；有的地方对低保对象免收80%。
"""

from __future__ import annotations

from tests.spec.promises import deposits, refused_promises

CHAPTER = 20

TREAT_FIRST = """
    deposits:
      - id: treat_first
        name: 先诊疗后付费
        from: 2017-09-01
        when: "care = 'inpatient' and in_county and 'registered_poor' in groups"
        waived: 100%
        except: "injury_cause in ('traffic_accident', 'fight', 'self_harm')"
    """
POOR = {"care": "inpatient", "in_county": True, "groups": ["registered_poor"]}


def test_nothing_is_due_where_all_is_waived() -> None:
    """全部免收的，不管医院通常收多少，入院时都不交。"""
    deposits(
        TREAT_FIRST,
        ({**POOR, "injury_cause": "not_injured", "normal_deposit": 2000_00}, 0),
        ({**POOR, "injury_cause": "not_injured"}, 0),
        plan="参加居民医保的农村贫困患者在区内定点医院住院，不交押金。",
    )


def test_a_part_is_waived() -> None:
    """免收一部分的，应交的是通常押金减去免收的部分；免收的部分四舍五入到分，只舍入一次。"""
    deposits(
        """
        deposits:
          - id: allowance_deposit
            name: 低保对象住院押金
            when: "care = 'inpatient'"
            normal: [{when: "hospital_level = 'township'", value: 500元}, {value: 1500.01元}]
            waived: [{when: "'subsistence_allowance' in groups", value: 80%}]
        """,
        (
            {"care": "inpatient", "hospital_level": "county", "groups": ["subsistence_allowance"]},
            1500_01 - (1500_01 * 8000 + 5000) // 10000,
        ),
        ({"care": "inpatient", "hospital_level": "township", "groups": ["subsistence_allowance"]}, 500_00 * 20 // 100),
        ({"care": "inpatient", "hospital_level": "township", "groups": []}, 500_00),
        plan="低保家庭成员在定点医疗机构住院，押金按80%减免。",
    )


def test_who_is_excluded_pays_the_normal_deposit() -> None:
    """`except` 写不享受减免的情形，成立时按通常的押金交；受伤原因还不知道的，不能决定。"""
    deposits(
        TREAT_FIRST,
        ({**POOR, "injury_cause": "traffic_accident", "normal_deposit": 2000_00}, 2000_00),
        ({**POOR, "normal_deposit": 2000_00}, None),
        missing={2: ["injury_cause"]},
        why="不知道的就说不知道：不会先当作没有受伤，也不会先当作交通事故。",
    )


def test_where_no_rule_reaches_the_scheme_says_nothing() -> None:
    """没有一条规则管到的，方案没有规定，按医院自己的办；规则在 `from` 那天以前还没有执行。"""
    deposits(TREAT_FIRST, ({**POOR, "in_county": False}, None), ({**POOR, "groups": []}, None))
    deposits(TREAT_FIRST, ({**POOR, "injury_cause": "not_injured"}, None), on="2017-08-31", why="8月31日还没有开始执行。")


def test_of_several_rules_the_least_is_due() -> None:
    """几条规则都管到的，交最少的一个数；有一条已经全部免收，别的条还不知道也不要紧。"""
    deposits(
        """
        deposits:
          - id: allowance_deposit
            name: 低保对象住院押金
            when: "'subsistence_allowance' in groups"
            normal: 1000元
            waived: 80%
          - id: orphan_deposit
            name: 孤儿住院押金
            when: "'orphan' in groups"
            normal: 1000元
            waived: 100%
          - id: old_age_deposit
            name: 老年人住院押金
            when: age >= 65
            normal: 1000元
            waived: 50%
        """,
        ({"groups": ["subsistence_allowance"], "birth_on": "1950-01-01"}, 200_00),
        ({"groups": ["subsistence_allowance", "orphan"]}, 0),
        ({"groups": ["subsistence_allowance"]}, None),
        missing={3: ["birth_on"]},
        why="第三个人的年龄不知道：若满65岁，两条规则取少的一个；现在还不能说。",
    )


def test_an_unknown_normal_deposit_is_only_missed_where_it_matters() -> None:
    """没有写 `normal` 的，用医院通常收取的押金；要用到而不知道的，不能决定。"""
    deposits(
        """
        deposits:
          - {id: half, name: 住院押金减半, waived: 50%}
        """,
        ({"normal_deposit": 999_99}, 999_99 - (999_99 * 5000 + 5000) // 10000),
        ({}, None),
        missing={2: ["normal_deposit"]},
    )


def test_what_cannot_be_written() -> None:
    """写错的，检查时全部指出来，一条也不执行。"""
    refused_promises(
        """
        deposits:
          - id: a
            □
        """,
        {
            "waived: 80": "unit",
            "waive: 80%": "unknown_key",
            "except: injured": "name",
            "except: \"injury_cause = 'flood'\"": "value",
            "normal: 10%": "type",
            "from: 2018-02-30": "date",
        },
    )
