"""Reads indicators.yaml: named conditions and indicators over the counting tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.dates import Span
from fuqi.basics.money import parse_yuan
from fuqi.scheme.conditions import Condition
from fuqi.scheme.indicators import COUNT_BY, MEASURES, Indicator, Reason
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Marked, Table, Text, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.reading.values import Background, read_background

_KEYS = (
    "id",
    "name",
    "over",
    "measure",
    "denominator",
    "numerator",
    "considered",
    "count_by",
    "reasons",
    "amount",
    "of_amount",
    "target",
    "unit",
    "source",
    "confidence",
)
_ANY_DAY = Span()
_CONDITIONS = ("denominator", "numerator", "considered")


@dataclass(slots=True)
class IndicatorsRead:
    """What indicators.yaml says."""

    indicators: tuple[Indicator, ...] = ()
    definitions: dict[str, dict[str, Condition]] = field(default_factory=dict)
    trend_days: tuple[date, ...] = ()


def read_indicators(text: str, reader: Reader, tables: Mapping[str, Names], period: Span = _ANY_DAY) -> IndicatorsRead:
    """Return definitions, indicators and trend days, every condition checked against the names of its table."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "indicators", ("language", "definitions", "trend", "indicators"), ("indicators",))
    if table is None:
        return IndicatorsRead()
    language(reader, table)
    read = IndicatorsRead(definitions=_definitions(table, reader, tables), trend_days=_trend_days(table, reader, period))
    found: dict[str, Indicator] = {}
    for item in reader.rows(table.items.get("indicators"), "indicators"):
        row = reader.table(item, "indicators", _KEYS, ("id", "name", "over", "measure", "source"))
        if row is None:
            continue
        over = reader.choice(row, "over", tables, "person")
        one = _IndicatorReader(reader, row, tables[over], read.definitions.get(over, {})).read(over)
        if one.id in found:
            reader.fault("duplicate_id", f"编号“{one.id}”用了两次", row.lines["id"], "id")
        found[one.id] = one
    read.indicators = tuple(found.values())
    return read


def _trend_days(table: Table, reader: Reader, period: Span) -> tuple[date, ...]:
    """Return the days of the trend: within the period, each later than the one before."""
    found: list[date] = []
    for day, line in reader.days(table, "trend"):
        if not period.holds(day):
            reader.fault("period", f"{day} 不在方案的期限内", line, "trend")
        elif found and day <= found[-1]:
            reader.fault("order", f"trend 的日期要从早到晚、不重复，{day} 却写在 {found[-1]} 之后", line, "trend")
        else:
            found.append(day)
    return tuple(found)


def _definitions(table: Table, reader: Reader, tables: Mapping[str, Names]) -> dict[str, dict[str, Condition]]:
    found: dict[str, dict[str, Condition]] = {}
    outer = reader.table(table.items.get("definitions"), "definitions", tuple(tables))
    for over, node in (outer.items if outer else {}).items():
        if over not in tables:
            continue
        inner = found.setdefault(over, {})
        if not isinstance(node, Table):
            reader.fault("form", f"“{over}”下面要写：名称: 条件", node.line, over)
            continue
        for name, written in node.items.items():
            if tables[over].find(name) is not None:
                reader.fault("duplicate_id", f"“{name}”已经是表里的名称，请换一个", node.lines[name], name)
            before = {known: condition.node for known, condition in inner.items()}
            condition = reader.condition(written, name, tables[over], before)
            if condition is not None:
                inner[name] = condition
    return found


@dataclass(slots=True)
class _IndicatorReader:
    """Reads one indicator."""

    reader: Reader
    row: Table
    names: Names
    definitions: Mapping[str, Condition]

    def read(self, over: str) -> Indicator:
        reader, row = self.reader, self.row
        background = read_background(reader, row, Background())
        measure = reader.choice(row, "measure", MEASURES, "count")
        self._check_measure(measure)
        texts = {key: node.value.strip() for key in _CONDITIONS if isinstance(node := row.items.get(key), Text)}
        return Indicator(
            id=reader.identifier(row),
            name=reader.text(row, "name"),
            over=over,
            measure=measure,
            denominator=self._condition(row.items.get("denominator"), "denominator"),
            numerator=self._condition(row.items.get("numerator"), "numerator"),
            considered=self._condition(row.items.get("considered"), "considered"),
            count_by=reader.choice(row, "count_by", COUNT_BY, "row"),
            reasons=tuple(self._reasons()),
            amount=self._money("amount"),
            of_amount=self._money("of_amount"),
            target=self._target(),
            unit=reader.text(row, "unit"),
            source=background.source,
            confirmed=background.confirmed,
            texts=texts,
            line=row.line,
        )

    def _check_measure(self, measure: str) -> None:
        wanted = {
            "count": {"numerator"},
            "rate": {"numerator", "denominator"},
            "sum": {"numerator", "amount"},
            "ratio": {"denominator", "amount", "of_amount"},
        }[measure]
        never = {"count": {"denominator", "amount", "of_amount"}, "rate": {"considered", "amount", "of_amount"}}
        for key in sorted(wanted - set(self.row.items)):
            self.reader.fault("missing_key", f"measure: {measure} 缺少“{key}”", self.row.line, key)
        for key in sorted(never.get(measure, set()) & set(self.row.items)):
            self.reader.fault("unknown_key", f"measure: {measure} 用不到“{key}”", self.row.lines[key], key)

    def _condition(self, node: Marked | None, key: str) -> Condition | None:
        nodes = {name: condition.node for name, condition in self.definitions.items()}
        return self.reader.condition(node, key, self.names, nodes)

    def _reasons(self) -> list[Reason]:
        found = []
        for item in self.reader.rows(self.row.items.get("reasons"), "reasons"):
            inner = self.reader.table(item, "reasons", ("when", "from", "reason", "due"))
            if inner is None:
                continue
            column = self.reader.text(inner, "from")
            if column and self.names.find(column) is None:
                self.reader.fault("name", self.names.advice(column), inner.lines["from"], "from")
            text = self.reader.text(inner, "reason")
            if bool(column) == bool(text):
                self.reader.fault(
                    "missing_key", "每条原因要么写 reason（文字），要么写 from（取自哪一列）", inner.line, "reason"
                )
            due = self.reader.text(inner, "due")
            if due and column:
                self.reader.fault(
                    "unknown_key", "写 from 的原因不能写 due：要办什么，得看写的是什么", inner.lines["due"], "due"
                )
            found.append(Reason(when=self._condition(inner.items.get("when"), "when"), column=column, text=text, due=due))
        return found

    def _money(self, key: str) -> str:
        name = self.reader.text(self.row, key)
        info = self.names.find(name) if name else None
        if name and (info is None or info.kind != "money"):
            self.reader.fault("type", f"“{name}”不是这张表的金额", self.row.lines[key], key)
        return name

    def _target(self) -> int | None:
        text = self.reader.text(self.row, "target")
        if not text:
            return None
        try:
            return parse_yuan(text.removesuffix("%")) if text.endswith("%") else int("not a rate")
        except ValueError:
            self.reader.fault("unit", f"target 要写成比例，如 100%，写的却是“{text}”", self.row.lines["target"], "target")
            return None
