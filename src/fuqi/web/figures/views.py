"""A figure opened: its arithmetic, its definition, its course, the places below, and the list of records that it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fuqi.access.codes import EXPORT_RECORDS, SEE_FIGURES
from fuqi.basics.errors import Place
from fuqi.flows.counts import CountView, figures_at, trend
from fuqi.flows.explain import condition_words
from fuqi.flows.figures import LineList, ListLine, hidden_below, lines_csv
from fuqi.indicators.figures import EXCLUDED, PARTS
from fuqi.places.queries import DivisionView
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES
from fuqi.web.charts import Trend, trend_line
from fuqi.web.compared import places_above, places_below
from fuqi.web.door import Asked, NotThereError, page
from fuqi.web.figures.asked import PAGE_LENGTH, Question, question
from fuqi.web.shown import ShownFigure, trend_words

SETTLEMENT_TABLES = frozenset({"claim", "payment"})
"""Tables whose records go by the number of a settlement."""
MOST_REASONS = 15
"""How many reasons are offered to choose from; where there are more, each says something of one record only."""
TREND_SIZE = (560, 120)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list as the page shows it."""

    line: ListLine
    place: str
    settlement: str
    """The settlement that the record is, or belongs to; '' where the record is none."""
    record: str
    """What the record is called besides its settlement's number."""
    sources: tuple[tuple[object, Place], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its words, how many lines it has, its address, and whether it is chosen."""

    words: str
    number: int
    address: str
    chosen: bool


@require_GET
@page(SEE_FIGURES)
def figure(request: Asked, code: str) -> HttpResponse:
    """Show a figure at a place, on a day, and a page of its list."""
    asked = question(request, code)
    if asked.count is None:
        return render(request, "figures/not_counted.html", _about(asked))
    counted = figures_at(request.viewer, request.county_scheme, asked.count, [asked.place.code])
    if (code, asked.place.code) not in counted:
        raise NotThereError("这次计数里没有这项指标。方案后来加了它，重新计数后才有数。")
    lines = asked.lines(request)
    chosen = lines.where(part=asked.part, reason=asked.reason)
    context = {
        **_about(asked),
        "item": ShownFigure(asked.indicator, counted[code, asked.place.code]),
        "count": asked.count,
        "definition": list(_definition(request.county_scheme, asked)),
        "clause": request.county_scheme.texts.get(asked.indicator.source.anchor),
        **_course(request, asked),
        "below": list(_below(request, asked, asked.count)),
        "whole_county_only": code in hidden_below(request.viewer, request.county_scheme),
        "parts": list(_parts(asked, lines)),
        "reasons": list(_reasons(asked, lines)),
        **_page(asked, chosen, request.county_scheme),
        "may_export": request.viewer.may(EXPORT_RECORDS),
        "as_file": asked.address(page=1, whole=False),
        "to_print": asked.address(page=1, whole=True),
    }
    return render(request, "figures/print.html" if asked.whole else "figures/figure.html", context)


@require_GET
@page(SEE_FIGURES, besides=(EXPORT_RECORDS,))
def figure_list(request: Asked, code: str) -> HttpResponse:
    """Return the chosen list as CSV, names covered as on the page; the mark in front lets spreadsheets read Chinese."""
    asked = question(request, code)
    if asked.count is None:
        raise NotThereError("还没有计过数，没有名单可以下载。")
    lines = asked.lines(request).where(part=asked.part, reason=asked.reason)
    worded = (replace(line, record=_record_words(asked, line, request.county_scheme)) for line in lines)
    answer = HttpResponse("\ufeff" + lines_csv(worded, for_readers=True), content_type="text/csv; charset=utf-8")
    name = f"{asked.indicator.name}-{asked.place.name}-{PARTS[asked.part]}-{asked.count.day.isoformat()}.csv"
    answer["Content-Disposition"] = f"attachment; filename=\"list.csv\"; filename*=UTF-8''{quote(name)}"
    return answer


def _about(asked: Question) -> dict[str, object]:
    return {
        "asked": asked,
        "indicator": asked.indicator,
        "place": asked.place,
        "above": places_above(asked.place, asked.known),
        "places": asked.known,
    }


def _definition(scheme: Scheme, asked: Question) -> Iterator[tuple[str, str]]:
    """Yield what the indicator counts, as label and words."""
    for label, text in asked.indicator.in_words():
        if label != "目标":
            yield label, condition_words(text, COUNTING_TABLES[asked.indicator.over], scheme)


def _course(request: Asked, asked: Question) -> dict[str, object]:
    """Return the figure's course over the days that were counted; nothing where there is only one."""
    counted = trend(request.viewer, request.county_scheme, asked.indicator.id, asked.place.code)
    days = [(day, ShownFigure(asked.indicator, found)) for day, found in counted]
    if len(days) < 2:
        return {"days": [], "trend": None}
    last = max(day for day, _ in days)
    target = asked.indicator.target
    goal = target / 100 if target is not None and days[0][1].rated else None
    line: Trend = trend_line([item.number for _, item in days], *TREND_SIZE, target=goal)
    rows = [(day, item, asked.address(day=None if day == last else day, page=1, reason="")) for day, item in days]
    return {"days": rows, "trend": line, "trend_words": trend_words(days)}


def _below(request: Asked, asked: Question, count: CountView) -> Iterator[tuple[DivisionView, ShownFigure, str]]:
    """Yield the places one level below with their figures and addresses."""
    places = places_below(asked.place, asked.known)
    counted = figures_at(request.viewer, request.county_scheme, count, [item.code for item in places])
    for item in places:
        if found := counted.get((asked.indicator.id, item.code)):
            yield item, ShownFigure(asked.indicator, found), asked.address(place=item, page=1, reason="")


def _parts(asked: Question, lines: LineList) -> Iterator[Choice]:
    """Yield the parts of the list that there are, and the one asked for."""
    numbers = lines.parts()
    for part, words in PARTS.items():
        if numbers.get(part) or part == asked.part:
            yield Choice(words, numbers.get(part, 0), asked.address(part=part, page=1, reason=""), part == asked.part)


def _reasons(asked: Question, lines: LineList) -> Iterator[Choice]:
    """Yield the reasons why records were left out; lines of other parts say what was read, which is nothing to choose by."""
    numbers = lines.where(part=asked.part).reasons()
    if asked.part != EXCLUDED or not 1 < len(numbers) <= MOST_REASONS:
        return
    yield Choice("全部", sum(numbers.values()), asked.address(reason="", page=1), not asked.reason)
    for reason, number in numbers.items():
        yield Choice(reason, number, asked.address(reason=reason, page=1), reason == asked.reason)


def _page(asked: Question, lines: LineList, scheme: Scheme) -> dict[str, object]:
    """Return the lines of the page asked for and the addresses of the others."""
    pages = max(ceil(len(lines) / PAGE_LENGTH), 1)
    number = min(max(asked.page, 1), pages)
    first = (number - 1) * PAGE_LENGTH
    wanted = lines[:] if asked.whole else lines[first : first + PAGE_LENGTH]
    return {
        "rows": [_row(asked, line, scheme) for line in wanted if line.person],
        "covered": dict(sorted(Counter(line.reason for line in wanted if not line.person).items())),
        "with_records": any(line.record for line in wanted),
        "part_words": PARTS[asked.part],
        "lines_in_all": len(lines),
        "first": first + 1,
        "last": first + len(wanted),
        "pages": list(_others(asked, number, pages)) if pages > 1 else [],
    }


def _others(asked: Question, number: int, pages: int) -> Iterator[tuple[int, str, bool, bool]]:
    """Yield the pages to choose from: number, address, whether it is this one, whether some are left out before it."""
    before = 0
    for found in _near(number, pages):
        yield found, asked.address(page=found), found == number, found > before + 1
        before = found


def _near(number: int, pages: int) -> Sequence[int]:
    """Return the page numbers to offer: the first, the last and those around the current one."""
    return sorted({1, pages, *range(max(number - 2, 1), min(number + 2, pages) + 1)})


def _record_words(asked: Question, line: ListLine, scheme: Scheme) -> str:
    """Return what a record is called: a settlement's number, and what was paid if it is one payment of it."""
    number, _, layer = line.record.partition(" ")
    return f"{number} {scheme.word(layer)}" if layer and asked.indicator.over in SETTLEMENT_TABLES else line.record


def _row(asked: Question, line: ListLine, scheme: Scheme) -> Row:
    number, _, layer = line.record.partition(" ")
    settlement = number if asked.indicator.over in SETTLEMENT_TABLES else ""
    return Row(
        line,
        line.place.removeprefix(asked.known[0].full_name) or asked.place.name,
        settlement,
        scheme.word(layer) if settlement and layer else "" if settlement else line.record,
        tuple(zip(line.source_ids, line.sources, strict=True)),
    )
