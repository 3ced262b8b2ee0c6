"""Count the scheme's indicators on a day, by county, township and village, and open each to the rows it was counted from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError, Place
from fuqi.basics.inert import inert
from fuqi.basics.money import format_yuan
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.facts.queries import counting_tables
from fuqi.facts.tables import CountingTables, FactRow
from fuqi.indicators.figures import DENOMINATOR, EXCLUDED, NUMERATOR, Counted, Figure, count, figure, within
from fuqi.intake.queries import source_places
from fuqi.places.queries import DivisionView, divisions, find_division
from fuqi.registry.queries import names
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES

MASK = "专管病种"
"""What a viewer without the permission sees in place of a person with a restricted illness."""

ILLNESS_NAMES = frozenset(
    {
        "check_outcome",
        "checked",
        "disease_class",
        "disease_lists",
        "leading_list",
        "lists",
        "person_leading_list",
        "person_treated_lists",
        "treated_lists",
        "untreated_reason",
        "verified",
    }
)
"""Columns that show an illness; a list whose indicator reads one of them masks people with restricted illnesses."""

ILLNESS_TABLES = frozenset({"claim", "payment", "agreement"})
"""Tables whose rows show that somebody was ill."""


def shows_illness(indicator: Indicator) -> bool:
    """Return whether standing in an indicator's list says that somebody is ill."""
    return indicator.over in ILLNESS_TABLES or bool(indicator.names_used & ILLNESS_NAMES)


class UnknownIndicatorError(FuqiError):
    """The scheme has no such indicator."""

    code = "unknown_indicator"


@dataclass(frozen=True, slots=True)
class ListLine:
    """One record behind a figure, as the viewer may see it."""

    part: str
    person: str
    name: str
    place: str
    record: str
    reason: str
    sources: tuple[Place, ...]


@dataclass
class Counting:
    """All indicators of a scheme counted on one day for one viewer."""

    scheme: Scheme
    as_of: AsOf
    tables: CountingTables
    counted: dict[str, Counted]
    places: list[DivisionView]

    def figures(self) -> list[Figure]:
        """Return every figure at every place, in the scheme's order and by division code."""
        return [figure(counted, place.code) for counted in self.counted.values() for place in self.places]

    def figure(self, code: str, place: str) -> Figure:
        """Return one figure. Raises UnknownIndicatorError."""
        return figure(self.one(code), place)

    def one(self, code: str) -> Counted:
        """Return an indicator's rows. Raises UnknownIndicatorError."""
        if code not in self.counted:
            known = "、".join(f"{item.indicator.id}({item.indicator.name})" for item in self.counted.values())
            raise UnknownIndicatorError(f"方案里没有指标“{code}”。可用的指标：{known}。")
        return self.counted[code]


def count_all(viewer: Viewer, scheme: Scheme, as_of: AsOf) -> Counting:
    """Count all indicators of the scheme."""
    tables = counting_tables(viewer, scheme, as_of)
    counted = {item.id: count(item, tables.tables[item.over]) for item in scheme.indicators}
    return Counting(scheme, as_of, tables, counted, divisions(viewer))


def default_day(scheme: Scheme) -> date:
    """Return the last day of the scheme's period."""
    until = scheme.period.until
    if until is None:
        raise ValueError("the scheme's period has no end")
    return date.fromordinal(until.toordinal() - 1)


