"""Papers: which were given out, the self-assessment, and plain sheets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Schema

from fuqi.access.codes import PRINT_PAPERS, SEE_FIGURES, SEE_PEOPLE
from fuqi.api.door import Asked, Room, Rule, now
from fuqi.api.shapes import Asks, PageAsked, PageOf, PlaceCode, Words, page_of
from fuqi.flows.papers import Product, own_template, print_self_assessment
from fuqi.flows.plain_sheets import print_plain_sheets
from fuqi.reports.codes import FORMS, PAPER_KINDS
from fuqi.reports.queries import issued_papers

room = Room("文书")

PRINTS_SHEETS = Rule((PRINT_PAPERS, SEE_PEOPLE))

_MOST = 100_000


def _file_of(*types: str) -> dict[str, Any]:
    """Return what the description says of an answer that is a file."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in types}
    return {"responses": {200: {"description": "文件", "content": content}}}


class PaperOut(Schema):
    """A paper that was given out."""

    number: str
    kind: str
    kind_words: str
    place: str
    day: date
    issued_at: datetime
    by: str


class Papers(PageOf):
    """A page of the papers that were given out about places within reach, the last first."""

    items: list[PaperOut]


class AssessmentAsked(Asks):
    """In which form."""

    form: Literal["pdf", "docx"]


class HouseholdAsked(Asks):
    """Whose sheet."""

    household: Words = Field(description="户编号。")


class VillageAsked(Asks):
    """Which village's sheets."""

    place: PlaceCode = Field(description="一个村的区划代码。")


@room.endpoint(
    "GET", "/papers", Rule((PRINT_PAPERS,)), Papers, summary="发出过的文书", told="范围内发出过的自评报告和明白纸，最近的在前。"
)
def papers(request: Asked, which: Query[PageAsked]) -> Papers:
    """Return a page of the papers that were given out."""
    found, _ = issued_papers(request.viewer, _MOST)
    about, items = page_of(which, found)
    told = [
        PaperOut(
            number=item.number,
            kind=item.kind,
            kind_words=PAPER_KINDS[item.kind],
            place=item.place,
            day=item.day,
            issued_at=item.issued_at,
            by=item.by,
        )
        for item in items
    ]
    return Papers(**about, items=told)


@room.endpoint(
    "POST",
    "/papers/self-assessment",
    Rule((PRINT_PAPERS, SEE_FIGURES), whole_county=True),
    None,
    summary="印自评报告",
    told="答复就是文件；每印一份，编一个号，记入日志。",
    extra=_file_of(*FORMS.values()),
)
def self_assessment(request: Asked, wanted: AssessmentAsked) -> HttpResponse:
    """Give out the county's self-assessment."""
    product = print_self_assessment(
        viewer=request.viewer,
        scheme=request.county_scheme,
        form=wanted.form,
        own_template=own_template(request.workspace),
        at=now(),
    )
    return _download(product)


@room.endpoint(
    "POST",
    "/papers/plain-sheet",
    PRINTS_SHEETS,
    None,
    summary="印一户的明白纸",
    told="印的是全名，所以必须写用途。答复就是 PDF。",
    extra=_file_of("application/pdf"),
)
def plain_sheet(request: Asked, wanted: HouseholdAsked) -> HttpResponse:
    """Give out the sheet of one household."""
    return _sheets(request, household=wanted.household)


@room.endpoint(
    "POST",
    "/papers/plain-sheets",
    PRINTS_SHEETS,
    None,
    summary="印一个村的明白纸",
    told="一户一张，合成一份 PDF；印的是全名，所以必须写用途。",
    extra=_file_of("application/pdf"),
)
def plain_sheets(request: Asked, wanted: VillageAsked) -> HttpResponse:
    """Give out the sheets of a village."""
    return _sheets(request, place=wanted.place)


def _sheets(request: Asked, *, household: str = "", place: str = "") -> HttpResponse:
    product = print_plain_sheets(
        viewer=request.viewer,
        scheme=request.county_scheme,
        address=request.workspace.address,
        at=now(),
        household=household,
        place=place,
    )
    return _download(product)


def _download(product: Product) -> HttpResponse:
    """Return a file under its Chinese name."""
    answer = HttpResponse(product.data, content_type=product.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, product.name) or "attachment"
    return answer
