"""The one table of who may do what: actions, data levels, fields by level, roles. A county has no part in it; its scheme has.

Sources: 个人信息保护法 28-29, GB/T 39725-2020 (levels of health data), GB/T 22239-2019 8.1.5.3 (three administrators),
OWASP ASVS 5.0 V8.
"""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.basics.viewer import RESTRICTED_ILLNESS

SEE_FIGURES = "see_figures"
SEE_PEOPLE = "see_people"
SEE_MONEY = "see_money"
IMPORT_LISTS = "import_lists"
SETTLE_CLAIMS = "settle_claims"
PRINT_PAPERS = "print_papers"
EXPORT_RECORDS = "export_records"
APPROVE_READING = "approve_reading"
HANDLE_REQUESTS = "handle_requests"
GRANT_ROLES = "grant_roles"
READ_JOURNAL = "read_journal"
KEEP_SYSTEM = "keep_system"

ACTIONS: dict[str, str] = {
    SEE_FIGURES: "看数字和方案",
    SEE_PEOPLE: "打开个人档案",
    SEE_MONEY: "看结算和资金",
    IMPORT_LISTS: "接收名单",
    SETTLE_CLAIMS: "结算",
    PRINT_PAPERS: "印报告和明白纸",
    EXPORT_RECORDS: "导出明细",
    APPROVE_READING: "批准大批查看",
    HANDLE_REQUESTS: "受理查阅、更正和删除申请",
    GRANT_ROLES: "管理账号和授权",
    READ_JOURNAL: "查日志和谁看过谁",
    KEEP_SYSTEM: "备份、恢复和系统状态",
    RESTRICTED_ILLNESS: "看专管病种",
}
"""Every action in Chinese."""

OPEN, INTERNAL, PERSONAL, SENSITIVE, RESTRICTED = 1, 2, 3, 4, 5
LEVELS: dict[int, str] = {
    OPEN: "公开：方案、已公布的合计",
    INTERNAL: "内部：去标识的明细、下级的数字",
    PERSONAL: "个人：姓名、住址到村、家庭关系",
    SENSITIVE: "敏感：证件号、电话、账户、病情、金额明细",
    RESTRICTED: "专管：艾滋病等性病、重性精神病、结核病、失独",
}
"""What each level of data is."""

FIELD_LEVELS: dict[str, int] = {
    "name": PERSONAL,
    "head_name": PERSONAL,
    "relation": PERSONAL,
    "sex": PERSONAL,
    "birth_on": PERSONAL,
    "township": PERSONAL,
    "village": PERSONAL,
    "village_group": PERSONAL,
    "from_village": PERSONAL,
    "to_village": PERSONAL,
    "to_township": PERSONAL,
    "group": PERSONAL,
    "registered_poor": PERSONAL,
    "registered_on": PERSONAL,
    "identity_confirmed": PERSONAL,
    "change": PERSONAL,
    "changed_on": PERSONAL,
    "signed_on": PERSONAL,
    "until": PERSONAL,
    "institution": PERSONAL,
    "items": PERSONAL,
    "team": PERSONAL,
    "called_on": PERSONAL,
    "answered": PERSONAL,
    "satisfied": PERSONAL,
    "aware": PERSONAL,
    "category": PERSONAL,
    "insured": PERSONAL,
    "insured_from": PERSONAL,
    "premium_paid": PERSONAL,
    "id_number": SENSITIVE,
    "head_id_number": SENSITIVE,
    "phone": SENSITIVE,
    "address": SENSITIVE,
    "cause": SENSITIVE,
    "illness": SENSITIVE,
    "icd10": SENSITIVE,
    "illness_basis": SENSITIVE,
    "reason": SENSITIVE,
    "remark": SENSITIVE,
    "lists": SENSITIVE,
    "outcome": SENSITIVE,
    "treated": SENSITIVE,
    "treated_where": SENSITIVE,
    "checked_on": SENSITIVE,
    "admitted": SENSITIVE,
    "discharged": SENSITIVE,
    "settled_on": SENSITIVE,
    "hospital": SENSITIVE,
    "hospital_level": SENSITIVE,
    "care": SENSITIVE,
    "referred": SENSITIVE,
    "total": SENSITIVE,
    "in_scope": SENSITIVE,
    "income_per_head": SENSITIVE,
    "broken_id": SENSITIVE,
    "bank_account": SENSITIVE,
}
"""The level of a received field; what is not named is INTERNAL, a column that no layout knows is SENSITIVE."""

