"""The forms of all workbooks as a table: file, titles and header words. No two offices use the same words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fuqi.sample.sheets import Form

NOTES = (
    "注：1.本工作簿由示例程序按随机种子生成，姓名、号码、村名和金额均为虚构，与任何真实的人无关。",
    "注：2.只有合计数取自公开发表的工作总结。",
)
_SIGNED = "填表人：                审核人：                填表日期：    年  月  日"


@dataclass(frozen=True, slots=True)
class Paper:
    """One workbook: its file name, its form and the spellings of days that occur in it."""

    file: str
    form: Form
    days: tuple[str, ...] = ("dash",)
    instead: tuple[tuple[str, str], ...] = ()
    """Columns that stand in place of the id number in the sheet of people whose number nobody has."""

    @property
    def form_without_id(self) -> Form:
        """Return the form of the sheet of people whose number nobody has: there is no column for it."""
        at = [field for field, _ in self.form.headers].index("id_number")
        headers = (*self.form.headers[:at], *self.instead, *self.form.headers[at + 1 :])
        return replace(self.form, title=f"{self.form.title}（无证件号码人员）", headers=headers, bands=())


_LIST_FOOT = ("注：本表由系统导出，核查后请勿改动序号。",)

HOUSEHOLD = Paper(
    "01建档立卡户信息.xlsx",
    Form(
        title="君山区建档立卡贫困户家庭成员信息表",
        subtitle="截至2017年6月30日    单位：户、人",
        sequence="序号",
        headers=(
            ("township", "乡镇"),
            ("village", "行政村"),
            ("household_number", "户编号"),
            ("head_name", "户主姓名"),
            ("name", "姓名"),
            ("id_number", "证件号码"),
            ("relation", "与户主关系"),
            ("sex", "性别"),
            ("birth_on", "出生日期"),
            ("group", "贫困户属性"),
            ("registered_on", "建档时间"),
            ("cause", "主要致贫原因"),
            ("income_per_head", "人均纯收入（元）"),
        ),
        merged=("township", "village", "household_number", "head_name", "group", "registered_on", "cause", "income_per_head"),
        total_of=("name",),
        foot=("注：同一户的户编号、户主姓名、属性等单元格已合并。", _SIGNED),
    ),
    ("dash", "excel"),
)

INSURANCE = Paper(
    "02城乡居民医保参保名单.xlsx",
    Form(
        title="2017年度城乡居民基本医疗保险参保人员名单",
        headers=(
            ("name", "参保人姓名"),
            ("id_number", "公民身份号码"),
            ("township", "所属乡镇"),
            ("village", "所属村"),
            ("insured_from", "参保日期"),
            ("category", "参保类别"),
            ("premium_paid", "个人缴费（元）"),
        ),
        total_of=("premium_paid",),
        foot=NOTES,
    ),
    ("excel",),
)

MOVE = Paper(
    "03人口变动情况表.xlsx",
    Form(
        title="君山区2017年贫困人口及名单人员变动情况表",
        sequence="序号",
        headers=(
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("change", "变动类型"),
            ("changed_on", "变动日期"),
            ("from_village", "原所在村"),
            ("to_township", "迁入乡镇"),
            ("to_village", "迁入村"),
            ("remark", "备注"),
        ),
        foot=(_SIGNED,),
    ),
    ("chinese", "dot", "dash"),
)

PROVINCIAL = Paper(
    "04省健康扶贫系统因病致贫人员.xlsx",
    Form(
        title="省健康扶贫系统因病致贫人员名单",
        sequence="序号",
        headers=(
            ("township", "乡镇"),
            ("village", "村"),
            ("head_name", "户主姓名"),
            ("name", "患者姓名"),
            ("birth_on", "出生日期"),
            ("id_number", "身份证号码"),
            ("illness", "所患疾病"),
        ),
        foot=_LIST_FOOT,
    ),
)

NATIONAL = Paper(
    "05国家健康扶贫平台人员名单.xlsx",
    Form(
        title="国家健康扶贫平台君山区人员名单",
        headers=(
            ("household_number", "户编号"),
            ("township", "镇（乡）"),
            ("village", "村居"),
            ("head_name", "户主"),
            ("name", "姓名"),
            ("sex", "性别"),
            ("id_number", "证件号"),
            ("illness", "疾病名称"),
        ),
    ),
)

OFFICE = Paper(
    "06区扶贫办交办名单.xlsx",
    Form(
        title="区扶贫办交办因病致贫返贫人员名单",
        subtitle="请各乡镇于9月30日前完成核查",
        headers=(
            ("township", "所在乡镇"),
            ("village", "行政村名称"),
            ("head_name", "户主"),
            ("name", "贫困人口姓名"),
            ("id_number", "身份证"),
            ("illness", "患病情况"),
        ),
        total_of=("name",),
        total_word="总计",
        foot=(_SIGNED,),
    ),
    instead=(("birth_on", "出生日期"),),
)

_CHECK_WORDS = {
    "first": (
        "乡镇", "村", "姓名", "身份证号码", "名单来源", "核查人", "核查日期", "身份是否属实", "是否建档立卡",
        "所患疾病", "ICD-10编码", "诊断依据", "是否救治", "救治机构", "核查结果", "备注",
    ),
    "second": (
        "乡镇名称", "村名", "人员姓名", "公民身份证号", "来源名单", "核查人员", "核查时间", "身份确认", "建档立卡户",
        "疾病名称", "疾病编码", "疾病诊断依据", "已救治", "救治地点", "核查结论", "说明",
    ),
}  # fmt: skip
_CHECK_FIELDS = (
    "township", "village", "name", "id_number", "lists", "checked_by", "checked_on", "identity_confirmed", "registered_poor",
    "illness", "icd10", "illness_basis", "treated", "treated_where", "outcome", "remark",
)  # fmt: skip


def check_paper(township: str, at: int) -> Paper:
    """Return the field check's workbook of a township; townships use one of two forms."""
    second = at % 2 == 1
    words = _CHECK_WORDS["second" if second else "first"]
    return Paper(
        f"{7 + at:02d}核查表_{township}.xlsx",
        Form(
            title=f"{township}健康扶贫对象核查表",
            subtitle="核查结果只填：属实、信息有误已更正、已死亡、已治愈、未患名录疾病、非因病、户籍迁出、重复、查无此人",
            sequence="编号" if second else "序号",
            headers=tuple(zip(_CHECK_FIELDS, words, strict=True)),
            bands=(("基本情况", 5), ("核查情况", 5), ("疾病与救治", 5), ("结论", 2)) if second else (),
            foot=(f"核查单位：{township}卫生院（盖章）", _SIGNED),
        ),
        (("dash",), ("dot", "slash"), ("chinese",), ("excel", "dash"))[at % 4],
        (("head_name", "户主姓名"), ("birth_on", "出生日期")),
    )


