"""A county's scheme as loaded: groups, disease lists, benefits, indicators, places and the plan's clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.dates import Span
from fuqi.basics.money import format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.conditions import Condition
from fuqi.scheme.diseases import DiseaseList
from fuqi.scheme.explain_promises import unconfirmed
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.lines import PovertyLine
from fuqi.scheme.names import WORDS
from fuqi.scheme.releases import STATE_WORDS, state_of
from fuqi.scheme.reports import PlainSheet, Report
from fuqi.scheme.values import Source
from fuqi.scheme.wording import KEY_WORDS, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that the scheme cites; numbers rest on its clauses."""

    id: str
    name: str
    number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of the plan's text, by its anchor."""

    anchor: str
    title: str
    body: str
    chapter: str = ""
    """The heading without an anchor that it stands under."""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseNote:
    """What clauses.yaml says of a clause, or of a part of it, that no rule executes."""

    clause: str
    state: str
    """`recorded` (by hand), `not_modelled`, or `followed` by the way in which rules are written."""
    text: str
    """What records it, which later work models it, or how it is followed."""
    part: str = ""
    """Which part of the clause is meant; '' is the whole of it."""
    line: int = field(default=0, compare=False)

    @property
    def state_word(self) -> str:
        """Return what is said of the clause or its part."""
        return {"recorded": "靠人记录", "not_modelled": "还没有实现"}.get(self.state, "规则的写法已照此")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version made official: its hash, its first day in force, who released it when, how many worked cases came out."""

    hash: str
    starts_on: date
    by: str
    released_on: date
    cases: int
    note: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What a base scheme demands of the layers of a place that builds on it, for whom a condition names."""

    id: str
    name: str
    fund: str
    key: str
    """Which parameter: rate, deductible or cap."""
    at_least: int | None = None
    at_most: int | None = None
    when: Condition | None = None
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An identity group: in which received list which words mean it, and which groups it implies."""

    id: str
    name: str
    comes_from: str = ""
    words: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division as the scheme lists it; codes of lower divisions begin with the code of the higher one."""

    code: str
    name: str
    level: str
    full_name: str = ""
    synthetic: bool = False


