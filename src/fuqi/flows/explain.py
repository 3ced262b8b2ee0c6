"""Open a figure, a person, a settlement or a received row as lines of text: from the number to the cell, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from fuqi.access.masks import MASK
from fuqi.access.reading import covered
from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError
from fuqi.basics.money import format_yuan
from fuqi.basics.viewer import Viewer
from fuqi.flows.figures import Counting, LineList, count_all, line_list, source_text
from fuqi.flows.opened import (
    Asking,
    LiveStandings,
    NoStandings,
    NothingToOpenError,
    RowFile,
    SettlementFile,
    Standings,
    kept_standings,
    open_person,
    open_row,
    open_rows,
    open_settlement,
)
from fuqi.flows.opened.standing import by_figure
from fuqi.indicators.figures import DENOMINATOR, EXCLUDED, NUMERATOR, PARTS
from fuqi.intake.layouts import Layouts
from fuqi.places.queries import find_division
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES, Names
from fuqi.scheme.wording import row_condition_in_words

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
    asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asking", Asking(self.viewer, self.scheme, self.layouts, self.as_of))

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

    def standings(self) -> Standings:
        """Return who knows in which figures something counts on the day: the kept count of that day, or one made now."""
        kept = kept_standings(self.viewer, self.scheme, self.as_of.on)
        return kept if kept is not None and kept.count.up_to_date else LiveStandings(self.count())

    def count(self) -> Counting:
        """Count everything now."""
        return count_all(self.viewer, self.scheme, self.as_of)

    def figure(self, code: str, place: str) -> Iterator[str]:
        """Yield what a figure is, how it was counted, and the way of its first record to the cells of a received workbook."""
        counting = self.count()
        division = find_division(self.viewer, place)
        counted = counting.one(code)
        indicator, shown = counted.indicator, counting.figure(code, division.code)
        rate = "%" if indicator.measure in ("rate", "ratio") else indicator.unit or ""
        yield f"指标：{indicator.name}（{code}）"
        yield f"地方：{division.full_name}（{division.code}）；截至：{day_words(self.as_of.on)}"
        yield f"数值：{shown.value or '没有分母，不计算'}{rate if shown.value else ''}" + (
            f" = {shown.numerator} ÷ {shown.denominator}" if shown.denominator else ""
        )
        for label, text in indicator.in_words():
            yield f"{label}：{condition_words(text, COUNTING_TABLES[indicator.over], self.scheme)}"
        yield f"依据：{indicator.source}"
        lines = line_list(self.viewer, counting, code, division.code)
        for part in (NUMERATOR, DENOMINATOR, EXCLUDED):
            yield from _part(part, lines.where(part=part))
        with covered():
            first = next((line for line in lines if line.sources), None)
        if first is not None:
            yield ""
            yield "从数字到单元格（取第一条）："
            standings = LiveStandings(counting)
            for source in first.sources:
                for row in open_rows(self.asking, standings, source.file, source.sheet, source.row):
                    yield from _row(row)

    def row(self, target: str) -> Iterator[str]:
        """Yield a received row's cells, whose row it is, and the figures that it counts in."""
        file, _, rest = target.partition("!")
        sheet, _, number = rest.rpartition("!")
        if not number.isdecimal():
            raise NothingToExplainError(NOT_THERE)
        try:
            found = open_rows(self.asking, NoStandings(), file, sheet, int(number))
        except NothingToOpenError:
            raise NothingToExplainError(NOT_THERE) from None
        standings = self.standings()
        for row in found:
            yield from _row(open_row(self.asking, standings, row.source.row_id))

    def settlement(self, number: str) -> Iterator[str]:
        """Yield a settlement as sentences and arithmetic."""
        try:
            found = open_settlement(self.asking, number)
        except NothingToOpenError:
            raise NothingToExplainError(
                f"“{number}”不是指标代码、人员编号（6位）、结算单号，也不是“文件！工作表！行号”；或者不在您的范围和权限内。"
            ) from None
        for item in found:
            yield from _settlement(item)

    def person(self, serial: int) -> Iterator[str]:
        """Yield what is known of a person, each fact with its source; restricted illnesses only to who may see them."""
        try:
            found = open_person(self.asking, NoStandings(), serial)
        except NothingToOpenError:
            raise NothingToExplainError(f"没有编号 {serial:06d} 的人，或者不在您的范围内。") from None
        yield f"人员 {found.code}：{found.name}，{found.place_name}"
        yield f"身份：{found.groups or '无'}"
        if found.masked:
            yield f"病情、结算：{MASK}"
        for line in found.of("illness"):
            yield f"病情：{line.words}"
        for bill in found.settlements:
            total, own = format_yuan(bill.total_fen or 0), format_yuan(bill.self_pay_fen)
            yield f"结算单 {bill.number}：总费用 {total} 元，个人负担 {own} 元"
        yield "来源："
        for row in found.rows:
            yield f"  {row.kind_name}：{row.text}（{row.rule}）"


