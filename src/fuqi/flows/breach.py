"""The report on a breach （个人信息保护法第五十七条）: who could see what, who saw whom, what left, from the journal and the trail.

Persons stand in it by serial number only, so that the auditor, who sees no personal data, can make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from fuqi.access.codes import LEVELS
from fuqi.access.personal_data import register
from fuqi.access.queries import account_states, grants
from fuqi.access.reading import beyond_scope
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.explain import day_words
from fuqi.flows.papers import Product
from fuqi.flows.trail_words import DOORS, action_words, field_words
from fuqi.journal.actions import recording
from fuqi.journal.entries import EntryView, entries
from fuqi.registry.sightings import sightings_between
from fuqi.reports.document import Document, Section, Table, document_file, media_type

LEFT = ("papers.issue", "intake.take_back", "duties.hand_over", "duties.conclude", "access.reveal_names")
"""Actions after which something may lie outside: a paper, an original, a person's file, names on a screen."""
_MOST = 1_000_000
_A_ROW = 12
"""Serial numbers in one line of the appendix."""


class BreachDaysError(FuqiError):
    """The days of the report cannot be right."""

    code = "breach_days"


@dataclass(frozen=True, slots=True)
class Span:
    """The days that the report is about, `[start, until)`, and the one person it is about, '' for everybody."""

    start: date
    until: date
    by: str = ""

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Return the instants from which and until which."""
        begin, end = (datetime.combine(day, time(), SHANGHAI) for day in (self.start, self.until))
        return begin, end

    @property
    def words(self) -> str:
        """Return the days as people say them."""
        last = self.until - timedelta(days=1)
        days = day_words(self.start) if last == self.start else f"{day_words(self.start)}至{day_words(last)}"
        return f"{days}{f'，只看{self.by}' if self.by else ''}"


@dataclass
class Readers:
    """What one account was shown."""

    people: set[int] = field(default_factory=set)
    doors: set[str] = field(default_factory=set)
    fields: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Breach:
    """What the journal and the trail say about the days."""

    span: Span
    readers: dict[str, Readers]
    entries: tuple[EntryView, ...]
    granted: tuple[tuple[str, str, str, str], ...]
    """Account, role, where, since when and until when."""

    @property
    def people(self) -> list[int]:
        """Return the serial numbers of all whose sealed words were shown."""
        return sorted({serial for reader in self.readers.values() for serial in reader.people})

    @property
    def fields(self) -> list[str]:
        """Return which fields were shown, as `table.column` without the room."""
        return sorted({name for reader in self.readers.values() for name in reader.fields})


def breach(viewer: Viewer, span: Span) -> Breach:
    """Return what the record says about the days. Raises BreachDaysError."""
    if span.start >= span.until:
        raise BreachDaysError("结束的日期要在开始的日期以后（含开始那一天）。请核对 --from 和 --to。")
    readers: dict[str, Readers] = {}
    with beyond_scope("a breach does not stop at a scope; persons are told by serial number only"):
        for by, serial, door, fields in sightings_between(viewer, span.start, span.until, span.by):
            reader = readers.setdefault(by, Readers())
            reader.people.add(serial)
            reader.doors.add(door)
            reader.fields.update(fields)
    begin, end = span.instants
    found = entries(viewer, begin, end, by=span.by, most=_MOST)
    return Breach(span, dict(sorted(readers.items())), tuple(reversed(found)), tuple(_granted(viewer, span)))


def _granted(viewer: Viewer, span: Span) -> Iterator[tuple[str, str, str, str]]:
    names = {state.id: state.name for state in account_states(viewer)}
    for one in grants(viewer):
        name = names.get(one.user_id, "")
        if (span.by and name != span.by) or one.valid_from >= span.until or (one.valid_until and one.valid_until <= span.start):
            continue
        until = f"到{day_words(one.valid_until)}前" if one.valid_until else "起，没有期限"
        yield name, one.role_name, one.where, f"{day_words(one.valid_from)}{until}"


def breach_report(viewer: Viewer, span: Span, form: str, *, at: datetime) -> Product:
    """Return the report as Word or PDF, and leave an entry that it was made. Raises BreachDaysError."""
    found = breach(viewer, span)
    with recording(by=viewer.name, at=at, action="duties.breach_report", why=viewer.purpose[:200]) as record:
        record.note("breach", start=span.start.isoformat(), until=span.until.isoformat(), people=len(found.people))
    document = Document("个人信息安全事件报告（底稿）", span.words, tuple(_sections(found)))
    return Product(f"个人信息安全事件报告.{form}", media_type(form), document_file(document, form), ())


def summary(found: Breach) -> list[str]:
    """Return the report in a few sentences, for a terminal."""
    said = [
        f"{found.span.words}：日志 {len(found.entries)} 条；{len(found.readers)} 个账号看过 {len(found.people)} 人的密封内容。"
    ]
    for name, reader in found.readers.items():
        doors = "、".join(sorted(DOORS.get(door, door) for door in reader.doors))
        said.append(f"{name}：{len(reader.people)} 人，从{doors}，{_field_list(reader.fields)}")
    return said


def _field_list(fields: Counter[str]) -> str:
    return "、".join(sorted({field_words(name) for name in fields}))


def _sections(found: Breach) -> Iterator[Section]:
    numbers = [entry.number for entry in found.entries if entry.number is not None]
    span = f"日志第{min(numbers)}条到第{max(numbers)}条" if numbers else "这几天没有日志"
    yield Section(
        "一、发生了什么（经办人填写）",
        (
            "发生或者可能发生的是泄露、篡改还是丢失：【待填：事件】。",
            "发现的时间和经过：【待填：时间、经过】。",
            "原因：【待填：原因】。",
        ),
    )
    yield Section(
        "二、涉及的信息种类和人数",
        (
            f"据{span}和查看记录：{len(found.people)}人的密封内容被打开过；编号列在附表，据此通知本人。",
            "底稿只说程序里发生的事：偷看屏幕、拍照、纸张丢失、数据库文件被拷走，日志看不到，要另行查明。",
        ),
        (Table("打开过的内容", ("内容", "类别", "级别"), (3, 3, 4), tuple(map(_kind_row, found.fields))),),
    )
    yield Section(
        "三、谁看过", (), (Table("", ("账号", "人数", "从哪里", "看了什么"), (2, 1, 2, 6), tuple(_reader_rows(found))),)
    )
    yield Section(
        "四、什么可能已在程序以外",
        (),
        (Table("", ("时间", "账号", "做了什么", "用途"), (3, 2, 4, 4), tuple(_left_rows(found))),),
    )
    counted = Counter((entry.by, action_words(entry.action)) for entry in found.entries)
    rows = tuple((by, action, str(times)) for (by, action), times in sorted(counted.items()))
    yield Section("五、谁做过什么", (), (Table("日志条数", ("账号", "做了什么", "次数"), (2, 4, 1), rows),))
    yield Section("六、谁有权看", (), (Table("", ("账号", "角色", "范围", "期限"), (2, 3, 3, 3), found.granted),))
    yield Section("七、通知（个人信息保护法第五十七条）", tuple(_notice()))
    appendix = [f"{serial:06d}" for serial in found.people]
    lines = tuple("、".join(appendix[start : start + _A_ROW]) for start in range(0, len(appendix), _A_ROW))
    yield Section("附表：涉及的人员编号", lines or ("没有。",))


def _kind_row(name: str) -> tuple[str, str, str]:
    """Return what a field is called, and its category and level by the register."""
    known = register()
    table, _, column = name.partition(".")
    for label in known.models:
        entry = known.field(label, column) if label.partition(".")[2] == table else None
        if entry is not None:
            category = known.categories[entry.category]
            return field_words(name), category.name, LEVELS[category.level]
    return field_words(name), "综合", "按其中最高的一级"


def _reader_rows(found: Breach) -> Iterator[tuple[str, ...]]:
    for name, reader in found.readers.items():
        doors = "、".join(sorted(DOORS.get(door, door) for door in reader.doors))
        yield name, str(len(reader.people)), doors, _field_list(reader.fields)


def _left_rows(found: Breach) -> Iterator[tuple[str, ...]]:
    for entry in found.entries:
        if entry.action in LEFT:
            when = entry.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            yield when, entry.by, action_words(entry.action), entry.why


def _notice() -> Iterator[str]:
    yield "应当立即采取补救措施，并通知履行个人信息保护职责的部门和个人。通知应当写明下列事项："
    yield "（一）信息种类、原因和可能造成的危害：种类见第二部分；原因和危害【待填：原因、危害】。"
    yield "（二）采取的补救措施和个人可以采取的减轻危害的措施：【待填：补救措施、个人可以怎样做】。"
    yield "（三）个人信息处理者的联系方式：【待填：单位、联系人、电话】。"
    yield (
        "采取措施能够有效避免信息泄露、篡改、丢失造成危害的，可以不通知个人；履行个人信息保护职责的部门认为可能造成危害的，有权要求通知。"
    )
    yield "报告的时限另按网络安全事件报告的规定（条文尚未核实），以主管部门要求为准。"
