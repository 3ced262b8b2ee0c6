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

    Kinds are money, rate, number, text, date, flag and set. `comes_from` says in Chinese which list or column gives it, or
    what it is worked out from.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    choices: frozenset[str] | None = None
    bounds: tuple[int, int] | None = None
    comes_from: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Names that share a beginning (`paid.`, `fee_`): the ends that are allowed (None: any) and what to say of others."""

    prefix: str
    kind: str
    meaning: str
    ends: frozenset[str] | None = None
    advice: str = ""
    comes_from: str = ""


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
                return NameInfo(name, family.kind, f"{family.meaning}({end})", "元", comes_from=family.comes_from)
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


def _choice(name: str, meaning: str, values: Iterable[str], comes_from: str) -> NameInfo:
    return NameInfo(name, "text", meaning, choices=frozenset(values), comes_from=comes_from)


CLAIM = _table(
    "费用单",
    NameInfo("claim_id", "text", "结算单号", comes_from="费用单的结算单号列，每张一个"),
    NameInfo("person_id", "text", "人员编号", comes_from="费用单的人员编号列"),
    NameInfo("household_id", "text", "户编号", comes_from="费用单的户编号列；没有写的，按一人一户"),
    NameInfo("stay_id", "text", "住院号", comes_from="费用单的住院号列；没有写的，一张费用单就是一次住院"),
    NameInfo("settled_at", "date", "结算日期", comes_from="费用单的结算日期列"),
    NameInfo("admitted", "date", "入院日期", comes_from="费用单的入院日期列"),
    NameInfo("discharged", "date", "出院日期", comes_from="费用单的出院日期列；门诊是就诊当天"),
    NameInfo("birth_on", "date", "出生日期", comes_from="费用单的出生日期列"),
    _choice("care", "就诊类别", CARE_KINDS, "费用单的就诊类别列"),
    _choice("hospital_level", "医院级别", HOSPITAL_LEVELS, "费用单的医院级别列"),
    _choice("away", "异地就医情形", AWAY_KINDS, "费用单的异地就医情形列"),
    NameInfo("in_county", "flag", "在县域内就医", comes_from="费用单的是否县域内列"),
    NameInfo("referred", "flag", "按规定转诊", comes_from="费用单的是否转诊列"),
    NameInfo("insured", "flag", "已参保", comes_from="费用单的是否参保列"),
    NameInfo("in_pool", "flag", "在统筹地区内", comes_from="费用单的是否统筹地区内列"),
    NameInfo("in_province", "flag", "在省内", comes_from="费用单的是否省内列"),
    NameInfo("icd10", "text", "诊断编码", comes_from="费用单的诊断编码列"),
    NameInfo("sex", "text", "性别", comes_from="费用单的性别列"),
    NameInfo("groups", "set", "身份类别", comes_from="名单上的身份，取出院当天有效的；方案可以用 identity_on 改为别的日子"),
    NameInfo("hospital_grade", "number", "医院等级", "级", bounds=(0, 3), comes_from="费用单的医院等级列"),
    NameInfo("total", "money", "总费用", "元", comes_from="费用单的总费用列"),
    NameInfo("settle_total", "money", "结算费用", "元", comes_from="费用单的结算费用列；没有写的，等于总费用"),
    NameInfo(
        "in_scope", "money", "政策范围内费用", "元", comes_from="费用单的政策范围内费用列，由定价结算的单位给出，这里不计算"
    ),
    NameInfo("age", "number", "年龄", "周岁", comes_from="由出生日期算到入院当天，没有入院日期的算到出院当天"),
    NameInfo("admission_no", "number", "本年第几次住院", "次", comes_from="由本人本年已结算的住院数出"),
    NameInfo("disease_lists", "set", "诊断所在的病种名录", comes_from="由诊断编码和年龄在本方案的病种名录里查出"),
    NameInfo("month", "number", "出院月份", "月", bounds=(1, 12), comes_from="由出院日期得出"),
    NameInfo("year", "number", "出院年份", "年", comes_from="由出院日期得出"),
    NameInfo("bed_days", "number", "住院天数", "天", comes_from="由入院日期和出院日期算出，至少1天"),
    NameInfo(
        "ytd_own_in_scope",
        "money",
        "本年此前政策范围内未获支付的费用",
        "元",
        comes_from="由本年此前的结算累计：政策范围内、没有任何一层支付的部分",
    ),
)
"""The columns of a claim and what follows from them (settlement standard, A claim)."""

_PERSON = _table(
    "人员表",
    NameInfo(
        "lists",
        "set",
        "来源名单",
        choices=frozenset({"provincial_system", "national_platform", "poverty_office"}),
        comes_from="省健康扶贫系统、国家平台和扶贫办交办的名单",
    ),
    NameInfo("groups", "set", "身份类别", comes_from="建档立卡户信息等名单上的身份"),
    NameInfo("checked", "flag", "已入户核查", comes_from="核查表里有没有这个人"),
    _choice("check_outcome", "核查结果", CHECK_OUTCOMES, "核查表的核查结果列"),
    NameInfo("disease_lists", "set", "病种名录", comes_from="由核查表的疾病和本方案的病种名录认定"),
    _choice("disease_class", "病种类别", ("major", "chronic", "none", "undecided"), "由所患疾病所在的第一个名录得出"),
    NameInfo("leading_list", "text", "定类的病种名录", comes_from="由所患疾病和名录的先后得出"),
    NameInfo("treated_lists", "set", "已救治的病种名录", comes_from="由已结算的住院和核查表的救治情况得出"),
    NameInfo("untreated_reason", "text", "未救治原因", comes_from="未救治人员原因名单的原因列"),
    NameInfo("insured", "flag", "已参保", comes_from="城乡居民医保参保名单"),
    NameInfo("health_checks", "number", "本期体检次数", "次", comes_from="健康体检名单里本期的次数"),
    NameInfo("visited", "flag", "本期就诊过", comes_from="由医疗费用结算名单得出"),
    NameInfo("first_visit_in_county", "flag", "首诊在区内", comes_from="由医疗费用结算名单里最早的一次得出"),
    NameInfo("age", "number", "年龄", "周岁", comes_from="由出生日期算到计数当天"),
    NameInfo("sex", "text", "性别", comes_from="各名单的性别列，没有的由证件号码得出"),
)

_HOUSEHOLD = _table(
    "户表",
    NameInfo("groups", "set", "身份类别", comes_from="建档立卡户信息的户类型列"),
    NameInfo("members", "number", "人口", "人", comes_from="由户里的人数出"),
    NameInfo("contracted", "flag", "已签约家庭医生", comes_from="家庭医生签约名单"),
)

_CLAIM_ROW = _table(
    "费用表",
    _choice("care", "就诊类别", CARE_KINDS, "医疗费用结算名单的就诊类别列"),
    _choice("hospital_level", "医院级别", HOSPITAL_LEVELS, "医疗费用结算名单的医院级别列，没有的由方案的医疗机构表得出"),
    NameInfo("in_county", "flag", "在县域内就医", comes_from="由医疗机构所在地得出"),
    NameInfo("total", "money", "总费用", "元", comes_from="医疗费用结算名单的总费用列"),
    NameInfo("in_scope", "money", "政策范围内费用", "元", comes_from="医疗费用结算名单的政策范围内费用列"),
    NameInfo("paid", "money", "各项支付合计", "元", comes_from="由各层支付相加"),
    NameInfo("self_pay", "money", "个人负担", "元", comes_from="由结算费用减去各层支付"),
    NameInfo("settled_on", "date", "结算日期", comes_from="医疗费用结算名单的结算日期列"),
    NameInfo("discharged", "date", "出院日期", comes_from="医疗费用结算名单的出院日期列"),
    _choice("state", "结算状态", ("settled", "undecided", "refused"), "由结算得出"),
    NameInfo("disease_lists", "set", "诊断所在的病种名录", comes_from="由诊断编码和年龄在本方案的病种名录里查出"),
    NameInfo("person_groups", "set", "本人身份类别", comes_from="本人在人员表的身份"),
    NameInfo("person_leading_list", "text", "本人定类的病种名录", comes_from="本人在人员表的定类名录"),
    NameInfo("person_treated_lists", "set", "本人已救治的病种名录", comes_from="本人在人员表的已救治名录"),
    NameInfo("verified", "flag", "本人已核定", comes_from="本方案 definitions 里对本人的核定条件"),
)

_PAYMENT = _table(
    "支付表",
    NameInfo("layer", "text", "支付项目", comes_from="benefits.yaml 里这一层的编号"),
    NameInfo("fund", "text", "资金", comes_from="benefits.yaml 里这一层的资金"),
    NameInfo("amount", "money", "金额", "元", comes_from="由结算得出"),
    NameInfo("posted_on", "date", "记账日期", comes_from="记账当天"),
    NameInfo("person_groups", "set", "本人身份类别", comes_from="本人在人员表的身份"),
)

_AGREEMENT = _table(
    "先诊疗后付费协议表",
    NameInfo("signed_on", "date", "签订日期", comes_from="先诊疗后付费协议台账的签订日期列"),
    NameInfo("person_groups", "set", "本人身份类别", comes_from="本人在人员表的身份"),
)

_SURVEY = _table(
    "电话调查表",
    NameInfo("answered", "flag", "已接听作答", comes_from="电话调查名单的是否接通列"),
    NameInfo("satisfied", "flag", "满意", comes_from="电话调查名单的是否满意列"),
    NameInfo("aware", "flag", "知晓政策", comes_from="电话调查名单的是否知晓列"),
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
        Family("paid.", "money", "前面各层支付", frozenset(earlier), advice, "由前面的层算出"),
        Family("over.", "money", "前面各层被封顶线截去的部分", frozenset(earlier), advice, "由前面的层算出"),
        Family("ytd_paid.", "money", "该层本年此前支付", frozenset(every), "没有这一层", "由本年此前的结算累计"),
        Family("own.", "money", "该类费用到此个人负担的部分", comes_from="由该类费用减去前面各层按比例支付的部分"),
        Family("fee_", "money", "分类费用", comes_from="费用单的分类费用列，名称由方案取"),
        Family("amount_", "money", "另列金额", comes_from="费用单的另列金额列，名称由方案取"),
        Family("paid_", "money", "随单报来的支付", frozenset(every), "没有这一层", "费用单上经办系统已支付的列"),
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
    "not_injured": "不是外伤",
    "traffic_accident": "交通事故",
    "fight": "打架斗殴",
    "self_harm": "自伤",
    "work_injury": "工伤",
    "other": "其他",
    "male": "男",
    "female": "女",
}
"""What the values of text columns are called."""