def _row(row: RowFile) -> Iterator[str]:
    yield f"  {row.source.words}（{row.source.kind_name}）："
    if row.hidden:
        yield f"    {row.mask}：按权限查看。"
        return
    for cell in row.cells:
        yield f"    {cell.header}：{cell.text}"
    if not row.person:
        yield "    这一行没有对应到人，不计入任何数字。"
        return
    yield f"    这是人员 {row.person} 的一行。它计入："
    for (code, name), parts in by_figure(list(row.standings)).items():
        yield f"      {name}（{code}）：{'、'.join(item.part_words for item in parts)}"


def _settlement(item: SettlementFile) -> Iterator[str]:
    view = item.view
    stay = f"{day_words(view.admitted)}入院，" if view.admitted else ""
    yield f"结算单 {view.number}：{item.name}，{view.hospital}，{stay}{day_words(view.discharged)}出院"
    yield f"来源：{item.source.text}" if item.source else "来源：不明"
    if not item.settled:
        yield f"未结算：{view.reason}"
        return
    for sentence in (*item.opening, *(line.sentence for line in item.lines), *item.closing):
        yield "".join(piece.text for piece in sentence)
    pays = " + ".join(format_yuan(line.pay_fen) for line in item.lines)
    own, both = format_yuan(view.self_pay_fen), format_yuan(item.sum_fen)
    yield f"核对：{pays} + 个人负担 {own} = {both} 元，总费用 {format_yuan(view.total_fen or 0)} 元。"
    yield f"报销占总费用{item.share_of_total or '——'}%，占政策范围内费用{item.share_of_scope or '——'}%。"
    yield "重算：" + ("按留下的计算过程逐层重算，都相符。" if not item.differs else "；".join(item.differs))
    for change in item.changes:
        amounts = f"原来{format_yuan(change.before_fen)}元，现在{format_yuan(change.after_fen)}元"
        yield f"这笔结算改过：{change.layer_name}{amounts}，因为{change.reason}。"


def _part(part: str, lines: LineList) -> Iterator[str]:
    """Yield how many lines a part has, and the first of them: names are opened only for those."""
    if not len(lines):
        return
    yield f"{PARTS[part]} {len(lines)} 条" + (f"，前 {SHOWN} 条：" if len(lines) > SHOWN else "：")
    for line in lines[:SHOWN]:
        where = ";".join(map(source_text, line.sources)) or "来源按权限查看"
        yield f"  {' '.join(filter(None, (line.person, line.name, line.place, line.record)))} 〔{line.reason}〕 来源：{where}"


def condition_words(text: str, names: Names, scheme: Scheme) -> str:
    """Return a condition with its names and values in Chinese, for reading; the scheme's file has the exact text."""
    return row_condition_in_words(text, scheme.words, names)


def day_words(day: date | None) -> str:
    """Return a day as people write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
