"""Count the scheme's indicators on a day, by county, township and village, and open each to the rows it was counted from."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, overload
from uuid import UUID

from fuqi.access import masks
from fuqi.access.codes import ILLNESS_KINDS
from fuqi.access.reading import note_shown
from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError, Place
from fuqi.basics.inert import CsvWriter, inert
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.determination.queries import restricted_persons
from fuqi.facts.queries import counting_tables
from fuqi.facts.tables import CountingTables
from fuqi.indicators.figures import PARTS, Counted, Figure, count, figure, figures
from fuqi.indicators.lists import Member, MemberList, member_lists
from fuqi.indicators.lists import shows_illness as shows_illness
from fuqi.intake.queries import row_heads, source_places
from fuqi.matching.queries import persons_of_rows
from fuqi.places.queries import DivisionView, divisions, find_division, sees_everywhere
from fuqi.registry.queries import moved_away, names, places_of
from fuqi.scheme.model import Scheme

MASK = "专管病种"
"""What a viewer without the permission sees in place of a person with a restricted illness."""


class UnknownIndicatorError(FuqiError):
    """The scheme has no such indicator."""

    code = "unknown_indicator"


class WholeCountyOnlyError(FuqiError):
    """The figure names restricted illnesses, and the place is not the whole county."""

    code = "whole_county_only"


def hidden_below(viewer: Viewer, scheme: Scheme) -> frozenset[str]:
    """Return the figures that the viewer is shown of the whole county only: without the permission those that name restricted
    illnesses. The one rule for pages, commands and papers, and for kept counts and live ones."""
    return frozenset() if viewer.may(RESTRICTED_ILLNESS) else scheme.whole_county_only


def is_shown(viewer: Viewer, scheme: Scheme, code: str, place: str) -> bool:
    """Return whether a figure, its course and its list are shown to the viewer at a place."""
    return scheme.place.startswith(place) or code not in hidden_below(viewer, scheme)


def must_be_shown(viewer: Viewer, scheme: Scheme, code: str, place: str) -> None:
    """Raise WholeCountyOnlyError where a figure is not shown."""
    if not is_shown(viewer, scheme, code, place):
        name = next((item.name for item in scheme.indicators if item.id == code), code)
        raise WholeCountyOnlyError(f"“{name}”涉及专管病种，只看全县的数字和名单，不分乡镇和村。")


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
    source_ids: tuple[UUID, ...] = ()
    """The received rows that stand at `sources`, one for one."""


@dataclass
class Counting:
    """All indicators of a scheme counted on one day for one viewer."""

    viewer: Viewer
    scheme: Scheme
    as_of: AsOf
    tables: CountingTables
    counted: dict[str, Counted]
    places: list[DivisionView]

    def figures(self) -> list[Figure]:
        """Return every figure at every place where it is shown, in the scheme's order and by division code."""
        hidden, places = hidden_below(self.viewer, self.scheme), [place.code for place in self.places]
        whole = [place for place in places if self.scheme.place.startswith(place)]
        found = ((counted, whole if code in hidden else places) for code, counted in self.counted.items())
        return [item for counted, shown in found for item in figures(counted, shown)]

    def figure(self, code: str, place: str) -> Figure:
        """Return one figure. Raises UnknownIndicatorError and WholeCountyOnlyError."""
        counted = self.one(code)
        must_be_shown(self.viewer, self.scheme, code, place)
        return figure(counted, place)

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
    return Counting(viewer, scheme, as_of, tables, counted, divisions(viewer))


def default_day(scheme: Scheme) -> date:
    """Return the last day of the scheme's period."""
    until = scheme.period.until
    if until is None:
        raise ValueError("the scheme's period has no end")
    return date.fromordinal(until.toordinal() - 1)


def figures_csv(figures: Iterable[Figure]) -> str:
    """Return figures as `code,name,place,numerator,denominator,value`."""
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(["code", "name", "place", "numerator", "denominator", "value"])
    for item in figures:
        writer.writerow([item.code, inert(item.name), item.place, item.numerator, item.denominator, item.value])
    return out.getvalue()


def list_lines(viewer: Viewer, counting: Counting, code: str, place: str) -> list[ListLine]:
    """Return the records of numerator, denominator and excluded behind a figure, each with reason and source rows."""
    return list(line_list(viewer, counting, code, place))


