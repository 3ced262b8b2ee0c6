"""The self-assessment: the scheme's text filled with counted figures, as Word and PDF, each figure bound to its count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from uuid import UUID

from fuqi.access.masks import MASK as LEVEL_MASK
from fuqi.basics.dates import AsOf, Span
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.determination.queries import restricted_persons
from fuqi.flows.counts import CountView, figures_at, latest_count
from fuqi.flows.explain import condition_words, day_words
from fuqi.flows.figures import hides_member, is_sensitive
from fuqi.indicators.figures import EXCLUDED, Figure
from fuqi.indicators.lists import Member
from fuqi.indicators.queries import kept_list
from fuqi.places.queries import divisions
from fuqi.registry.queries import names
from fuqi.reports import codes
from fuqi.reports.actions import Basis, Draft, issue
from fuqi.reports.marks import person_code
from fuqi.reports.rules import all_printable
from fuqi.reports.typeset import fonts, typeset
from fuqi.reports.word import TEMPLATE, word
from fuqi.scheme.folder import REPORTS, find_scheme
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES
from fuqi.scheme.releases import version_words
from fuqi.scheme.reports import UNITS, Block, FigureUse, Gap, Piece, Report, Term, Words

SELF_ASSESSMENT = "self-assessment"
"""The scheme's report that is the self-assessment."""
SAMPLE = "样例数据（虚构）"
NO_BASE = "（没有分母，不计算）"
NOT_COUNTED = "（没有计数）"


class NoSuchReportError(FuqiError):
    """The scheme has no text for this paper."""

    code = "no_such_report"


class NotCountedError(FuqiError):
    """Nothing was counted yet, so that nothing can be printed."""

    code = "not_counted"


@dataclass(frozen=True, slots=True)
class Product:
    """A printed file: its name without any personal number, its type, its bytes, and the numbers it was given out under."""

    name: str
    media_type: str
    data: bytes
    numbers: tuple[str, ...]


def counted(viewer: Viewer, scheme: Scheme) -> CountView:
    """Return the count that papers rest on. Raises NotCountedError."""
    count = latest_count(viewer, scheme)
    if count is None:
        raise NotCountedError("还没有计数，印不出报告。请先把名单处理完（在“名单”页可以看到处理到哪一步）。")
    return count


def basis(scheme: Scheme, count: CountView) -> Basis:
    """Return what papers rest on."""
    start = scheme.period.start
    return Basis((start or count.day).year, count.scheme_hash, count.day, count.run_id)


def own_template(workspace: Workspace) -> Path:
    """Return where a county puts its own Word template: in the folder of its scheme."""
    return find_scheme(workspace.scheme, workspace.scheme_folders) / REPORTS / f"{SELF_ASSESSMENT}.docx"


def print_self_assessment(*, viewer: Viewer, scheme: Scheme, form: str, own_template: Path, at: datetime) -> Product:
    """Return the county's self-assessment as Word or PDF, given out under a number; `own_template` wins where it is there."""
    count = counted(viewer, scheme)
    content, figures = self_assessment(viewer, scheme, count)
    template = own_template if own_template.is_file() else TEMPLATE
    if form == codes.PDF:
        fonts()
    elif template != TEMPLATE:
        word({**content, "number": ""}, template)
    summary: dict[str, object] = {
        "figures": {code: [item.value, item.numerator, item.denominator] for code, item in figures.items()},
        "office": content["office"],
        "title": content["title"],
    }
    draft = Draft(codes.SELF_ASSESSMENT, SELF_ASSESSMENT, scheme.place, content, summary)
    (paper,) = issue([draft], basis(scheme, count), by=viewer.name, at=at, why=viewer.purpose)
    filled = {**content, "number": paper.number}
    data = word(filled, template) if form == codes.WORD else typeset("self-assessment.typ", filled)
    return Product(f"{content['title']}-{paper.number}.{form}", codes.FORMS[form], data, (paper.number,))