ILLNESS_KINDS = frozenset(
    {
        "field_check",
        "national_platform",
        "poverty_office",
        "provincial_system",
        "settlement",
        "treat_first",
        "untreated_reason",
    }
)
"""Kinds of list whose rows say that somebody is ill."""

PERSONAL_COLUMNS = frozenset(
    {
        "age",
        "answered",
        "aware",
        "contracted",
        "groups",
        "health_checks",
        "insured",
        "members",
        "person_groups",
        "satisfied",
        "sex",
    }
)
"""Columns of counting tables that say no more than PERSONAL fields do; every other one is SENSITIVE."""

PERSONAL_TABLES = frozenset({"household", "person", "survey"})
"""Counting tables in which standing says no more than PERSONAL fields do; a line of any other says that somebody was ill."""

NO_GROUP, SYSTEM, SECURITY, AUDIT = "", "system", "security", "audit"


@dataclass(frozen=True, slots=True)
class Role:
    """What one kind of office may do. `administrator` is one of three groups that no person may hold two of."""

    name: str
    actions: frozenset[str]
    level: int
    administrator: str = NO_GROUP
    second_factor: bool = False
    by_institution: bool = False
    """Whether the role is held at an institution (a hospital's counter) instead of a place."""


def _role(name: str, level: int, *actions: str, **more: object) -> Role:
    return Role(name, frozenset(actions), level, **more)  # type: ignore[arg-type]


ROLES: dict[str, Role] = {
    "county_officer": _role(
        "县健康扶贫办工作人员",
        SENSITIVE,
        SEE_FIGURES,
        SEE_PEOPLE,
        SEE_MONEY,
        IMPORT_LISTS,
        SETTLE_CLAIMS,
        PRINT_PAPERS,
        EXPORT_RECORDS,
        APPROVE_READING,
        HANDLE_REQUESTS,
        second_factor=True,
    ),
    "township_clerk": _role("乡镇卫生院经办人", SENSITIVE, SEE_FIGURES, SEE_PEOPLE, SEE_MONEY, PRINT_PAPERS),
    "village_doctor": _role("村医", SENSITIVE, SEE_FIGURES, SEE_PEOPLE, SEE_MONEY, PRINT_PAPERS),
    "disease_control_officer": _role(
        "疾控专管人员",
        RESTRICTED,
        SEE_FIGURES,
        SEE_PEOPLE,
        SEE_MONEY,
        PRINT_PAPERS,
        EXPORT_RECORDS,
        RESTRICTED_ILLNESS,
        second_factor=True,
    ),
    "hospital_clerk": _role("定点医院结算窗口", SENSITIVE, SEE_PEOPLE, SEE_MONEY, by_institution=True),
    "payer": _role("医保、民政、财政经办人", SENSITIVE, SEE_FIGURES, SEE_PEOPLE, SEE_MONEY, EXPORT_RECORDS, second_factor=True),
    "inspector": _role("督导考核人员", PERSONAL, SEE_FIGURES, SEE_PEOPLE, PRINT_PAPERS),
    "system_administrator": _role("系统管理员", OPEN, KEEP_SYSTEM, administrator=SYSTEM, second_factor=True),
    "security_administrator": _role(
        "安全管理员", OPEN, GRANT_ROLES, APPROVE_READING, administrator=SECURITY, second_factor=True
    ),
    "auditor": _role("审计管理员", OPEN, READ_JOURNAL, administrator=AUDIT, second_factor=True),
    "founder": _role("建区人（安全管理员到任前代管授权）", OPEN, GRANT_ROLES, KEEP_SYSTEM, READ_JOURNAL, second_factor=True),
}
"""Every role by its code. `founder` goes to who lays out a workspace, and lapses once a security administrator is appointed."""

PEOPLE_A_DAY = 200
"""People whose sealed words one person may read in a day without a reason and a second person's approval."""