STAYS = Paper(
    "14住院费用结算明细.xlsx",
    Form(
        title="君山区城乡居民医保住院费用结算明细表",
        subtitle="单位：元",
        sequence="序号",
        headers=(
            ("settlement_number", "结算单号"),
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("hospital", "就诊医院"),
            ("hospital_level", "医院级别"),
            ("care", "就医类别"),
            ("admitted", "入院日期"),
            ("discharged", "出院日期"),
            ("settled_on", "结算日期"),
            ("illness", "出院诊断"),
            ("icd10", "诊断编码"),
            ("total", "医疗总费用"),
            ("in_scope", "政策范围内费用"),
            ("referred", "是否转诊"),
            ("remark", "备注"),
        ),
        total_of=("total", "in_scope"),
        foot=(_SIGNED,),
    ),
    ("dash", "excel", "slash"),
)

VISITS = Paper(
    "15门诊统筹费用结算明细.xlsx",
    Form(
        title="门诊统筹医疗费用结算明细（2017年）",
        headers=(
            ("settlement_number", "流水号"),
            ("name", "患者姓名"),
            ("id_number", "证件号码"),
            ("hospital", "医疗机构名称"),
            ("hospital_level", "机构级别"),
            ("care", "医疗类别"),
            ("admitted", "就诊日期"),
            ("discharged", "离院日期"),
            ("settled_on", "结算时间"),
            ("illness", "诊断名称"),
            ("icd10", "ICD编码"),
            ("total", "费用总额（元）"),
            ("in_scope", "范围内费用（元）"),
            ("referred", "转诊"),
        ),
        total_of=("name",),
        unit="人次",
        foot=NOTES,
    ),
    ("compact", "dash"),
)

TREAT_FIRST = Paper(
    "16先诊疗后付费协议台账.xlsx",
    Form(
        title="贫困人员先诊疗后付费协议台账",
        sequence="序号",
        headers=(
            ("name", "患者姓名"),
            ("id_number", "身份证号码"),
            ("hospital", "收治医院"),
            ("signed_on", "协议签订日期"),
            ("admitted", "入院时间"),
            ("remark", "备注"),
        ),
        foot=("注：自2017年9月1日起全区执行，此前为试点。",),
    ),
    ("chinese", "dot"),
)

CONTRACT = Paper(
    "17家庭医生签约台账.xlsx",
    Form(
        title="建档立卡贫困户家庭医生签约台账",
        headers=(
            ("household_number", "户编号"),
            ("head_name", "户主"),
            ("id_number", "户主身份证号"),
            ("township", "镇名"),
            ("village", "村名称"),
            ("team", "签约团队"),
            ("doctor", "签约医生"),
            ("signed_on", "签约日期"),
            ("until", "有效期至"),
        ),
        total_of=("head_name",),
        unit="户",
    ),
    ("slash",),
)

HEALTH_CHECK = Paper(
    "18健康体检登记.xlsx",
    Form(
        title="2017年农村贫困人口健康体检登记表",
        sequence="序号",
        headers=(
            ("name", "受检人"),
            ("id_number", "居民身份证号"),
            ("checked_on", "体检日期"),
            ("institution", "体检机构"),
            ("items", "体检项目"),
        ),
        foot=(_SIGNED,),
    ),
    ("compact", "excel"),
)

UNTREATED = Paper(
    "19未救治人员原因.xlsx",
    Form(
        title="大病未救治人员原因说明表",
        sequence="序号",
        headers=(
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("illness", "病种"),
            ("reason", "未救治原因"),
            ("remark", "备注"),
        ),
        foot=(_SIGNED,),
    ),
)

SURVEY = Paper(
    "20电话调查记录.xlsx",
    Form(
        title="群众满意度和政策知晓率电话调查记录表",
        sequence="序号",
        headers=(
            ("township", "乡镇"),
            ("village", "村"),
            ("name", "受访人"),
            ("id_number", "身份证号"),
            ("called_on", "访问日期"),
            ("answered", "是否接通"),
            ("satisfied", "是否满意"),
            ("aware", "是否知晓政策"),
            ("remark", "备注"),
        ),
    ),
    ("dash", "chinese"),
)