def self_assessment(viewer: Viewer, scheme: Scheme, count: CountView) -> tuple[dict[str, object], dict[str, Figure]]:
    """Return what the self-assessment says, as plain data for both its forms, and the county's figures in it."""
    report = next((item for item in scheme.reports if item.id == SELF_ASSESSMENT), None)
    if report is None:
        raise NoSuchReportError(f"方案“{scheme.name}”没有自评报告的文稿。请在方案文件夹里写 reports/{SELF_ASSESSMENT}.md。")
    kept = figures_at(viewer, scheme, count, [scheme.place])
    filler = _Filler(viewer, scheme, report, count, {code: figure for (code, _), figure in kept.items()})
    content = all_printable(filler.content())
    if not isinstance(content, dict):
        raise TypeError("content is a mapping")
    return content, {code: filler.figures[code] for code in report.codes if code in filler.figures}


def period_words(period: Span) -> str:
    """Return a span of days as people say it: a calendar year as 2017年度."""
    if period.start is None or period.until is None:
        return ""
    if (period.start, period.until) == (date(period.start.year, 1, 1), date(period.start.year + 1, 1, 1)):
        return f"{period.start.year}年度"
    return f"{day_words(period.start)}至{day_words(date.fromordinal(period.until.toordinal() - 1))}"


def in_unit(yuan: str, unit: str) -> str:
    """Return a sum printed in yuan in a unit, 万元 to two decimals, half up: 1714600.00 -> 171.46万元."""
    parts = Decimal(yuan) * 100 / UNITS[unit]
    return f"{parts.quantize(Decimal('0.01'), ROUND_HALF_UP)}{unit}"


