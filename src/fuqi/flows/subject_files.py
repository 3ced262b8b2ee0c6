"""Everything about one person as a file for that person: readable, and as data （个人信息保护法第四十五条）.

What must stay with named roles is not in it for other handlers, and the file says so whoever it is about, so that its words
tell nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fuqi.access.codes import ROLES, SEE_PEOPLE
from fuqi.access.personal_data import register
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.money import format_yuan
from fuqi.duties.queries import RequestHead
from fuqi.duties.tables import retention_rules
from fuqi.flows.explain import day_words
from fuqi.flows.opened import Asking, FactLine, NoStandings, open_person
from fuqi.flows.opened.person import PersonFile
from fuqi.flows.papers import SAMPLE, Product
from fuqi.intake.queries import views_of
from fuqi.registry.queries import facts_of
from fuqi.registry.rules import masked
from fuqi.registry.sightings import sightings_of
from fuqi.reports.document import Document, Section, Table, document_file, media_type

DATA = "json"
"""The form of the data file."""
OTHERS = "（他人信息，略）"
RESTRICTED_SENTENCE = (
    "依法从严管理的病种（艾滋病等性病、严重精神障碍、结核病等）如有记载，由县疾病预防控制机构的专管人员当面提供，不在这份档案里。"
    "这句话每一份档案都有，不说明本人有或者没有这类记载。"
)


def subject_file(asking: Asking, request: RequestHead, form: str) -> Product:
    """Return the file of the person that a request is about; the viewer says a purpose. Raises NothingToOpenError."""
    maker = _Maker(asking, request)
    name = f"个人信息档案-{request.number}.{form}"
    if form == DATA:
        data = json.dumps(maker.data(), ensure_ascii=False, indent=1, sort_keys=True).encode()
        return Product(name, "application/json", data, (request.number,))
    return Product(name, media_type(form), document_file(maker.document(), form), (request.number,))


@dataclass(frozen=True)
class _Maker:
    """Gathers once what both forms say."""

    asking: Asking
    request: RequestHead

    @cached_property
    def file(self) -> PersonFile:
        return open_person(self.asking, NoStandings(), self.request.serial)

    @cached_property
    def rows(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Return every received row about the person that the viewer may open: kind of list, place, cells."""
        found = []
        views = views_of(self.asking.viewer, [row.row_id for row in self.file.rows])
        for row in self.file.rows:
            view, cells = views[row.row_id]
            if not self.asking.hides_row(view, self.request.person_id):
                said = [(head, text) for head, text in cells.items() if self._may_say(view.kind, head, text)]
                found.append((row.kind_name, row.words, [(head, self._own(view.kind, head, text)) for head, text in said]))
        return found

    def _may_say(self, kind: str, header: str, text: str) -> bool:
        field = self.asking.layouts[kind].field_of(header) if kind in self.asking.layouts.by_kind else ""
        return bool(text) and not self.asking.withholds(field, text, self.request.person_id)

    def _own(self, kind: str, header: str, text: str) -> str:
        """Return a cell as it was written, but nothing that is about somebody else."""
        layouts = self.asking.layouts
        if kind not in layouts.by_kind:
            return text
        field = layouts[kind].field_of(header)
        if field in ("head_name", "head_id_number"):
            return text if text.strip() == self.file.name else masked(text) if field == "head_name" else OTHERS
        return OTHERS if not field and header.startswith(layouts[kind].other_people) else text

    def identity(self) -> list[tuple[str, str]]:
        """Return who the person is, in full."""
        facts = facts_of(self.asking.viewer, self.asking.as_of, self.request.person_id)
        last = facts.identities[-1] if facts.identities else None
        word = self.asking.scheme.word
        rows = [
            ("人员编号", self.file.code),
            ("姓名", last.name if last else ""),
            ("证件号码", last.id_number if last else ""),
            ("性别", word(last.sex) if last and last.sex else ""),
            ("出生日期", last.birth_on.isoformat() if last and last.birth_on else ""),
            ("住址", self.file.place_name),
            ("户编号", self.file.household),
            ("与户主的关系", self.file.relation),
            ("身份类别", self.file.groups),
        ]
        return [(label, words) for label, words in rows if words]

    def seen(self) -> Iterator[tuple[str, str, str]]:
        """Yield on which days through which door how many fields were opened; by whom is told on request by the auditor."""
        for item in sightings_of(self.asking.viewer, self.request.person_id):
            yield item.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"), item.door, item.why

    def data(self) -> dict[str, object]:
        """Return everything as plain data."""
        return {
            "request": self.request.number,
            "identity": dict(self.identity()),
            "facts": [_fact(line) for line in self.file.facts],
            "settlements": [
                {
                    "number": item.number,
                    "hospital": item.hospital,
                    "settled_on": item.settled_on.isoformat(),
                    "total_fen": item.total_fen,
                    "in_scope_fen": item.in_scope_fen,
                    "self_pay_fen": item.self_pay_fen,
                    "lines": [{"layer": line.layer, "fund": line.fund, "pay_fen": line.pay_fen} for line in item.lines],
                    "explanation": item.explanation.splitlines(),
                }
                for item in self.file.settlements
            ],
            "rows": [{"list": kind, "place": place, "cells": dict(cells)} for kind, place, cells in self.rows],
            "seen": [{"at": at, "door": door, "why": why} for at, door, why in self.seen()],
            "note": RESTRICTED_SENTENCE,
        }

    def document(self) -> Document:
        """Return it for reading."""
        sample = SAMPLE if any(item.synthetic for item in self.asking.scheme.divisions) else ""
        subject = f"申请编号{self.request.number}；截至{day_words(self.asking.as_of.on)}"
        return Document("个人信息档案", subject, tuple(self._sections()), sample)

    def _sections(self) -> Iterator[Section]:
        yield Section("一、您是谁", (), (Table("", ("项目", "内容"), (1, 3), tuple(self.identity())),))
        facts = tuple(
            (line.label, line.words, _span(line), line.source.text if line.source else "") for line in self.file.facts
        )
        heads = ("项目", "内容", "时间", "根据名单的哪一行")
        yield Section("二、台账上关于您的每一件事", (), (Table("", heads, (2, 5, 3, 4), facts),) if facts else ())
        yield Section("三、费用和结算", tuple(self._money()) or ("没有。",))
        tables = tuple(Table(f"{kind}：{place}", ("列", "写的内容"), (1, 3), tuple(cells)) for kind, place, cells in self.rows)
        yield Section("四、收到的名单里关于您的行", ("名单里写到的其他人，已经遮盖。",), tables)
        seen = tuple(self.seen())
        yield Section(
            "五、什么时候、为什么查看过您的信息",
            () if seen else ("没有人打开过。",),
            (Table("", ("时间", "从哪里", "用途"), (2, 1, 3), seen),) if seen else (),
        )
        yield Section("六、为什么处理这些信息、保存多久", tuple(_grounds()))
        yield Section("七、说明", (RESTRICTED_SENTENCE, *_rights()))

    def _money(self) -> Iterator[str]:
        for item in self.file.settlements:
            total = format_yuan(item.total_fen or 0)
            yield f"结算单{item.number}，{item.hospital}，{day_words(item.settled_on)}结算，总费用{total}元。"
            yield from item.explanation.splitlines()


