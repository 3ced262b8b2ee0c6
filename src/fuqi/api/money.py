"""Settlements with their working, and what was settled otherwise than before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Field, Query, Schema

from fuqi.access.codes import SEE_MONEY, SEE_PEOPLE
from fuqi.api.door import Asked, Room, Rule
from fuqi.api.people import asking_of, source_out
from fuqi.api.shapes import Code, PageAsked, PageOf, PlaceCode, SourceOut, Words, page_of
from fuqi.flows.adjustments import AdjustmentLine, Wanted, adjustment_list, open_adjustment
from fuqi.flows.opened import SettlementFile, open_settlement
from fuqi.flows.opened.settlement import Sentence

room = Room("结算")

SEES = Rule((SEE_PEOPLE, SEE_MONEY))


class SettlementAsked(Schema):
    """Which settlement."""

    number: Words = Field(description="结算单号，要写全。")


class LayerOut(Schema):
    """What one layer pays, in fen, and the sentence that says why."""

    layer: str
    name: str
    fund: str
    base_fen: int
    pay_fen: int
    posted_on: date
    confirmed: bool
    sentence: str


class SettlementOut(Schema):
    """A settlement. All amounts are whole fen."""

    number: str
    person: str
    name: str
    hospital: str
    hospital_level: str
    care: str
    admitted: date | None
    discharged: date | None
    settled_on: date
    settled: bool
    reason: str
    total_fen: int | None
    in_scope_fen: int | None
    paid_fen: int
    self_pay_fen: int
    in_scope_self_pay_fen: int
    lines: list[LayerOut]
    opening: list[str]
    closing: list[str]
    differs: list[str]
    source: SourceOut | None


class Settlements(Schema):
    """The settlements of a number: one, or more where several hospitals gave it."""

    items: list[SettlementOut]


class AdjustmentsAsked(PageAsked):
    """Which lines."""

    since: int = Field(0, ge=0, le=999_999, description="与结算批次第几号之后相比；0表示与第一次结算相比。")
    kind: Literal["", "back_payment", "recovery"] = Field("", description="补报或追回。")
    layer: Code | Literal[""] = ""
    fund: Code | Literal[""] = ""
    place: PlaceCode | Literal[""] = ""


class AdjustmentOut(Schema):
    """What one layer pays of one claim otherwise than before. All amounts are whole fen."""

    id: UUID
    person: str
    name: str
    place: str
    number: str
    hospital: str
    settled_on: date
    kind: str
    layer: str
    fund: str
    before_fen: int
    after_fen: int
    fen: int
    reason: str
    batches: list[int]


class TotalOut(Schema):
    """What one fund owes in addition and gets back, in fen."""

    fund: str
    name: str
    back_fen: int
    recovery_fen: int


class Adjustments(PageOf):
    """A page of what was settled otherwise, with the totals of all lines that are asked for."""

    hidden: int = Field(description="因专管病种不能看的条数，不在明细和合计里。")
    totals: list[TotalOut]
    items: list[AdjustmentOut]


class AdjustmentOpened(Schema):
    """A claim that was settled otherwise, with the settlement before and after."""

    lines: list[AdjustmentOut]
    before: SettlementOut | None
    after: SettlementOut | None


@room.endpoint(
    "GET",
    "/settlements",
    SEES,
    Settlements,
    summary="一个结算单号的结算",
    told="每一层支付多少、为什么，逐句写明；金额都是整数，单位为分。没有这笔结算，与它不在范围内，答复相同。",
)
def settlements(request: Asked, which: Query[SettlementAsked]) -> Settlements:
    """Return the settlements of a number."""
    found = open_settlement(asking_of(request), which.number)
    return Settlements(items=[_settlement(item) for item in found])


@room.endpoint(
    "GET",
    "/adjustments",
    SEES,
    Adjustments,
    summary="补报和追回",
    told="与第一次结算（或某个批次之后）相比不同的，一页一页地给；合计按资金，是全部明细的合计。",
)
def adjustments(request: Asked, which: Query[AdjustmentsAsked]) -> Adjustments:
    """Return a page of what was settled otherwise than before."""
    wanted = Wanted(since=which.since, kind=which.kind, layer=which.layer, fund=which.fund, place=which.place)
    found = adjustment_list(asking_of(request), wanted)
    about, lines = page_of(which, found.lines)
    totals = [
        TotalOut(fund=one.fund, name=one.name, back_fen=one.back_fen, recovery_fen=one.recovery_fen) for one in found.totals
    ]
    return Adjustments(**about, hidden=found.hidden, totals=totals, items=[_adjustment(line) for line in lines])


@room.endpoint(
    "GET",
    "/adjustments/{uuid:adjustment_id}",
    SEES,
    AdjustmentOpened,
    summary="一笔补报或追回",
    told="前后两次结算对照。",
)
def adjustment(request: Asked, adjustment_id: UUID) -> AdjustmentOpened:
    """Return a claim that was settled otherwise."""
    found = open_adjustment(asking_of(request), adjustment_id)
    return AdjustmentOpened(
        lines=[_adjustment(line) for line in found.lines],
        before=_settlement(found.before) if found.before else None,
        after=_settlement(found.after) if found.after else None,
    )


def _settlement(found: SettlementFile) -> SettlementOut:
    view = found.view
    return SettlementOut(
        number=view.number,
        person=found.person,
        name=found.name,
        hospital=view.hospital,
        hospital_level=found.level,
        care=found.care,
        admitted=view.admitted,
        discharged=view.discharged,
        settled_on=view.settled_on,
        settled=found.settled,
        reason=view.reason,
        total_fen=view.total_fen,
        in_scope_fen=view.in_scope_fen,
        paid_fen=found.paid_fen,
        self_pay_fen=view.self_pay_fen,
        in_scope_self_pay_fen=view.in_scope_self_pay_fen,
        lines=list(_layers(found)),
        opening=_sentences(found.opening),
        closing=_sentences(found.closing),
        differs=list(found.differs),
        source=source_out(found.source),
    )


def _layers(found: SettlementFile) -> Iterable[LayerOut]:
    for line in found.lines:
        yield LayerOut(
            layer=line.layer,
            name=line.name,
            fund=line.fund,
            base_fen=line.base_fen,
            pay_fen=line.pay_fen,
            posted_on=line.posted_on,
            confirmed=line.confirmed,
            sentence="".join(piece.text for piece in line.sentence),
        )


def _sentences(told: Iterable[Sentence]) -> list[str]:
    return ["".join(piece.text for piece in sentence) for sentence in told]


def _adjustment(line: AdjustmentLine) -> AdjustmentOut:
    return AdjustmentOut(
        id=line.id,
        person=line.code,
        name=line.name,
        place=line.place,
        number=line.number,
        hospital=line.hospital,
        settled_on=line.settled_on,
        kind=line.kind,
        layer=line.layer_name,
        fund=line.fund_name,
        before_fen=line.before_fen,
        after_fen=line.after_fen,
        fen=line.fen,
        reason=line.reason,
        batches=list(line.batches),
    )
