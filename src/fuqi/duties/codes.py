"""The words of requests."""

from __future__ import annotations

ACCESS, CORRECTION, DELETION = "access", "correction", "deletion"

KINDS = {ACCESS: "查阅、复制", CORRECTION: "更正、补充", DELETION: "删除"}
"""What may be asked for: 个人信息保护法第四十五条, 第四十六条, 第四十七条."""

APPLICANT_FIELDS = {
    "applicant": "申请人",
    "standing": "与本人的关系",
    "proof": "怎样核对的身份",
    "contact": "联系方式",
    "words": "申请的内容",
}
"""What every request says."""

CORRECTED_FIELDS = {
    "name": "姓名",
    "id_number": "证件号码",
    "sex": "性别",
    "birth_on": "出生日期",
    "place": "住址（到村）",
    "relation": "与户主关系",
    "group": "身份类别",
    "illness": "病情",
    "other": "其他",
    "evidence": "凭据",
}
"""What a correction asks to be written."""

GROUND_FIELDS = {"ground": "删除的理由"}

FIELDS: dict[str, dict[str, str]] = {
    ACCESS: APPLICANT_FIELDS,
    CORRECTION: {**APPLICANT_FIELDS, **CORRECTED_FIELDS},
    DELETION: {**APPLICANT_FIELDS, **GROUND_FIELDS},
}
"""Which fields a request of a kind has, with what they are called."""

REQUIRED = frozenset({"applicant", "standing", "proof", "words"})
"""What must not stay empty: nobody gets a file, and nobody's data go, without a look at who asks."""

STANDINGS = {"self": "本人", "guardian": "监护人", "relative": "已故本人的近亲属", "agent": "受托人"}
"""Who may ask: 个人信息保护法第四十四条, 第三十一条, 第四十九条; 民法典第一百六十一条."""

GROUNDS = {
    "fulfilled": "处理目的已实现、无法实现，或者不再必要",
    "expired": "保存期限已届满",
    "withdrawn": "撤回同意（只对凭同意处理的内容）",
    "unlawful": "违反法律、行政法规或者约定处理",
    "other": "法律、行政法规规定的其他情形",
}
"""On what grounds data are deleted: 个人信息保护法第四十七条第一款."""

CHOICES = {"standing": STANDINGS, "ground": GROUNDS}
"""Fields of which one of some words is chosen."""

WAITING, GRANTED, REFUSED, DONE = "waiting", "granted", "refused", "done"

STATES = {WAITING: "待审批", GRANTED: "已同意，待办理", REFUSED: "不同意", DONE: "办结"}

LONGEST = 500
"""Characters that a field may have."""