@dataclass(frozen=True)
class _Filler:
    """Fills one text with one count's figures."""

    viewer: Viewer
    scheme: Scheme
    report: Report
    count: CountView
    figures: dict[str, Figure]

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {item.id: item for item in self.scheme.indicators}

    @cached_property
    def notes(self) -> dict[str, str]:
        """Return the number that each indicator goes by in this paper."""
        return {code: f"〔{number}〕" for number, code in enumerate(self.report.codes, 1)}

    @cached_property
    def restricted(self) -> set[str]:
        """Return, in hex, who is marked now: a mark that came after the count hides too."""
        return {person.hex for person in restricted_persons(self.viewer)}

    def content(self) -> dict[str, object]:
        """Return the whole paper."""
        return {
            "title": "".join(piece["text"] for piece in self.pieces(self.report.title)),
            "office": self.report.office,
            "addressee": self.report.addressee,
            "basis": self.basis(),
            "warnings": self.warnings(),
            "sample": SAMPLE if any(item.synthetic for item in self.scheme.divisions) else "",
            "blocks": [self.block(block) for block in self.report.blocks],
            "sources": list(self.sources()),
            "untreated": list(self.untreated()),
            "unconfirmed": [
                {"number": str(number), "what": what, "source": source}
                for number, (what, source) in enumerate(self.scheme.unconfirmed, 1)
            ],
        }

    def basis(self) -> str:
        version = version_words(self.scheme, self.count.scheme_hash)
        return f"计数批次第{self.count.number}号，截至{day_words(self.count.day)}，方案版本{version}"

    def warnings(self) -> list[str]:
        if self.count.up_to_date:
            return []
        return ["名单或方案有更新，尚未计数：以下仍是上面所写计数批次的数字。请重新计数以后再报送。"]

    def block(self, block: Block) -> dict[str, object]:
        return {"level": block.level, "pieces": list(self.pieces(block.pieces))}

    def pieces(self, pieces: Iterable[Piece]) -> Iterator[dict[str, str]]:
        """Yield pieces with their text; `note` is the number that follows a figure."""
        for piece in pieces:
            match piece:
                case Words():
                    yield {"kind": "words", "text": piece.text, "note": ""}
                case Gap():
                    yield {"kind": "gap", "text": f"【待填：{piece.text}】", "note": ""}
                case Term():
                    yield {"kind": "words", "text": self.term(piece.name), "note": ""}
                case FigureUse():
                    yield {"kind": "figure", "text": self.figure(piece), "note": self.notes[piece.code]}

    def term(self, name: str) -> str:
        match name:
            case "place":
                here = (item.name for item in self.scheme.divisions if item.code == self.scheme.place)
                return next(here, self.scheme.place)
            case "period":
                return period_words(self.scheme.period)
        return day_words(self.count.day)

    def figure(self, use: FigureUse) -> str:
        """Return what the text says of a figure."""
        if use.field == "reasons":
            return self.reasons(use.code)
        figure = self.figures.get(use.code)
        if figure is None:
            return NOT_COUNTED
        if use.field == "missing":
            return str(int(figure.denominator) - int(figure.numerator))
        text = str(getattr(figure, use.field))
        if use.unit:
            return in_unit(text, use.unit)
        if not text:
            return NO_BASE
        rate = use.field == "value" and self.indicators[use.code].measure in ("rate", "ratio")
        return f"{text}%" if rate else text

    def reasons(self, code: str) -> str:
        """Return why rows were not counted, each reason with its number; restricted illnesses by one word."""
        unit = _people(self.indicators[code].unit)
        hiding = [mask for _, mask in self.excluded(code) if mask]
        number = Counter(mask or member.reason.rstrip("。；") for member, mask in self.excluded(code))
        ordered = sorted(number.items(), key=lambda pair: (pair[0] in hiding, -pair[1], pair[0]))
        return "；".join(f"{reason}{times}{unit}" for reason, times in ordered) or "无"

    def excluded(self, code: str) -> list[tuple[Member, str]]:
        """Return the members that were considered and not counted, each with the mask where a paper must not say who it is."""
        kept = kept_list(self.viewer, self.count.run_id, code, EXCLUDED)
        if kept is None:
            return []
        seen: dict[object, Member] = {}
        for place, member in enumerate(kept.members):
            seen.setdefault(member.person if kept.by_person else place, member)
        about = {"shows_illness": kept.shows_illness, "sensitive": is_sensitive(self.scheme, code)}
        nobody = replace(self.viewer, permissions=frozenset())
        return [(member, hides_member(nobody, member, self.restricted, **about)) for member in seen.values()]

    def sources(self) -> Iterator[dict[str, str]]:
        """Yield a row for each figure of the text: its number, values, how it was counted, and the clause."""
        for number, code in enumerate(self.report.codes, 1):
            indicator, figure = self.indicators[code], self.figures.get(code)
            table = COUNTING_TABLES[indicator.over]
            how = (f"{label}：{condition_words(text, table, self.scheme)}" for label, text in indicator.in_words())
            unconfirmed = "" if indicator.confirmed else "（尚未核实）"
            yield {
                "number": str(number),
                "name": indicator.name,
                "value": _value(indicator, figure),
                "numerator": figure.numerator if figure else "",
                "denominator": figure.denominator if figure else "",
                "how": f"{'。'.join(how)}。{unconfirmed}",
                "source": str(indicator.source),
            }

    def untreated(self) -> Iterator[dict[str, object]]:
        """Yield the lists of those not counted; of restricted illnesses a code and that word, last, by code."""
        townships = {item.code: item.name for item in divisions(self.viewer) if item.level == "township"}
        for code in self.report.untreated:
            every = self.excluded(code)
            shown = sorted((member for member, mask in every if not mask), key=lambda member: (member.serial, member.record))
            persons = {UUID(item.person): item.person for item in shown if item.person}
            covered = {
                persons[person]: name
                for person, name in names(replace(self.viewer, purpose=""), AsOf(self.count.day), persons).items()
            }
            rows = [
                {
                    "who": f"{item.serial:06d}",
                    "place": next((name for township, name in townships.items() if item.place.startswith(township)), ""),
                    "name": covered.get(item.person, ""),
                    "reason": item.reason,
                }
                for item in shown
            ]
            hidden = sorted((_hidden_as(member, mask), mask) for member, mask in every if mask and member.person)
            rows += [{"who": who, "place": "", "name": "", "reason": mask} for who, mask in hidden]
            unit = self.indicators[code].unit
            yield {"name": self.indicators[code].name, "number": f"{len(rows)}{_people(unit)}", "rows": rows}


def _hidden_as(member: Member, mask: str) -> str:
    """Return what stands for somebody who is hidden: a code for named roles to find; none where the level hides everybody."""
    return mask if mask == LEVEL_MASK else person_code(UUID(member.person))


def _people(unit: str) -> str:
    """Return the word that rows of an indicator are counted in."""
    return unit if unit in ("人", "户") else "条"


def _value(indicator: Indicator, figure: Figure | None) -> str:
    if figure is None:
        return NOT_COUNTED
    if not figure.value:
        return NO_BASE
    return f"{figure.value}{'%' if indicator.measure in ('rate', 'ratio') else indicator.unit}"