def figures_csv(figures: Iterable[Figure]) -> str:
    """Return figures as `code,name,place,numerator,denominator,value`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "place", "numerator", "denominator", "value"])
    for item in figures:
        writer.writerow([item.code, item.name, item.place, item.numerator, item.denominator, item.value])
    return out.getvalue()


def list_lines(viewer: Viewer, counting: Counting, code: str, place: str) -> list[ListLine]:
    """Return the records of numerator, denominator and excluded behind a figure, each with reason and source rows."""
    counted = counting.one(code)
    division = find_division(viewer, place)
    lister = _Lister(viewer, counting, counted, division)
    parts: list[tuple[str, list[tuple[FactRow, str]]]] = [
        (NUMERATOR, [(row, lister.told(row)) for row in within(counted.numerator, division.code)]),
        (DENOMINATOR, [(row, lister.told(row, base=True)) for row in within(counted.denominator, division.code)]),
        (EXCLUDED, [(row, reason) for row, reason in counted.excluded if row.place.startswith(division.code)]),
    ]
    lister.fetch([row for _, rows in parts for row, _ in rows])
    return [line for part, rows in parts for line in lister.lines(part, rows)]


class _Lister:
    """Turns rows into lines within what the viewer may see."""

    def __init__(self, viewer: Viewer, counting: Counting, counted: Counted, division: DivisionView) -> None:
        self.viewer, self.counting, self.division = viewer, counting, division
        self.indicator = counted.indicator
        self.table = COUNTING_TABLES[self.indicator.over]
        self.used = self.indicator.names_used
        self.masks = shows_illness(self.indicator) and not viewer.may(RESTRICTED_ILLNESS)
        self.place_names = {item.code: item.full_name for item in counting.places}
        self.names: dict[UUID, str] = {}
        self.sources: dict[UUID, Place] = {}

    def fetch(self, rows: list[FactRow]) -> None:
        """Fetch names and sources of the rows that are shown, from the record."""
        shown = [row for row in rows if not self.hidden(row)]
        self.names = names(self.viewer, self.counting.as_of, {row.person_id for row in shown if row.person_id})
        self.sources = source_places(self.viewer, {source for row in shown for source in self.evidence(row)})

    def hidden(self, row: FactRow) -> bool:
        """Return whether the row must not show who it is."""
        return self.masks and row.restricted

    def evidence(self, row: FactRow) -> tuple[UUID, ...]:
        """Return the received rows behind the columns that the indicator reads."""
        return tuple(dict.fromkeys(source for name in sorted(self.used) for source in row.evidence.get(name, ())))

    def told(self, row: FactRow, *, base: bool = False) -> str:
        """Return in words what the indicator read in a row."""
        names_read = self.indicator.base_names if base else self.used
        return "；".join(
            f"{info.meaning}：{self.worded(name, row.values.get(name))}"
            for name in sorted(names_read)
            if (info := self.table.find(name)) is not None
        )

    def worded(self, name: str, value: object) -> str:
        """Return a value in words."""
        info = self.table.find(name)
        if info is not None and info.kind == "money" and isinstance(value, int):
            return f"{format_yuan(value)}元"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, frozenset):
            return "、".join(sorted(self.counting.scheme.word(str(item)) for item in value)) or "无"
        return "不明" if value is None else self.counting.scheme.word(str(value))

    def lines(self, part: str, rows: list[tuple[FactRow, str]]) -> list[ListLine]:
        """Return one line a record; where the indicator counts persons, one line a person with all sources.

        Hidden records stand last: their place among the others would say where they live.
        """
        rows = sorted(rows, key=lambda pair: self.hidden(pair[0]))
        if self.indicator.count_by != "person":
            return [self.line(part, [row], reason) for row, reason in rows]
        by_person: dict[UUID | None, list[tuple[FactRow, str]]] = {}
        for row, reason in rows:
            by_person.setdefault(row.person_id, []).append((row, reason))
        return [self.line(part, [row for row, _ in group], group[0][1]) for group in by_person.values()]

    def line(self, part: str, rows: list[FactRow], reason: str) -> ListLine:
        """Return a line for a record, or for several records of one person."""
        row = rows[0]
        if self.hidden(row):
            return ListLine(part, "", MASK, self.division.full_name, "", MASK, ())
        sources = dict.fromkeys(source for item in rows for source in self.evidence(item))
        places = tuple(sorted(self.sources[source] for source in sources if source in self.sources))
        serial = f"{row.order[0]:06d}"
        record = row.label if len(rows) == 1 and row.label != serial else ""
        name = self.names.get(row.person_id, "") if row.person_id else ""
        return ListLine(part, serial, name, self.place_names.get(row.place, row.place), record, reason, places)


def lines_csv(lines: Iterable[ListLine]) -> str:
    """Return lines as `part,person,name,place,record,reason,sources`; texts that a spreadsheet would run are made inert."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["part", "person", "name", "place", "record", "reason", "sources"])
    for line in lines:
        cells = [
            line.part,
            line.person,
            line.name,
            line.place,
            line.record,
            line.reason,
            ";".join(map(source_text, line.sources)),
        ]
        writer.writerow([inert(cell) for cell in cells])
    return out.getvalue()


def source_text(place: Place) -> str:
    """Return where a row stands in one short form: file!sheet!row."""
    return f"{place.file}!{place.sheet}!{place.row}"


def note(scheme: Scheme, name: str) -> str:
    """Return what a product rests on: the scheme's version and everything in it that no source confirms."""
    lines = [f"{name}：按方案“{scheme.name}”计算，版本 {scheme.hash}。"]
    if scheme.unconfirmed:
        lines.append(f"下列 {len(scheme.unconfirmed)} 处数字或口径尚未核实，据此得出的结果不是最终口径：")
        lines += [f"- {what}({source})" for what, source in scheme.unconfirmed]
    return "\n".join(lines) + "\n"


def totals(counting: Counting, place: str) -> Mapping[str, Figure]:
    """Return all figures at one place by code."""
    return {code: figure(counted, place) for code, counted in counting.counted.items()}
