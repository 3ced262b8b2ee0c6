"""What conditions of deposits, stipends and premium subsidies may read of a person, of an admission and of an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from fuqi.scheme.names import AWAY_KINDS, CARE_KINDS, HOSPITAL_LEVELS, NameInfo, Names

SEXES = ("male", "female")
DISEASE_CLASSES = ("major", "chronic", "none")
INJURY_CAUSES = ("not_injured", "traffic_accident", "fight", "self_harm", "work_injury", "other")

_PERSON = (
    NameInfo("groups", "set", "身份类别", comes_from="名单上的身份，取当天有效的"),
    NameInfo("age", "number", "年龄", "周岁", comes_from="由出生日期算到当天，生日当天算满"),
    NameInfo("birth_on", "date", "出生日期", comes_from="各名单的出生日期列，没有的由证件号码得出"),
    NameInfo("died_on", "date", "死亡日期", comes_from="死亡信息；第二天起不再享受"),
    NameInfo("sex", "text", "性别", choices=frozenset(SEXES), comes_from="各名单的性别列，没有的由证件号码得出"),
    NameInfo("insured", "flag", "已参保", comes_from="城乡居民医保参保名单"),
    NameInfo("township", "text", "所在乡镇", comes_from="户籍地址的乡镇"),
    NameInfo("village", "text", "所在村", comes_from="户籍地址的村"),
    NameInfo("disease_lists", "set", "所患疾病在的病种名录", comes_from="由本人疾病和本方案的病种名录认定"),
    NameInfo("diseases", "set", "已认定的病种", comes_from="由本人疾病和本方案的病种名录认定"),
    NameInfo(
        "disease_class", "text", "病种类别", choices=frozenset(DISEASE_CLASSES), comes_from="由所患疾病所在的第一个名录得出"
    ),
    NameInfo("disability_grade", "number", "残疾等级（0为无残疾）", "级", bounds=(0, 4), comes_from="残疾人证"),
    NameInfo("can_work", "flag", "有劳动能力", comes_from="户信息的劳动能力列"),
    NameInfo("contracted", "flag", "已签约家庭医生", comes_from="家庭医生签约名单"),
    NameInfo("household_head", "flag", "是户主", comes_from="户信息的与户主关系列"),
    NameInfo("household_members", "number", "家庭人口", "人", comes_from="户信息"),
    NameInfo("household_income", "money", "家庭年人均纯收入", "元", comes_from="户信息或收入核定"),
    NameInfo("own_cost", "money", "近12个月个人负担的医疗费用", "元", comes_from="由医疗费用结算累计"),
    NameInfo("cares_for", "number", "照护的人数", "人", comes_from="互助护理登记"),
    NameInfo("month", "number", "月份", "月", bounds=(1, 12), comes_from="由当天的日期得出"),
    NameInfo("year", "number", "年份", "年", comes_from="由当天的日期得出"),
)
_CARE = (
    NameInfo("care", "text", "就诊类别", choices=frozenset(CARE_KINDS), comes_from="入院登记或费用单"),
    NameInfo("hospital_level", "text", "医院级别", choices=frozenset(HOSPITAL_LEVELS), comes_from="入院登记或费用单"),
    NameInfo("hospital_grade", "number", "医院等级", "级", bounds=(0, 3), comes_from="入院登记或费用单"),
    NameInfo("in_county", "flag", "在县域内就医", comes_from="由医疗机构所在地得出"),
    NameInfo("referred", "flag", "按规定转诊", comes_from="转诊单"),
    NameInfo("away", "text", "异地就医情形", choices=frozenset(AWAY_KINDS), comes_from="异地就医备案"),
    NameInfo("icd10", "text", "诊断编码", comes_from="入院诊断或费用单"),
)
_ADMISSION = (
    NameInfo("admitted", "date", "入院日期", comes_from="入院登记"),
    NameInfo("injury_cause", "text", "受伤原因", choices=frozenset(INJURY_CAUSES), comes_from="入院登记"),
    NameInfo("agreement_signed", "flag", "已签先诊疗后付费协议", comes_from="先诊疗后付费协议台账"),
    NameInfo("normal_deposit", "money", "医院通常收取的押金", "元", comes_from="医院的押金标准"),
    NameInfo("expected_cost", "money", "预计总费用", "元", comes_from="医院估算"),
)
_EVENT = (
    NameInfo("bed_days", "number", "住院天数", "天", comes_from="由入院日期和出院日期算出，至少1天"),
    NameInfo("visits", "number", "上门次数", "次", comes_from="随访或服务登记"),
)


def _table(about: str, *parts: Collection[NameInfo]) -> Names:
    return Names(about, {info.name: info for part in parts for info in part})


PERSON_FACTS = _table("人员情况", _PERSON)
"""What is known of a person on a day; premium subsidies and stipends by period read these alone."""

ADMISSION_FACTS = _table("入院情况", _PERSON, _CARE, _ADMISSION)
"""What a deposit rule reads: the person, and the admission."""

EVENT_FACTS = _table("事项情况", _PERSON, _CARE, _EVENT)
"""What a stipend per event reads: the person on its day, and the event."""

PROMISE_TABLES: Mapping[str, Names] = {"deposits": ADMISSION_FACTS, "stipends": EVENT_FACTS, "premiums": PERSON_FACTS}
"""Which names the promises of a kind may read, by their key in benefits.yaml."""


def with_choices_of(table: Names, other: Names) -> Names:
    """Return a table with the possible values that another has learnt of the scheme: groups, lists, kinds of care."""
    learnt = {
        name: replace(info, choices=other.exact[name].choices)
        for name, info in table.exact.items()
        if name in ("groups", "disease_lists", "care") and name in other.exact
    }
    return replace(table, exact={**table.exact, **learnt})