Point = tuple[float, float]
"""Degrees of longitude and latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The outline of a division: rings of points, first and last the same; a ring within another is a hole."""

    code: str
    rings: tuple[tuple[Point, ...], ...]
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A medical institution as the scheme lists it."""

    name: str
    level: str
    in_county: bool
    place: str = ""
    grade: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A county's scheme for a span of days."""

    id: str
    name: str
    place: str
    period: Span
    hash: str
    """Hex digest of all files, those of the base included."""
    files: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """What was digested, by folder and name: the version as it was, to be kept with what it gave."""
    documents: tuple[Document, ...] = ()
    groups: tuple[Group, ...] = ()
    disease_lists: tuple[DiseaseList, ...] = ()
    """In the order in which they decide a person's class."""
    benefits: Benefits = Benefits(layers=())
    indicators: tuple[Indicator, ...] = ()
    definitions: Mapping[str, Mapping[str, Condition]] = field(default_factory=dict)
    trend_days: tuple[date, ...] = ()
    """Days before the period's last on which the figures are counted too, so that pages can show how they came about."""
    divisions: tuple[Division, ...] = ()
    institutions: tuple[Institution, ...] = ()
    shapes: tuple[Shape, ...] = ()
    """Outlines of divisions, for the map; a scheme need not have any."""
    texts: Mapping[str, Clause] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[Report, ...] = ()
    plain_sheet: PlainSheet | None = None
    clause_notes: tuple[ClauseNote, ...] = ()
    """What is said of clauses that no rule executes."""
    floors: tuple[Floor, ...] = ()
    """What the base demands."""
    releases: tuple[Release, ...] = ()
    """The versions that were made official, in the order of their release."""
    poverty_lines: tuple[PovertyLine, ...] = ()
    """Those of the base first; of one day the later row wins."""
    base: str = ""
    """The folder of the base; '' where there is none."""
    inherited: frozenset[tuple[str, str]] = frozenset()
    """What is the base's own and stands unchanged: the file and the id."""

    @property
    def folder(self) -> str:
        """Return the name of the folder that the scheme was read from."""
        return next(iter(self.files), self.id).split("/", 1)[0]

    @property
    def state(self) -> str:
        """Return whether this version is a draft, tested or official; the worked cases are tried once a version."""
        return state_of(self)

    @property
    def state_word(self) -> str:
        """Return what the state is called."""
        return STATE_WORDS[self.state]

    @property
    def restricted_diseases(self) -> frozenset[str]:
        """Return the ids of the diseases that only named roles may see （专管病种）."""
        every = (disease for disease_list in self.disease_lists for disease in disease_list.diseases)
        return frozenset(disease.id for disease in every if disease.restricted)

    @property
    def whole_county_only(self) -> frozenset[str]:
        """Return the ids of indicators that name a disease list with restricted diseases.

        Below the county such a figure may be about one person, and say whether that person was treated.
        """
        lists = {item.id for item in self.disease_lists if any(disease.restricted for disease in item.diseases)}
        return frozenset(item.id for item in self.indicators if item.words_used & lists)

    @property
    def unconfirmed(self) -> list[tuple[str, str]]:
        """Return what was not read in an official text: what it is, and the source that it is said to come from."""
        return [*self._unconfirmed_benefits(), *self._unconfirmed_lists(), *self._unconfirmed_lines()]

    def _unconfirmed_benefits(self) -> Iterator[tuple[str, str]]:
        for layer in self.benefits.layers:
            for key, row in layer.rows():
                if not row.confirmed and row.content.schedule is None:
                    when = f"（{in_words(row.when.text, self.words)}）" if row.when else ""
                    text = "不限" if row.content.text == "none" else in_words(row.content.text, self.words)
                    yield f"{layer.name}的{KEY_WORDS[key]}{text}{when}", str(row.source)
        for promise in self.benefits.promises:
            yield from unconfirmed(promise, self.words)

    def _unconfirmed_lists(self) -> Iterator[tuple[str, str]]:
        for group in self.groups:
            if not group.confirmed:
                yield f"身份类别 {group.name}", str(group.source)
        for disease_list in self.disease_lists:
            if not disease_list.confirmed or disease_list.unknown_members:
                more = f"（还有{disease_list.unknown_members}种不知其名）" if disease_list.unknown_members else ""
                yield f"病种名录 {disease_list.name}{more}", str(disease_list.source)
            for disease in disease_list.diseases:
                if not disease.confirmed and disease_list.confirmed:
                    yield f"病种 {disease_list.name} {disease.name}", str(disease.source)

    def _unconfirmed_lines(self) -> Iterator[tuple[str, str]]:
        for line in self.poverty_lines:
            if not line.confirmed:
                day = f"{line.since.year}年{line.since.month}月{line.since.day}日"
                yield f"贫困线（{day}起）每人每年{format_yuan(line.per_head_fen)}元", str(line.source)

    def with_implied(self, groups: frozenset[str]) -> frozenset[str]:
        """Return the groups with all that they imply."""
        implied = {group.id: group.implies for group in self.groups}
        found: set[str] = set()
        waiting = list(groups)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(implied.get(one, ()))
        return frozenset(found)

    def groups_of_row(self, kind: str, values: Mapping[str, object]) -> frozenset[str]:
        """Return the groups that a received row of a kind of list says its person has, implied ones included.

        A group whose list is received says so by one of its words in the field `group`; a group without words holds for every
        row of the list that it comes from.
        """
        said = str(values.get("group") or "").strip()
        own = {
            group.id
            for group in self.groups
            if group.comes_from == kind and (not group.words or said in (group.id, *group.words))
        }
        return self.with_implied(frozenset(own))

    def definition(self, table: str, name: str) -> Condition | None:
        """Return a named condition of a counting table, None if there is none."""
        return self.definitions.get(table, {}).get(name)

    def word(self, identifier: str) -> str:
        """Return what an identifier is called in Chinese: of a group, list, disease, layer or value; itself if unknown."""
        return self.words.get(identifier) or WORDS.get(identifier, identifier)
