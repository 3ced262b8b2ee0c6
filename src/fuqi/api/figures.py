"""The counted figures: all of a place, one, and its list page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ninja import Field, Query, Schema

from fuqi.access.codes import SEE_FIGURES, SEE_PEOPLE
from fuqi.api.door import Asked, Room, Rule
from fuqi.api.problems import NotThereError
from fuqi.api.shapes import Code, PageAsked, PageOf, PlaceCode, SourceOut, page_of
from fuqi.basics.errors import FuqiError
from fuqi.flows.counts import CountView, count_days, figures_at, latest_count, open_list
from fuqi.flows.figures import ListLine, must_be_shown
from fuqi.indicators.figures import Figure
from fuqi.places.queries import DivisionView, divisions, find_division
from fuqi.scheme.indicators import Indicator

room = Room("指标")


class NotCountedError(FuqiError):
    """Nothing was counted, so that there is no figure."""

    code = "not_counted"


class Where(Schema):
    """Which place, on which day."""

    place: PlaceCode | None = Field(None, description="区划代码；不写则为凭据范围内最高的地方。")
    day: date | None = Field(None, description="计数日；不写则为方案期末。")


class ListAsked(PageAsked):
    """Which part of a figure's list."""

    part: Literal["numerator", "denominator", "excluded"] = Field("numerator", description="分子、分母或未计入。")


class CountOut(Schema):
    """The count that figures rest on."""

    number: int = Field(description="计数批次第几号。")
    day: date
    counted_at: datetime
    up_to_date: bool
    scheme_hash: str


class FigureOut(Schema):
    """A figure at a place. Where there is no base, `value` is empty: that is not zero."""

    code: str
    name: str
    place: str
    measure: str
    unit: str
    numerator: str
    denominator: str
    value: str
    target_basis_points: int | None


class Figures(Schema):
    """All figures of a place."""

    count: CountOut
    items: list[FigureOut]


class OneFigure(Schema):
    """One figure."""

    count: CountOut
    figure: FigureOut


class LineOut(Schema):
    """A record behind a figure; where it is masked, `person` is empty, and `name` and `reason` say by what."""

    person: str
    name: str
    place: str
    record: str
    reason: str
    sources: list[SourceOut]


class Lines(PageOf):
    """A page of the records behind a figure."""

    count: CountOut
    part: str
    items: list[LineOut]


@dataclass(frozen=True, slots=True)
class _Question:
    count: CountView
    place: DivisionView


def _question(request: Asked, place: str | None, day: date | None) -> _Question:
    """Return what is asked for. Raises NotThereError, UnknownPlaceError, NotCountedError; not yours reads as not there."""
    known = divisions(request.viewer)
    if not known:
        raise NotThereError("这个凭据没有可以看的地方。")
    found = find_division(request.viewer, place) if place else known[0]
    if day is not None and day not in count_days(request.county_scheme):
        raise NotThereError("方案没有安排在这一天计数。")
    count = latest_count(request.viewer, request.county_scheme, day)
    if count is None:
        raise NotCountedError("还没有计过数。没有计数不等于零。请县里先把名单处理完。")
    return _Question(count, found)


def _indicator(request: Asked, code: str) -> Indicator:
    found = next((item for item in request.county_scheme.indicators if item.id == code), None)
    if found is None:
        raise NotThereError("方案里没有这项指标。")
    return found


def _count(count: CountView) -> CountOut:
    return CountOut(
        number=count.number,
        day=count.day,
        counted_at=count.counted_at,
        up_to_date=count.up_to_date,
        scheme_hash=count.scheme_hash,
    )


def _figure(indicator: Indicator, figure: Figure) -> FigureOut:
    return FigureOut(
        code=figure.code,
        name=figure.name,
        place=figure.place,
        measure=indicator.measure,
        unit="%" if indicator.measure in ("rate", "ratio") else indicator.unit,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=figure.value,
        target_basis_points=indicator.target,
    )


@room.endpoint(
    "GET",
    "/figures",
    Rule((SEE_FIGURES,)),
    Figures,
    summary="一个地方的全部指标",
    told="留存的计数，与网页上的相同；涉及专管病种的指标只给全县的数。",
)
def figures(request: Asked, where: Query[Where]) -> Figures:
    """Return every figure of a place."""
    asked = _question(request, where.place, where.day)
    found = figures_at(request.viewer, request.county_scheme, asked.count, [asked.place.code])
    named = {item.id: item for item in request.county_scheme.indicators}
    items = [_figure(named[code], figure) for (code, _), figure in found.items() if code in named]
    return Figures(count=_count(asked.count), items=items)


@room.endpoint(
    "GET",
    "/figures/{code}",
    Rule((SEE_FIGURES,)),
    OneFigure,
    summary="一项指标",
    told="一个地方、一个计数日的一项指标。",
)
def one_figure(request: Asked, code: Code, where: Query[Where]) -> OneFigure:
    """Return one figure."""
    indicator = _indicator(request, code)
    asked = _question(request, where.place, where.day)
    must_be_shown(request.viewer, request.county_scheme, code, asked.place.code)
    found = figures_at(request.viewer, request.county_scheme, asked.count, [asked.place.code])
    if (code, asked.place.code) not in found:
        raise NotThereError("这次计数里没有这项指标。方案后来加了它，重新计数后才有数。")
    return OneFigure(count=_count(asked.count), figure=_figure(indicator, found[code, asked.place.code]))


@room.endpoint(
    "GET",
    "/figures/{code}/list",
    Rule((SEE_FIGURES, SEE_PEOPLE)),
    Lines,
    summary="一项指标的名单",
    told="指标由哪些记录算出，一页一页地给；姓名不写用途就遮盖，专管病种的人只给“专管病种”四个字，级别不够的只给“无权查看”四个字。",
)
def figure_list(request: Asked, code: Code, where: Query[Where], which: Query[ListAsked]) -> Lines:
    """Return a page of the records behind a figure."""
    _indicator(request, code)
    asked = _question(request, where.place, where.day)
    lines = open_list(request.viewer, request.county_scheme, asked.count, code, asked.place.code).where(part=which.part)
    about, items = page_of(which, lines)
    return Lines(**about, count=_count(asked.count), part=which.part, items=[_line(line) for line in items])


def _line(line: ListLine) -> LineOut:
    pairs = zip(line.source_ids, line.sources, strict=False)
    sources = [SourceOut(row=str(row_id), file=place.file, sheet=place.sheet, line=place.row) for row_id, place in pairs]
    return LineOut(
        person=line.person, name=line.name, place=line.place, record=line.record, reason=line.reason, sources=sources
    )