def line_list(viewer: Viewer, counting: Counting, code: str, place: str) -> LineList:
    """Return the records behind a figure; names and sources are fetched only for those that are taken out."""
    counted = counting.one(code)
    division = find_division(viewer, place)
    must_be_shown(viewer, counting.scheme, code, division.code)
    found = member_lists(counted, counting.scheme.word, division.code)
    note_shown("indicators_countedlist", "content", f"{code}@{division.code}@{counting.as_of.on}")
    return LineList(viewer, counting.as_of, division, found, sensitive=is_sensitive(counting.scheme, code))


def is_sensitive(scheme: Scheme, code: str) -> bool:
    """Return whether standing in a figure's list is above the level PERSONAL; of a figure that the scheme dropped it is."""
    indicator = next((item for item in scheme.indicators if item.id == code), None)
    return indicator is None or masks.list_is_sensitive(indicator.over, indicator.names_used | indicator.reason_names)


class _Part(NamedTuple):
    """A part's lines: records, those of one person together where people are counted, and how many are hidden, by mask.

    Hidden ones stand last: their place among the others would say where they live.
    """

    name: str
    shown: Sequence[tuple[Member, ...]]
    hidden: Mapping[str, int]

    @property
    def length(self) -> int:
        """Return how many lines there are."""
        return len(self.shown) + sum(self.hidden.values())


class LineList(Sequence[ListLine]):
    """The records behind a figure at a place, as the viewer may see them: numerator, denominator, excluded.

    Names and places of sources are fetched for the lines that are taken out, a whole slice at once.
    """

    def __init__(
        self, viewer: Viewer, as_of: AsOf, division: DivisionView, lists: Iterable[MemberList], *, sensitive: bool
    ) -> None:
        self._viewer, self._as_of, self._division = viewer, as_of, division
        marked = marked_persons(viewer)
        self._parts = [_part(viewer, found, division.code, marked, sensitive=sensitive) for found in lists]

    def where(self, *, part: str = "", reason: str = "") -> LineList:
        """Return the lines of a part, or those with a reason."""
        narrowed = copy(self)
        narrowed._parts = [
            _Part(
                item.name,
                [group for group in item.shown if reason in ("", group[0].reason)],
                {mask: number for mask, number in item.hidden.items() if reason in ("", mask)},
            )
            for item in self._parts
            if part in ("", item.name)
        ]
        return narrowed

    def parts(self) -> dict[str, int]:
        """Return how many lines each part has; an empty part is left out."""
        return {part.name: part.length for part in self._parts if part.length}

    def reasons(self) -> dict[str, int]:
        """Return how many lines give each reason, the most frequent first, the hidden ones last."""
        found = Counter(group[0].reason for part in self._parts for group in part.shown)
        ordered = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
        hidden = sum((Counter(part.hidden) for part in self._parts), Counter[str]())
        return ordered | dict(sorted(hidden.items()))

    def __len__(self) -> int:
        return sum(self.parts().values())

    @overload
    def __getitem__(self, index: int) -> ListLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[ListLine]: ...
    def __getitem__(self, index: int | slice) -> ListLine | list[ListLine]:
        positions = range(len(self))[index]
        return self._lines(positions) if isinstance(positions, range) else self._lines([positions])[0]

    def __iter__(self) -> Iterator[ListLine]:
        return iter(self[:])

    def _at(self, position: int) -> tuple[str, tuple[Member, ...], str]:
        """Return the part and the records of a line, none where it is hidden, and what hides it."""
        for part in self._parts:
            if position < len(part.shown):
                return part.name, part.shown[position], ""
            position -= len(part.shown)
            for mask, number in part.hidden.items():
                if position < number:
                    return part.name, (), mask
                position -= number
        raise IndexError(position)

    def _in_sight(self, rows: set[UUID]) -> set[UUID]:
        """Return the received rows but for those of persons outside the viewer's scope: other members of a household.

        Whoever may not read of illness is not told of rows on lists of the ill either.
        """
        if not masks.reads_sensitive_everywhere(self._viewer):
            rows = {row for row, (_, kind) in row_heads(self._viewer, rows).items() if kind not in ILLNESS_KINDS}
        if sees_everywhere(self._viewer):
            return rows
        owners = persons_of_rows(self._viewer, rows)
        here = places_of(self._viewer, self._as_of, list({person for found in owners.values() for person in found}))
        return {row for row, persons in owners.items() if any(person in here for person in persons)}

    def _lines(self, positions: Iterable[int]) -> list[ListLine]:
        taken = [self._at(position) for position in positions]
        shown = [member for _, group, _ in taken for member in group]
        persons = {UUID(member.person) for member in shown if member.person}
        named = names(self._viewer, self._as_of, persons - moved_away(self._viewer, self._as_of))
        sources = source_places(self._viewer, self._in_sight({UUID(one) for member in shown for one in member.sources}))
        places = {item.code: item.full_name for item in divisions(self._viewer)}
        where = self._division.full_name
        return [
            _line(part, group, named, sources, places) if group else ListLine(part, "", mask, where, "", mask, ())
            for part, group, mask in taken
        ]


