"""What conditions may read: each table's names with type, unit, meaning and, where there are few, the possible values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

CARE_KINDS = ("inpatient", "outpatient", "outpatient_chronic")
HOSPITAL_LEVELS = ("village", "township", "county", "city", "province")
AWAY_KINDS = ("none", "referred", "emergency", "resident_elsewhere", "unregistered")
CHECK_OUTCOMES = {
    "confirmed": "属实",
    "corrected": "信息有误已更正",
    "died": "已死亡",
    "cured": "已治愈",
    "not_on_list": "未患名录疾病",
    "not_illness": "非因病",
    "moved_out": "户籍迁出",
    "duplicate": "重复",
    "not_found": "查无此人",
    "unchecked": "未核查",
}


@dataclass(frozen=True, slots=True)
class NameInfo:
    """One name: its kind, unit and meaning in Chinese, and the values that it can take (None: any).

    Kinds are money, rate, number, text, date, flag and set.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    choices: frozenset[str] | None = None
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Names that share a beginning (`paid.`, `fee_`): the ends that are allowed (None: any) and what to say of others."""

    prefix: str
    kind: str
    meaning: str
    ends: frozenset[str] | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """A table of names. What is not in it is an error in a condition."""

    about: str
    exact: Mapping[str, NameInfo]
    families: tuple[Family, ...] = field(default=())

    def find(self, name: str) -> NameInfo | None:
        """Return what is known of a name, None if it does not exist here."""
        if name in self.exact:
            return self.exact[name]
        for family in self.families:
            end = name.removeprefix(family.prefix)
            if name.startswith(family.prefix) and end and (family.ends is None or end in family.ends):
                return NameInfo(name, family.kind, f"{family.meaning}({end})", "元")
        return None

    def advice(self, name: str) -> str:
        """Return why a name does not exist here and what to write instead, in Chinese."""
        for family in self.families:
            if name.startswith(family.prefix) and family.advice:
                return family.advice
        near = _nearest(name, self.exact)
        return f"{self.about}没有“{name}”这个名称" + (f"，是不是“{near}”" if near else "")

    def with_choices(self, choices: Mapping[str, Collection[str]]) -> Names:
        """Return the table with the possible values of some names, such as the scheme's own groups."""
        changed = {
            name: replace(self.exact[name], choices=frozenset(values)) for name, values in choices.items() if name in self.exact
        }
        return replace(self, exact={**self.exact, **changed})

    def without(self, *names: str) -> Names:
        """Return the table without some names."""
        return replace(self, exact={name: info for name, info in self.exact.items() if name not in names})


def _nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1, cutoff=0.75)
    return found[0] if found else ""


def _table(about: str, *infos: NameInfo) -> Names:
    return Names(about, {info.name: info for info in infos})


def _choice(name: str, meaning: str, values: Iterable[str]) -> NameInfo:
    return NameInfo(name, "text", meaning, choices=frozenset(values))


CLAIM = _table(
    "费用单",
    NameInfo("claim_id", "text", "结算单号"),
    NameInfo("person_id", "text", "人员编号"),
    NameInfo("household_id", "text", "户编号"),
    NameInfo("stay_id", "text", "住院号"),
    NameInfo("settled_at", "date", "结算日期"),
    NameInfo("admitted", "date", "入院日期"),
    NameInfo("discharged", "date", "出院日期"),
    NameInfo("birth_on", "date", "出生日期"),
    _choice("care", "就诊类别", CARE_KINDS),
    _choice("hospital_level", "医院级别", HOSPITAL_LEVELS),
    _choice("away", "异地就医情形", AWAY_KINDS),
    NameInfo("in_county", "flag", "在县域内就医"),
    NameInfo("referred", "flag", "按规定转诊"),
    NameInfo("insured", "flag", "已参保"),
    NameInfo("in_pool", "flag", "在统筹地区内"),
    NameInfo("in_province", "flag", "在省内"),
    NameInfo("icd10", "text", "诊断编码"),
    NameInfo("sex", "text", "性别"),
    NameInfo("groups", "set", "身份类别"),
    NameInfo("hospital_grade", "number", "医院等级", "级", bounds=(0, 3)),
    NameInfo("total", "money", "总费用", "元"),
    NameInfo("settle_total", "money", "结算费用", "元"),
    NameInfo("in_scope", "money", "政策范围内费用", "元"),
    NameInfo("age", "number", "年龄", "周岁"),
    NameInfo("admission_no", "number", "本年第几次住院", "次"),
    NameInfo("disease_lists", "set", "诊断所在的病种名录"),
    NameInfo("month", "number", "出院月份", "月", bounds=(1, 12)),
    NameInfo("year", "number", "出院年份", "年"),
    NameInfo("bed_days", "number", "住院天数", "天"),
    NameInfo("ytd_own_in_scope", "money", "本年此前政策范围内未获支付的费用", "元"),
)
"""The columns of a claim and what follows from them (settlement standard, A claim)."""

