"""Open a figure, a person, a settlement or a received row: from the number to the cell, and from the cell back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError
from fuqi.basics.money import format_yuan
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.determination.queries import restricted_persons
from fuqi.determination.rules import touches_restricted
from fuqi.facts.tables import FactRow
from fuqi.flows.figures import MASK, Counting, ListLine, count_all, list_lines, shows_illness, source_text
from fuqi.indicators.figures import DENOMINATOR, EXCLUDED, NUMERATOR, PARTS, Counted, figure
from fuqi.intake.layouts import Layouts
from fuqi.intake.queries import cells_of, find_rows, source_places
from fuqi.intake.rows import RowView
from fuqi.matching.queries import person_of_row, rows_of_person
from fuqi.matching.rules import RULES
from fuqi.places.queries import find_division
from fuqi.registry.queries import conditions, names, person_by_serial, places_of
from fuqi.registry.rules import masked
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES, Names
from fuqi.settlement.queries import SettlementView, settlements

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

NOT_THERE = "没有收到过这一行，或者它不在您的范围内。写法：文件名\u0021工作表名\u0021行号，例如 名册.xlsx\u0021名册\u00213。"

SHOWN = 5
"""How many records of each part an explanation shows; the whole list is what `figures --list` gives."""


class NothingToExplainError(FuqiError):
    """The target is no indicator, person, settlement or received row that this viewer may see."""

    code = "nothing_to_explain"


@dataclass(frozen=True)
class Explainer:
    """What an explanation needs: who asks, of which scheme, on which day."""

    viewer: Viewer
    scheme: Scheme
    layouts: Layouts
    as_of: AsOf

    def explain(self, target: str, place: str) -> Iterator[str]:
        """Yield the lines that explain a target: an indicator's id, `人` number, settlement number or `file!sheet!row`."""
        target = target.replace("\uff01", "!")
        if "!" in target:
            yield from self.row(target)
        elif any(item.id == target for item in self.scheme.indicators):
            yield from self.figure(target, place)
        elif target.isdecimal() and len(target) <= 6:
            yield from self.person(int(target))
        else:
            yield from self.settlement(target)

    def figure(self, code: str, place: str) -> Iterator[str]:
        """Yield what a figure is, how it was counted, and the way of its first record to the cells of a received workbook."""
        counting = count_all(self.viewer, self.scheme, self.as_of)
        division = find_division(self.viewer, place)
        counted = counting.one(code)
        indicator, shown = counted.indicator, figure(counted, division.code)
        rate = "%" if indicator.measure in ("rate", "ratio") else indicator.unit or ""
        yield f"指标：{indicator.name}（{code}）"
        yield f"地方：{division.full_name}（{division.code}）；截至：{day_words(self.as_of.on)}"
        yield f"数值：{shown.value or '没有分母，不计算'}{rate if shown.value else ''}" + (
            f" = {shown.numerator} ÷ {shown.denominator}" if shown.denominator else ""
        )
        for label, text in indicator.in_words():
            yield f"{label}：{condition_words(text, COUNTING_TABLES[indicator.over], self.scheme)}"
        yield f"依据：{indicator.source}"
        lines = list_lines(self.viewer, counting, code, division.code)
        for part in (NUMERATOR, DENOMINATOR, EXCLUDED):
            yield from _part(part, [line for line in lines if line.part == part])
        first = next((line for line in lines if line.sources), None)
        if first is not None:
            yield ""
            yield "从数字到单元格（取第一条）："
            for source in first.sources:
                yield from self.row(source_text(source), counting=counting)

    def row(self, target: str, counting: Counting | None = None) -> Iterator[str]:
        """Yield a received row's cells, whose row it is, and the figures that it counts in."""
        file, _, rest = target.partition("!")
        sheet, _, number = rest.rpartition("!")
        found = find_rows(self.viewer, file, sheet, int(number)) if number.isdecimal() else []
        if not found:
            raise NothingToExplainError(NOT_THERE)
        counting = counting or count_all(self.viewer, self.scheme, self.as_of)
        for row in found:
            yield from self._row(row, counting)

    def _row(self, row: RowView, counting: Counting) -> Iterator[str]:
        person_id = person_of_row(self.viewer, row.id)
        person = next((item for item in counting.tables.tables["person"] if item.person_id == person_id), None)
        whole_county = self.viewer.covers(self.scheme.place)
        if (person_id is not None or not whole_county) and person is None:
            raise NothingToExplainError(NOT_THERE)
        yield f"  {row.file} 工作表“{row.sheet}”第{row.row}行（{self._kind(row.kind)}）："
        touches = touches_restricted(self.scheme, str(row.values.get("illness") or ""), str(row.values.get("icd10") or ""))
        hides = (touches and not self.viewer.may(RESTRICTED_ILLNESS)) or (person is not None and self._hides(person))
        if hides and (row.kind in ILLNESS_KINDS or person is None):
            yield f"    {MASK}：按权限查看。"
            return
        for header, text in cells_of(self.viewer, row.id).items():
            if text:
                yield f"    {header}：{self._covered(row.kind, header, text)}"
        if person is None:
            yield "    这一行没有对应到人，不计入任何数字。"
            return
        yield f"    这是人员 {person.label} 的一行。它计入："
        for item in counting.counted.values():
            if self._hides(person) and shows_illness(item.indicator):
                continue
            parts = [PARTS[part] for part, rows in item.parts() if any(_rests_on(fact, row.id, item) for fact in rows)]
            if parts:
                yield f"      {item.indicator.name}（{item.indicator.id}）：{'、'.join(parts)}"

    def _kind(self, kind: str) -> str:
        return self.layouts[kind].name if kind in self.layouts.by_kind else "未认出的表"

    def _hides(self, person: FactRow) -> bool:
        return person.restricted and not self.viewer.may(RESTRICTED_ILLNESS)

    def _covered(self, kind: str, header: str, text: str) -> str:
        """Return a cell as the viewer may see it: names and numbers of persons covered unless a purpose was said."""
        field = self.layouts[kind].field_of(header) if kind in self.layouts.by_kind else ""
        if field in ("name", "head_name"):
            return text if self.viewer.purpose else masked(text)
        if field in ("id_number", "broken_id", "phone"):
            return "*" * max(0, len(text) - 4) + text[-4:]
        if not field:
            return text if self.viewer.purpose and not _NUMBER.search(text) else "*" * len(text)
        return _NUMBER.sub(lambda match: "*" * len(match[0]), text)

    def settlement(self, number: str) -> Iterator[str]:
        """Yield a settlement as sentences and arithmetic."""
        found = settlements(self.viewer, self.as_of, number=number)
        place = places_of(self.viewer, self.as_of)
        found = [item for item in found if item.person_id in place and self._may_see(item)]
        if not found:
            raise NothingToExplainError(
                f"“{number}”不是指标代码、人员编号（6位）、结算单号，也不是“文件！工作表！行号”；或者不在您的范围和权限内。"
            )
        for item in found:
            yield from self._settlement(item)

    def _may_see(self, item: SettlementView) -> bool:
        if self.viewer.may(RESTRICTED_ILLNESS):
            return True
        return not item.restricted and item.person_id not in restricted_persons(self.viewer)

    def _settlement(self, item: SettlementView) -> Iterator[str]:
        name = names(self.viewer, self.as_of, [item.person_id]).get(item.person_id, "")
        stay = f"{day_words(item.admitted)}入院，" if item.admitted else ""
        yield f"结算单 {item.number}：{name}，{item.hospital}，{stay}{day_words(item.discharged)}出院"
        source = source_places(self.viewer, {item.source})
        yield f"来源：{source_text(source[item.source])}" if source else "来源：不明"
        if item.state != "settled":
            yield f"未结算：{item.reason}"
            return
        yield from item.explanation.split("\n")
        pays = " + ".join(format_yuan(line.pay_fen) for line in item.lines)
        paid = sum(line.pay_fen for line in item.lines)
        own, both = format_yuan(item.self_pay_fen), format_yuan(paid + item.self_pay_fen)
        yield f"核对：{pays} + 个人负担 {own} = {both} 元，总费用 {format_yuan(item.total_fen or 0)} 元。"

    def person(self, serial: int) -> Iterator[str]:
        """Yield what is known of a person, each fact with its source; restricted illnesses only to who may see them."""
        person = person_by_serial(self.viewer, serial)
        counting = count_all(self.viewer, self.scheme, self.as_of)
        row = next((item for item in counting.tables.tables["person"] if person and item.person_id == person.id), None)
        if person is None or row is None:
            raise NothingToExplainError(f"没有编号 {serial:06d} 的人，或者不在您的范围内。")
        hides = self._hides(row)
        name = names(self.viewer, self.as_of, [person.id]).get(person.id, "")
        places = {item.code: item.full_name for item in counting.places}
        yield f"人员 {row.label}：{name}，{places.get(row.place, row.place)}"
        groups = row.values["groups"]
        if isinstance(groups, frozenset):
            yield f"身份：{'、'.join(sorted(map(self.scheme.word, groups))) or '无'}"
        if not hides:
            for condition in conditions(self.viewer, self.as_of, person.id):
                yield f"病情：{condition.words} {condition.icd10}".rstrip()
            for item in settlements(self.viewer, self.as_of, person_id=person.id):
                yield f"结算单 {item.number}：总费用 {format_yuan(item.total_fen or 0)} 元，个人负担 {format_yuan(item.self_pay_fen)} 元"
        yield "来源："
        linked = rows_of_person(self.viewer, person.id)
        shown = {row_id: words for row_id, words in linked.items() if not hides or words[0] not in ILLNESS_KINDS}
        for row_id, place in sorted(source_places(self.viewer, set(shown)).items(), key=lambda pair: pair[1]):
            kind, rule = shown[row_id]
            yield f"  {self._kind(kind)}：{source_text(place)}（{RULES[rule].words}）"


