"""Lists behind figures: who stands in a part of an indicator, with the reason in words and the received rows. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fuqi.basics.money import format_yuan
from fuqi.facts.tables import FactRow
from fuqi.indicators.figures import DENOMINATOR, EXCLUDED, NUMERATOR, Counted, within
from fuqi.journal.rules import canonical
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.names import COUNTING_TABLES, Names

FORM = "2"
"""The form in which lists are kept; a new one makes every count due again."""

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
    return indicator.over in ILLNESS_TABLES or bool((indicator.names_used | indicator.reason_names) & ILLNESS_NAMES)


class Member(NamedTuple):
    """One record in a part of an indicator: whose, where, which, why, and the received rows that say so.

    Ids are spelled in hex: lists are long, and few of their lines are looked at.
    """

    serial: int
    person: str
    place: str
    record: str
    """The number that the record goes by; '' where that is the person's own."""
    reason: str
    restricted: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberList:
    """All members of one part of an indicator, in the order of their table.

    It keeps with it what showing depends on, so that a list once counted is shown alike whatever became of the scheme.
    """

    part: str
    shows_illness: bool
    by_person: bool
    """Whether the figure counts distinct people, so that a person's records are one line."""
    members: tuple[Member, ...]


def member_lists(counted: Counted, word: Callable[[str], str], place: str = "") -> list[MemberList]:
    """Return the lists of numerator, denominator and excluded, of a place or of all; `word` names the scheme's identifiers."""
    teller = _Teller(counted.indicator, word)
    parts: list[tuple[str, Iterable[tuple[FactRow, str]]]] = [
        (NUMERATOR, ((row, teller.told(row)) for row in within(counted.numerator, place))),
        (DENOMINATOR, ((row, teller.told(row, base=True)) for row in within(counted.denominator, place))),
        (EXCLUDED, ((row, reason) for row, reason in counted.excluded if row.place.startswith(place))),
    ]
    shows, by_person = shows_illness(counted.indicator), counted.indicator.count_by == "person"
    return [MemberList(part, shows, by_person, tuple(teller.members(rows, excluded=part == EXCLUDED))) for part, rows in parts]


class _Teller:
    """Says in words what an indicator read in a row."""

    def __init__(self, indicator: Indicator, word: Callable[[str], str]) -> None:
        self.table: Names = COUNTING_TABLES[indicator.over]
        self.word = word
        self.used, self.base = sorted(indicator.names_used), sorted(indicator.base_names)
        self.with_reasons = sorted(indicator.names_used | indicator.reason_names)
        self._told: dict[tuple[bool, tuple[object, ...]], str] = {}
        self._evidence: dict[int, tuple[str, ...]] = {}

    def members(self, rows: Iterable[tuple[FactRow, str]], *, excluded: bool) -> Iterator[Member]:
        """Yield rows as members of a list; those of the excluded rest on what says why, too."""
        for row, reason in rows:
            record = "" if row.label == f"{row.order[0]:06d}" else row.label
            person = row.person_id.hex if row.person_id else ""
            sources = _sources(row, self.with_reasons) if excluded else self.evidence(row)
            yield Member(row.order[0], person, row.place, record, reason, row.restricted, sources)

    def evidence(self, row: FactRow) -> tuple[str, ...]:
        """Return the received rows behind the columns that the indicator reads; a rate's rows stand in two of its parts."""
        if id(row) not in self._evidence:
            self._evidence[id(row)] = _sources(row, self.used)
        return self._evidence[id(row)]

    def told(self, row: FactRow, *, base: bool = False) -> str:
        """Return what the indicator read; most rows say what another has said before."""
        names = self.base if base else self.used
        values = tuple(row.values.get(name) for name in names)
        if (base, values) not in self._told:
            infos = [(self.table.find(name), value) for name, value in zip(names, values, strict=True)]
            told = [f"{info.meaning}：{self.worded(info.kind, value)}" for info, value in infos if info is not None]
            self._told[base, values] = "；".join(told)
        return self._told[base, values]

    def worded(self, kind: str, value: object) -> str:
        """Return a value in words."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if kind == "money" and isinstance(value, int):
            return f"{format_yuan(value)}元"
        if isinstance(value, frozenset):
            return "、".join(sorted(self.word(str(item)) for item in value)) or "无"
        return "不明" if value is None else self.word(str(value))


def _sources(row: FactRow, names: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(source for name in names for source in row.evidence.get(name, ()))
    return tuple([source.hex for source in found])


def encode(found: MemberList) -> bytes:
    """Return a list as bytes: canonical JSON, equal reasons and places written once, compressed."""
    reasons: dict[str, int] = {}
    places: dict[str, int] = {}
    rows = [
        [
            item.serial,
            item.person,
            places.setdefault(item.place, len(places)),
            item.record,
            reasons.setdefault(item.reason, len(reasons)),
            int(item.restricted),
            item.sources,
        ]
        for item in found.members
    ]
    content = {
        "part": found.part,
        "shows_illness": found.shows_illness,
        "by_person": found.by_person,
        "places": list(places),
        "reasons": list(reasons),
        "members": rows,
    }
    return zlib.compress(canonical(content).encode(), 1)


def decode(content: bytes) -> MemberList:
    """Return the list that was encoded."""
    read = json.loads(zlib.decompress(content))
    places, reasons = read["places"], read["reasons"]
    members = [
        Member(
            serial,
            person,
            places[place],
            record,
            reasons[reason],
            restricted == 1,
            tuple(sources),
        )
        for serial, person, place, record, reason, restricted, sources in read["members"]
    ]
    return MemberList(read["part"], read["shows_illness"], read["by_person"], tuple(members))
