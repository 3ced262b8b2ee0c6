"""What the trail calls things: doors, actions of the journal, fields that were shown, tables."""

from __future__ import annotations

from fuqi.journal.codes import RUN_KINDS

DOORS = {"page": "网页", "command": "命令行", "api": "接口"}

FIELDS = {
    "person.file": "个人档案",
    "person.settlement": "结算",
    "identity.name": "姓名",
    "identity.id_number": "证件号码",
    "condition.words": "病情",
    "condition.icd10": "诊断编码",
    "condition.basis": "诊断依据",
    "claim.words": "费用单的诊断",
    "claim.icd10": "费用单的诊断编码",
    "settlementfacts.facts": "结算所依据的情况",
    "diseasefinding.rule": "病种认定的依据",
    "undecidedcondition.reason": "病种待定的原因",
    "untreatedreason.reason": "未救治原因",
    "requestversion.content": "个人申请的内容",
    "requestdecision.why": "个人申请的批复",
    "requestoutcome.words": "个人申请的办理",
    "receivedrow.cells": "收到的一行",
    "receivedrow.reading": "收到的一行",
    "receivedfile.bytes": "收到的原件",
}
"""Fields of persons as `table.column` without the room."""

ACTIONS = {
    "access.sign_in": "登录",
    "access.password": "设密码",
    "access.grant": "授权",
    "access.revoke": "收回授权",
    "access.disable": "停用账号",
    "access.enable": "启用账号",
    "access.paused": "登录多次失败，暂停",
    "access.factor": "设第二道验证",
    "access.factor_reset": "重设第二道验证",
    "access.recovery_code": "用恢复码登录",
    "access.recovery_codes": "换新的恢复码",
    "access.passkey": "添加通行密钥",
    "access.passkey_end": "移除通行密钥",
    "access.credential": "发接口凭证",
    "access.credential_end": "收回接口凭证",
    "keys.make": "生成数据密钥",
    "keys.rotate": "轮换密钥",
    "keys.destroy": "销毁数据密钥",
    "keys.paper": "印纸质密钥",
    "access.reveal_names": "写明用途，显示全名",
    "access.ask_to_read": "申请大批查看",
    "access.allow_to_read": "批准大批查看",
    "access.refuse_to_read": "不批准大批查看",
    "reading.open": "看了密封的内容",
    "reading.open_rows": "看了密封的内容（含没有对应到人的行）",
    "reading.refused": "一天看的人太多，没有显示",
    "duties.receive": "受理个人申请",
    "duties.edit": "改写个人申请",
    "duties.decide": "批复个人申请",
    "duties.conclude": "办结个人申请",
    "duties.hand_over": "再次交付个人档案",
    "duties.breach_report": "写安全事件报告",
    "retention.remove": "按保存期限清除",
    "journal.who_saw": "查谁看过谁",
    "intake.take_back": "取回原件",
    "papers.issue": "印发文书",
    "backup.make": "做备份",
    "backup.restore": "从备份恢复",
    "clock.right": "确认时钟",
    "places.lay_out": "写入区划",
    "registry.households": "写入户",
    "import.file": "接收文件",
    "import.rows": "接收各行",
    "import.faults": "记下问题",
    "match.links": "写入比对",
    "verify.facts": "写入台账",
    "settle.post": "写入结算",
    "settle.scheme": "留存方案",
    "count.keep": "写入计数",
}
_STEPS = {"start": "开始", "effective": "生效", "refused": "拒收", "withdraw": "撤销"}

TABLES = {
    "access.grant": "授权",
    "access.institutiongrant": "机构授权",
    "access.grantend": "收回的授权",
    "access.factor": "登录凭据",
    "access.factorend": "作废的登录凭据",
    "access.credential": "接口凭证",
    "access.credentialend": "收回的接口凭证",
    "access.readingrequest": "大批查看申请",
    "access.readingdecision": "大批查看批复",
    "access.datakey": "数据密钥",
    "care.familydoctorcontract": "家庭医生签约",
    "care.healthcheck": "健康体检",
    "determination.diseasefinding": "病种认定",
    "determination.restrictedmark": "专管标记",
    "determination.undecidedcondition": "待定病情",
    "duties.subjectrequest": "个人申请",
    "duties.requestversion": "个人申请的内容",
    "duties.requestdecision": "个人申请的批复",
    "duties.requestoutcome": "个人申请的办理",
    "indicators.countedfigure": "计数",
    "indicators.countedlist": "计数名单",
    "intake.receivedfile": "收到的文件",
    "intake.receivedrow": "收到的行",
    "intake.rowfault": "名单里的问题",
    "journal.run": "批次",
    "matching.doubt": "存疑",
    "matching.link": "比对",
    "places.division": "区划",
    "registry.condition": "病情",
    "registry.enrolment": "参保",
    "registry.fieldcheck": "核查",
    "registry.groupspell": "身份类别",
    "registry.household": "户",
    "registry.identity": "身份",
    "registry.identityindex": "证件索引",
    "registry.income": "家庭收入",
    "registry.membership": "户籍成员",
    "registry.person": "人",
    "registry.residence": "住址",
    "registry.sighting": "查看记录",
    "reports.issuedpaper": "印发的文书",
    "settlement.adjustment": "补报追回",
    "settlement.claim": "费用单",
    "settlement.schemeversion": "方案版本",
    "settlement.settlement": "结算",
    "settlement.settlementfacts": "结算所依据的情况",
    "settlement.settlementline": "结算各层",
    "supervision.surveycall": "电话调查",
    "treatment.treatfirstagreement": "先诊疗后付费协议",
    "treatment.untreatedreason": "未救治原因",
}

CHANGES = {
    "account": "账号",
    "active": "账号启停",
    "asked": "查的人",
    "backup": "备份",
    "breach": "安全事件",
    "clock": "时钟",
    "destroy_key": "销毁的密钥",
    "list": "名单",
    "paper_key": "纸质密钥",
    "papers": "文书",
    "password": "密码",
    "paused": "暂停的登录",
    "refused": "没有显示的查看",
    "request": "个人申请",
    "restore": "恢复",
    "rewrap_keys": "换包的密钥",
    "rotation": "轮换",
    "run": "批次",
    "strangers": "没有对应到人的行",
}
"""What an entry tells besides rows of tables."""


def action_words(action: str) -> str:
    """Return an action of the journal in Chinese; one that has no words yet by its code."""
    kind, _, step = action.rpartition(".")
    if action in ACTIONS:
        return ACTIONS[action]
    return f"{RUN_KINDS[kind]}：{_STEPS[step]}" if kind in RUN_KINDS and step in _STEPS else action


def field_words(field: str) -> str:
    """Return a field in Chinese; one that has no words yet by its code."""
    return FIELDS.get(field, field)


def table_words(table: str) -> str:
    """Return a table in Chinese, by its code where it has no words."""
    return TABLES.get(table, table)


def change_words(what: str) -> str:
    """Return a sort of change in Chinese, by its code where it has no words."""
    return CHANGES.get(what, what)