_PERSON = _table(
    "人员表",
    NameInfo("lists", "set", "来源名单", choices=frozenset({"provincial_system", "national_platform", "poverty_office"})),
    NameInfo("groups", "set", "身份类别"),
    NameInfo("checked", "flag", "已入户核查"),
    _choice("check_outcome", "核查结果", CHECK_OUTCOMES),
    NameInfo("disease_lists", "set", "病种名录"),
    _choice("disease_class", "病种类别", ("major", "chronic", "none", "undecided")),
    NameInfo("leading_list", "text", "定类的病种名录"),
    NameInfo("treated_lists", "set", "已救治的病种名录"),
    NameInfo("untreated_reason", "text", "未救治原因"),
    NameInfo("insured", "flag", "已参保"),
    NameInfo("health_checks", "number", "本期体检次数", "次"),
    NameInfo("visited", "flag", "本期就诊过"),
    NameInfo("first_visit_in_county", "flag", "首诊在区内"),
    NameInfo("age", "number", "年龄", "周岁"),
    NameInfo("sex", "text", "性别"),
)

_HOUSEHOLD = _table(
    "户表",
    NameInfo("groups", "set", "身份类别"),
    NameInfo("members", "number", "人口", "人"),
    NameInfo("contracted", "flag", "已签约家庭医生"),
)

_CLAIM_ROW = _table(
    "费用表",
    _choice("care", "就诊类别", CARE_KINDS),
    _choice("hospital_level", "医院级别", HOSPITAL_LEVELS),
    NameInfo("in_county", "flag", "在县域内就医"),
    NameInfo("total", "money", "总费用", "元"),
    NameInfo("in_scope", "money", "政策范围内费用", "元"),
    NameInfo("paid", "money", "各项支付合计", "元"),
    NameInfo("self_pay", "money", "个人负担", "元"),
    NameInfo("settled_on", "date", "结算日期"),
    NameInfo("discharged", "date", "出院日期"),
    _choice("state", "结算状态", ("settled", "undecided", "refused")),
    NameInfo("disease_lists", "set", "诊断所在的病种名录"),
    NameInfo("person_groups", "set", "本人身份类别"),
    NameInfo("person_leading_list", "text", "本人定类的病种名录"),
    NameInfo("person_treated_lists", "set", "本人已救治的病种名录"),
    NameInfo("verified", "flag", "本人已核定"),
)

_PAYMENT = _table(
    "支付表",
    NameInfo("layer", "text", "支付项目"),
    NameInfo("fund", "text", "资金"),
    NameInfo("amount", "money", "金额", "元"),
    NameInfo("posted_on", "date", "记账日期"),
    NameInfo("person_groups", "set", "本人身份类别"),
)

_AGREEMENT = _table(
    "先诊疗后付费协议表",
    NameInfo("signed_on", "date", "签订日期"),
    NameInfo("person_groups", "set", "本人身份类别"),
)

_SURVEY = _table(
    "电话调查表",
    NameInfo("answered", "flag", "已接听作答"),
    NameInfo("satisfied", "flag", "满意"),
    NameInfo("aware", "flag", "知晓政策"),
)

COUNTING_TABLES: Mapping[str, Names] = {
    "person": _PERSON,
    "household": _HOUSEHOLD,
    "claim": _CLAIM_ROW,
    "payment": _PAYMENT,
    "agreement": _AGREEMENT,
    "survey": _SURVEY,
}
"""The tables that an indicator may count over, by the word that stands after `over:`."""


def layer_names(claim: Names, layer_id: str, earlier: Collection[str], every: Collection[str]) -> Names:
    """Return the names that a layer may read: the claim's, and what earlier layers paid, cut off and left to the person."""
    before = "、".join(earlier) or "没有更早的层"
    advice = f"“{layer_id}”只能引用排在它前面的层（{before}）"
    families = (
        Family("paid.", "money", "前面各层支付", frozenset(earlier), advice),
        Family("over.", "money", "前面各层被封顶线截去的部分", frozenset(earlier), advice),
        Family("ytd_paid.", "money", "该层本年此前支付", frozenset(every), "没有这一层"),
        Family("own.", "money", "该类费用到此个人负担的部分"),
        Family("fee_", "money", "分类费用"),
        Family("amount_", "money", "另列金额"),
        Family("paid_", "money", "随单报来的支付", frozenset(every), "没有这一层"),
    )
    return replace(claim, families=families)


WORDS: Mapping[str, str] = {
    "verified": "已核定",
    **CHECK_OUTCOMES,
    "provincial_system": "省健康扶贫系统",
    "national_platform": "国家健康扶贫平台",
    "poverty_office": "区扶贫办",
    "major": "大病",
    "chronic": "慢病",
    "none": "无",
    "undecided": "待定",
    "settled": "已结算",
    "refused": "已退回",
    "inpatient": "住院",
    "outpatient": "门诊",
    "outpatient_chronic": "门诊慢特病",
    "village": "村级",
    "township": "乡镇级",
    "county": "县级",
    "city": "市级",
    "province": "省级",
    "male": "男",
    "female": "女",
}
"""What the values of text columns are called."""