def _fact(line: FactLine) -> dict[str, object]:
    days = {"since": line.start, "until": line.until, "on": line.on}
    return {
        "what": line.label,
        "words": line.words,
        "note": line.note,
        "source": line.source.text if line.source else "",
        **{name: day.isoformat() for name, day in days.items() if day},
    }


def _span(line: FactLine) -> str:
    if line.on:
        return day_words(line.on)
    start = f"{day_words(line.start)}起" if line.start else ""
    return f"{start}{'到' + day_words(line.until) + '前' if line.until else ''}"


def _grounds() -> Iterator[str]:
    known = register()
    for purpose in known.purposes.values():
        yield f"{purpose.words}依据：{'；'.join(str(known.laws[law]) for law in purpose.basis)}。"
    for rule in retention_rules():
        if rule.id in {row.retention for row in known.models.values() if row.subject == "resident"}:
            yield f"{rule.name}：保存{rule.days_words}，{rule.after_words}。{rule.because}"
    names = "、".join(role.name for role in ROLES.values() if SEE_PEOPLE in role.actions)
    yield f"在各自范围内可以打开个人档案的岗位：{names}。"


def _rights() -> Iterator[str]:
    yield "认为内容不准确、不完整的，可以申请更正、补充；符合法定情形的，可以申请删除。对答复不服的，可以依法投诉、起诉。"
    yield "依据：个人信息保护法第四十五条至第五十条。"
