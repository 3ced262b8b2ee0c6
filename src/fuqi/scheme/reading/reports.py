"""Reads the folder reports/: texts in a restricted Markdown with places for figures, and the plain sheet.

A text begins with its keys between two lines `---`, then headings (#, ##, ###) and paragraphs. Within `{{ }}` stands an
indicator, `code`, `code.numerator` or with a unit `code.value | 元`; a term, `place`, `period` or `day`; or a gap, `待填：what`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fuqi.basics.money import parse_yuan
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.names import HOSPITAL_LEVELS
from fuqi.scheme.reading.marks import Table, Text, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import CONFIDENCE
from fuqi.scheme.reports import (
    FIELDS,
    TERMS,
    UNITS,
    Block,
    Example,
    FigureUse,
    Gap,
    Piece,
    PlainSheet,
    Report,
    Term,
    Words,
)

_KEYS = ("language", "title", "office", "addressee", "untreated")
_FENCE = "---"
_PLACE = re.compile(r"\{\{(.*?)\}\}")
_GAP = re.compile(r"待填[：:]\s*(?P<text>\S.*)")
_FIGURE = re.compile(r"(?P<code>\w+)(?:\.(?P<field>\w+))?\s*(?:\|\s*(?P<unit>\w+))?")
_HEADING = re.compile(r"(?P<marks>#{1,3})\s+(?P<text>\S.*)")
_OTHER_MARKDOWN = re.compile(r"(?:#|[-*+>|]\s|```|\d+\.\s)|.*(?:\*\*|\]\()")


def read_report(report_id: str, text: str, reader: Reader, indicators: Mapping[str, Indicator]) -> Report | None:
    """Return a text, every place for a figure checked against the scheme's indicators; None where its keys cannot be read."""
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if number and line.strip() == _FENCE), 0)
    if not end or lines[0].strip() != _FENCE:
        reader.fault("front", f"文件要以两行“{_FENCE}”之间的 title、office 等开头", 1)
        return None
    table = reader.table(read_yaml("\n" + "\n".join(lines[1:end]), reader.file, reader.faults), report_id, _KEYS, _KEYS[1:3])
    if table is None:
        return None
    language(reader, table)
    parser = _Parser(reader, indicators)
    return Report(
        id=report_id,
        title=parser.title(table),
        office=reader.text(table, "office"),
        addressee=reader.text(table, "addressee"),
        untreated=parser.untreated(table),
        blocks=tuple(parser.blocks(lines, end + 1)),
    )


@dataclass(frozen=True, slots=True)
class _Parser:
    """Turns lines into blocks; what is wrong becomes a fault with its line."""

    reader: Reader
    indicators: Mapping[str, Indicator]

    def title(self, table: Table) -> tuple[Piece, ...]:
        """Return the title, which may name place, span and day but no figure."""
        line = table.lines.get("title", table.line)
        pieces = tuple(self.pieces(self.reader.text(table, "title"), line))
        if any(isinstance(piece, FigureUse | Gap) for piece in pieces):
            self.reader.fault("title", "标题里只能用 place、period、day，不能用数字或待填", line, "title")
        return pieces

    def untreated(self, table: Table) -> tuple[str, ...]:
        """Return the indicators whose rows are listed when they were not counted."""
        codes = self.reader.texts(table, "untreated")
        for code in codes:
            if code not in self.indicators:
                self._unknown(code, table.lines["untreated"])
        return codes

    def blocks(self, lines: list[str], start: int) -> Iterator[Block]:
        """Yield headings and paragraphs; lines of a paragraph are joined without a blank, as Chinese is written."""
        pieces: list[Piece] = []
        first = 0
        for number, written in enumerate([*lines[start:], ""], start + 1):
            line = written.strip()
            heading = _HEADING.fullmatch(line)
            if pieces and (heading or not line):
                yield Block(0, tuple(pieces), first)
                pieces = []
            if heading:
                yield Block(len(heading["marks"]), tuple(self.pieces(heading["text"], number)), number)
            elif line:
                if _OTHER_MARKDOWN.match(line):
                    self.reader.fault("form", "正文只能有标题（#、##、###）和段落，不能用列表、表格、粗体或链接", number)
                first = first if pieces else number
                pieces += self.pieces(line, number)

    def pieces(self, text: str, line: int) -> Iterator[Piece]:
        """Yield the pieces of a line."""
        at = 0
        for match in _PLACE.finditer(text):
            yield from self._words(text[at : match.start()], line)
            piece = self._piece(match[1].strip(), line)
            if piece is not None:
                yield piece
            at = match.end()
        yield from self._words(text[at:], line)

    def _words(self, text: str, line: int) -> Iterator[Words]:
        if "{{" in text or "}}" in text:
            self.reader.fault("placeholder", "“{{”和“}}”要成对写在同一行", line)
        if text:
            yield Words(text)

    def _piece(self, text: str, line: int) -> Piece | None:
        if text in TERMS:
            return Term(text)
        gap = _GAP.fullmatch(text)
        if gap is not None:
            return Gap(gap["text"])
        figure = _FIGURE.fullmatch(text)
        if figure is None:
            self.reader.fault("placeholder", f"看不懂“{{{{ {text} }}}}”，要写指标、{'、'.join(TERMS)}或“待填：…”", line)
            return None
        use = FigureUse(figure["code"], figure["field"] or "value", figure["unit"] or "")
        return use if self._check(use, line) else None

    def _check(self, use: FigureUse, line: int) -> bool:
        """Return whether the indicator, its field and its unit go together."""
        indicator = self.indicators.get(use.code)
        if indicator is None:
            self._unknown(use.code, line)
            return False
        wrong = _misuse(use, indicator.measure)
        if wrong:
            self.reader.fault("figure", f"“{use.code}.{use.field}”{wrong}", line, use.code)
        return not wrong

    def _unknown(self, code: str, line: int) -> None:
        self.reader.fault("unknown_indicator", f"indicators.yaml 里没有指标“{code}”", line, code)