def _rests_on(row: FactRow, source: UUID, counted: Counted) -> bool:
    return any(source in row.evidence.get(name, ()) for name in counted.indicator.names_used)


def _part(part: str, lines: list[ListLine]) -> Iterator[str]:
    if not lines:
        return
    yield f"{PARTS[part]} {len(lines)} 条" + (f"，前 {SHOWN} 条：" if len(lines) > SHOWN else "：")
    for line in lines[:SHOWN]:
        where = ";".join(map(source_text, line.sources)) or "来源按权限查看"
        yield f"  {' '.join(filter(None, (line.person, line.name, line.place, line.record)))} 〔{line.reason}〕 来源：{where}"


_NUMBER = re.compile(r"[0-9\uff10-\uff19]{6,}[xX]?")
"""What may be an id, account or telephone number within a text."""

_TOKEN = re.compile(r"'([^']*)'|\b([a-z_]+(?:\.[a-z_]+)?)\b|<>")
_CONNECTIVES = {"and": "且", "or": "或", "not": "不", "in": "属于", "true": "全部", "false": "没有"}


def condition_words(text: str, names: Names, scheme: Scheme) -> str:
    """Return a condition with its names and values in Chinese, for reading; the scheme's file has the exact text."""

    def worded(match: re.Match[str]) -> str:
        if match[1] is not None:
            return f"“{scheme.word(match[1])}”"
        word = match[2]
        if word is None:
            return "≠"
        info = names.find(word)
        return _CONNECTIVES.get(word) or (info.meaning if info else scheme.word(word))

    return _TOKEN.sub(worded, text)


def day_words(day: date | None) -> str:
    """Return a day as people write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