def _line(
    part: str,
    group: tuple[Member, ...],
    named: Mapping[UUID, str],
    sources: Mapping[UUID, Place],
    places: Mapping[str, str],
) -> ListLine:
    first = group[0]
    ids = dict.fromkeys(UUID(source) for member in group for source in member.sources)
    ordered = sorted((source for source in ids if source in sources), key=lambda source: sources[source])
    return ListLine(
        part,
        f"{first.serial:06d}",
        named.get(UUID(first.person), "") if first.person else "",
        places.get(first.place, first.place),
        first.record if len(group) == 1 else "",
        first.reason,
        tuple(sources[source] for source in ordered),
        tuple(ordered),
    )


def marked_persons(viewer: Viewer) -> frozenset[str]:
    """Return, in hex, everybody whom a viewer without the permission must not see in a list that shows illness."""
    return frozenset() if viewer.may(RESTRICTED_ILLNESS) else frozenset(person.hex for person in restricted_persons(viewer))


def hides_member(viewer: Viewer, member: Member, marked: Collection[str], *, shows_illness: bool, sensitive: bool) -> str:
    """Return by which mask a member of a list is hidden from a viewer, '' where it is shown. `marked`: see `marked_persons`."""
    if (sensitive or shows_illness) and not masks.reads_sensitive(viewer, member.place):
        return masks.MASK
    restricted = shows_illness and not viewer.may(RESTRICTED_ILLNESS)
    return MASK if restricted and (member.restricted or member.person in marked) else ""


def _part(viewer: Viewer, found: MemberList, place: str, marked: Collection[str], *, sensitive: bool) -> _Part:
    """Return a part at a place, as the viewer may see it."""
    here = [member for member in found.members if member.place.startswith(place)]
    alike: list[tuple[Member, ...]] = list(zip(here))
    if found.by_person:
        persons: dict[str, list[Member]] = {}
        for member in here:
            persons.setdefault(member.person, []).append(member)
        alike = list(map(tuple, persons.values()))
    if not (found.shows_illness or sensitive):
        return _Part(found.part, alike, {})
    about = {"shows_illness": found.shows_illness, "sensitive": sensitive}
    hidden = {member.person: mask for member in here if (mask := hides_member(viewer, member, marked, **about))}
    shown = [group for group in alike if group[0].person not in hidden]
    masked = Counter(hidden[group[0].person] for group in alike if group[0].person in hidden)
    return _Part(found.part, shown, dict(sorted(masked.items())))


_COLUMNS = ("part", "person", "name", "place", "record", "reason", "sources")
_COLUMNS_FOR_READERS = ("部分", "编号", "姓名", "地方", "记录", "理由", "来源")


def lines_csv(lines: Iterable[ListLine], *, for_readers: bool = False) -> str:
    """Return lines as `part,person,name,place,record,reason,sources`; texts that a spreadsheet would run are made inert.

    For readers, the columns and parts go by their Chinese names.
    """
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(_COLUMNS_FOR_READERS if for_readers else _COLUMNS)
    for line in lines:
        cells = [
            PARTS[line.part] if for_readers else line.part,
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
    """Return all figures that are shown at one place by code."""
    return {item.code: item for item in counting.figures() if item.place == place}