def _misuse(use: FigureUse, measure: str) -> str:
    """Return what is wrong with a use of an indicator of a measure, '' if nothing."""
    if use.field not in FIELDS:
        return f"写错了：点后面只能是{'、'.join(FIELDS)}"
    if use.field == "denominator" and measure not in ("rate", "ratio"):
        return "没有分母：这个指标不是比例"
    if use.field == "missing" and measure != "rate":
        return "只能用于按人或户计算的比例"
    money = (measure == "sum" and use.field in ("value", "numerator")) or (
        measure == "ratio" and use.field in ("numerator", "denominator")
    )
    if money and use.unit not in UNITS:
        return f"是金额，要写明单位，例如“{use.code}.{use.field} | 万元”（{'或'.join(UNITS)}）"
    return "不是金额，不能写单位" if use.unit and not money else ""


def read_plain_sheet(text: str, reader: Reader, care_kinds: Sequence[str]) -> PlainSheet | None:
    """Return what the plain sheet's file says; None where it cannot be read."""
    keys = ("language", "title", "office", "example")
    table = reader.table(read_yaml(text, reader.file, reader.faults), "plain-sheet", keys, keys[1:])
    if table is None:
        return None
    language(reader, table)
    allowed = ("care", "hospital_level", "total", "in_scope", "confidence")
    inner = reader.table(table.items.get("example"), "example", allowed, allowed[:4])
    if inner is None:
        return None
    total, in_scope = _sum(reader, inner, "total"), _sum(reader, inner, "in_scope")
    if in_scope > total:
        reader.fault("amount", "in_scope 不能大于 total", inner.lines["in_scope"], "in_scope")
    return PlainSheet(
        title=reader.text(table, "title"),
        office=reader.text(table, "office"),
        example=Example(
            care=reader.choice(inner, "care", care_kinds, care_kinds[0]),
            hospital_level=reader.choice(inner, "hospital_level", HOSPITAL_LEVELS, HOSPITAL_LEVELS[0]),
            total=total,
            in_scope=in_scope,
            confirmed=reader.choice(inner, "confidence", CONFIDENCE, "confirmed") == "confirmed",
        ),
    )


def _sum(reader: Reader, table: Table, key: str) -> int:
    node = table.items.get(key)
    text = node.value.strip() if isinstance(node, Text) else ""
    try:
        return parse_yuan(text.removesuffix("元")) if text.endswith("元") else parse_yuan("")
    except ValueError:
        if node is not None:
            reader.fault("unit", f"“{key}”要写成一个金额，如 8000元，写的却是“{text}”", node.line, key)
        return 0
