"""The impact assessment （个人信息保护影响评估，个人信息保护法第五十五、五十六条）, made of the register: it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fuqi.access.codes import ACTIONS, LEVELS, PEOPLE_A_DAY, ROLES
from fuqi.access.personal_data import RESIDENT, SEALED, Register, register
from fuqi.duties.tables import deadlines, retention_rules, risks
from fuqi.flows.explain import day_words
from fuqi.flows.papers import SAMPLE, Product
from fuqi.reports.document import Document, Section, Table, document_file, media_type
from fuqi.scheme.model import Scheme

_OF_THE_PROGRAM = frozenset({"technical", "reference", "digest", "public"})
"""Categories that say nothing of anybody and are left out of the list of what is held."""


def assessment(scheme: Scheme, form: str, *, today: date) -> Product:
    """Return the assessment as Word or PDF."""
    data = document_file(assessment_document(scheme, today=today), form)
    return Product(f"个人信息保护影响评估.{form}", media_type(form), data, ())


def assessment_document(scheme: Scheme, *, today: date) -> Document:
    """Return the assessment: the three things that the law asks for, each from a table of the program."""
    known = register()
    sample = SAMPLE if any(item.synthetic for item in scheme.divisions) else ""
    sections = (
        _about(scheme),
        *_lawful(known),
        *_held(known),
        *_risks(),
        *_protected(known),
        *_open(known),
        Section("八、结论和签字", ("结论：【待填：可以处理／整改后可以处理／不可以处理】。", *_signed())),
    )
    return Document("个人信息保护影响评估", f"{scheme.name}；{day_words(today)}生成", sections, sample)


def _about(scheme: Scheme) -> Section:
    return Section(
        "一、评估什么",
        (
            "处理者：【待填：县卫生健康局等单位全称】；负责人：【待填：姓名、职务】。",
            f"处理活动：按“{scheme.name}”认定健康扶贫对象、掌握救治、结算医疗费用、统计指标。",
            "为什么要评估：处理敏感个人信息（个人信息保护法第五十五条第一项）。评估报告和处理情况记录至少保存三年（第五十六条第二款）。",
            "下面各表由程序的登记册、权限表和保存期限表生成，与程序实际所做的一致；没有登记的列通不过测试。",
        ),
    )


def _lawful(known: Register) -> Iterator[Section]:
    """Yield Art. 56 (1): whether purpose and manner are lawful, legitimate and necessary."""
    rows = []
    for key, purpose in known.purposes.items():
        tables = "、".join(entry.name for entry in known.models.values() if key in entry.purposes and entry.subject == RESIDENT)
        basis = "；".join(f"{known.laws[law]}（{known.laws[law].says}）" for law in purpose.basis)
        rows.append((purpose.words, basis or "不涉及个人", tables or "无"))
    heads = ("目的", "依据", "用到的表（群众的）")
    yield Section(
        "二、目的、方式是否合法、正当、必要",
        (
            "第五十六条第一款第一项。凭法定职责处理，不以同意为前提；处理敏感个人信息另须有特定目的、充分必要和严格保护（第二十八条）。",
        ),
        (Table("", heads, (3, 5, 3), tuple(rows)),),
    )


def _held(known: Register) -> Iterator[Section]:
    rows = []
    retention = {rule.id: rule for rule in retention_rules()}
    for label, entry in known.models.items():
        if entry.subject != RESIDENT:
            continue
        own = [one for one in entry.fields.values() if one.category not in _OF_THE_PROGRAM]
        categories = "、".join(dict.fromkeys(known.categories[one.category].name for one in own)) or "只有编号和索引"
        sealed = "、".join(dict.fromkeys(known.categories[one.category].name for one in own if one.kept == SEALED)) or "无"
        level = LEVELS[known.highest_level(label)].partition("：")[0]
        rule = retention[entry.retention]
        rows.append(
            (entry.name, categories, level, sealed, known.sources[entry.source], f"{rule.days_words}，{rule.after_words}")
        )
    heads = ("表", "内容", "最高一级", "逐字段加密的", "从哪里来", "保存")
    yield Section(
        "三、处理哪些个人信息",
        ("敏感个人信息：" + "、".join(_special(known)) + "。",),
        (Table("", heads, (2, 4, 1, 3, 3, 2), tuple(rows)),),
    )


def _special(known: Register) -> list[str]:
    return [category.name for category in known.categories.values() if category.special]


def _risks() -> Iterator[Section]:
    """Yield Art. 56 (2): effects on persons' rights, and risks."""
    rows = tuple((item["risk"], item["harm"], item["level"], item["measures"], item["rest"]) for item in risks())
    heads = ("风险", "会伤到人的什么", "程度", "措施", "还剩什么")
    yield Section("四、对个人权益的影响和安全风险", ("第五十六条第一款第二项。",), (Table("", heads, (3, 3, 1, 5, 3), rows),))


def _protected(known: Register) -> Iterator[Section]:
    """Yield Art. 56 (3): whether the measures are lawful, effective, and fit the risk."""
    roles = tuple(
        (
            role.name,
            LEVELS[role.level].partition("：")[0],
            "、".join(ACTIONS[action] for action in sorted(role.actions, key=list(ACTIONS).index)),
            "要" if role.second_factor else "不要",
        )
        for role in ROLES.values()
    )
    opened = tuple(
        (reason.words, "、".join(dict.fromkeys(_kept_open(known, key))) or "无") for key, reason in known.open_reasons.items()
    )
    yield Section(
        "五、保护措施是否合法、有效、与风险相适应",
        (
            "第五十六条第一款第三项；第五十一条：管理制度、分类管理、加密和去标识化、操作权限、应急预案。",
            f"一个人一天看{PEOPLE_A_DAY}人以上，要写理由并由另一个人批准。授权的人、审批的人不能是自己。",
        ),
        (
            Table("谁能做什么", ("角色", "最高看到哪一级", "能做什么", "第二因素"), (3, 2, 6, 1), roles),
            Table("没有逐字段加密的，为什么", ("理由", "类别"), (4, 5), opened),
        ),
    )
    limits = deadlines()
    rights = f"收到申请{limits.answer_days}天内答复（{limits.source}）；收的人和审批的人不同；拒绝要写理由（第五十条）。"
    rows = tuple((rule.name, rule.days_words, rule.after_words, rule.because, str(rule.source)) for rule in retention_rules())
    heads = ("内容", "多久", "到期", "为什么", "依据")
    yield Section("六、个人的权利和保存期限", (rights,), (Table("", heads, (3, 1, 2, 5, 4), rows),))


def _kept_open(known: Register, reason: str) -> Iterator[str]:
    for entry in known.models.values():
        for one in entry.fields.values():
            if one.kept == reason and entry.subject == RESIDENT:
                yield known.categories[one.category].name


def _open(known: Register) -> Iterator[Section]:
    laws = [f"{law.title}{law.clause}：{law.says}。" for law in known.laws.values() if not law.confirmed]
    rules = [f"保存期限“{rule.name}”：{rule.source}。" for rule in retention_rules() if not rule.source.confirmed]
    yield Section(
        "七、还没有核实、没有防住的",
        (
            "条文还没有对照原文核实的：",
            *laws,
            *rules,
            "没有防住的：掌握服务器最高权限、而且密钥已解开的人；有权看的人手抄和拍照；收到的原件里单个人的行不能单独销毁。",
        ),
    )


def _signed() -> Iterator[str]:
    yield "评估人：【待填：姓名】；个人信息保护负责人：【待填：姓名】；日期：【待填：日期】。"
    yield "受影响的群众代表或者外部专家的意见：【待填：意见，可以没有】。"
