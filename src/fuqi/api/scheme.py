"""The scheme: which version, what is not confirmed, its clauses and its indicators."""

from __future__ import annotations

from datetime import date

from ninja import Field, Query, Schema

from fuqi.access.codes import SEE_FIGURES
from fuqi.api.door import Asked, Room, Rule
from fuqi.api.shapes import PageAsked, PageOf, page_of
from fuqi.scheme.clauses import STATE_WORDS, register
from fuqi.scheme.releases import version_words

room = Room("方案")

READS = Rule((SEE_FIGURES,))


class UnconfirmedOut(Schema):
    """A number or definition that no official text was read for."""

    what: str
    source: str


class SchemeOut(Schema):
    """A scheme's version."""

    id: str
    name: str
    place: str
    starts_on: date | None
    until: date | None
    hash: str
    version: str
    unconfirmed: list[UnconfirmedOut]


class ClauseOut(Schema):
    """A clause and what becomes of it."""

    anchor: str
    chapter: str
    title: str
    body: str
    state: str
    state_words: str


class Clauses(PageOf):
    """A page of the scheme's clauses, in the order of its text."""

    items: list[ClauseOut]


class IndicatorOut(Schema):
    """An indicator as the scheme defines it."""

    code: str
    name: str
    over: str
    measure: str
    unit: str
    target_basis_points: int | None = Field(description="目标，万分之几；没有目标的为空。")
    confirmed: bool
    clause: str


class Indicators(PageOf):
    """A page of the scheme's indicators."""

    items: list[IndicatorOut]


@room.endpoint("GET", "/scheme", READS, SchemeOut, summary="现在的方案", told="版本、期限，和还没有核实的数字与口径。")
def scheme(request: Asked) -> SchemeOut:
    """Return which scheme is in force."""
    found = request.county_scheme
    return SchemeOut(
        id=found.id,
        name=found.name,
        place=found.place,
        starts_on=found.period.start,
        until=found.period.until,
        hash=found.hash,
        version=version_words(found, found.hash),
        unconfirmed=[UnconfirmedOut(what=what, source=str(source)) for what, source in found.unconfirmed],
    )


@room.endpoint(
    "GET", "/scheme/clauses", READS, Clauses, summary="方案的条款", told="按方案正文的次序，每条写明执行到什么程度。"
)
def clauses(request: Asked, which: Query[PageAsked]) -> Clauses:
    """Return a page of the scheme's clauses."""
    about, entries = page_of(which, list(register(request.county_scheme)))
    items = [
        ClauseOut(
            anchor=entry.clause.anchor,
            chapter=entry.clause.chapter,
            title=entry.clause.title,
            body=entry.clause.body,
            state=entry.state,
            state_words=STATE_WORDS[entry.state],
        )
        for entry in entries
    ]
    return Clauses(**about, items=items)


@room.endpoint(
    "GET", "/scheme/indicators", READS, Indicators, summary="方案的指标", told="每项指标叫什么、怎么量、目标多少、依据哪一条。"
)
def indicators(request: Asked, which: Query[PageAsked]) -> Indicators:
    """Return a page of the scheme's indicators."""
    about, found = page_of(which, request.county_scheme.indicators)
    items = [
        IndicatorOut(
            code=item.id,
            name=item.name,
            over=item.over,
            measure=item.measure,
            unit=item.unit,
            target_basis_points=item.target,
            confirmed=item.confirmed,
            clause=item.source.anchor,
        )
        for item in found
    ]
    return Indicators(**about, items=items)
