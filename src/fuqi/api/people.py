"""People: looked up by exact identity number, in the body of a request and never in an address; one opened by serial number."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Field, Path, Schema
from pydantic import StringConstraints

from fuqi.access.codes import SEE_MONEY, SEE_PEOPLE
from fuqi.api.door import Asked, Room, Rule, today
from fuqi.api.shapes import Asks, SourceOut
from fuqi.basics.dates import AsOf
from fuqi.flows.current import known_layouts
from fuqi.flows.figures import default_day
from fuqi.flows.opened import (
    Asking,
    FactLine,
    NoStandings,
    PersonFile,
    SourceView,
    find_people,
    kept_standings,
    open_person,
    people_of_serials,
)

room = Room("人")

IdentityNumber = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{15}|[0-9]{17}[0-9Xx])$")]


class Wanted(Asks):
    """Whom to look up."""

    id_number: IdentityNumber = Field(description="居民身份证号，15位或18位，要写全。")


class FoundOut(Schema):
    """Somebody who was found."""

    serial: int
    name: str
    place: str
    groups: str


class Found(Schema):
    """Who was found: nobody, where there is no such person or the person is not within reach."""

    items: list[FoundOut]


class MemberOut(Schema):
    """Another member of the household."""

    serial: int
    name: str
    relation: str


class FactOut(Schema):
    """One fact, with the day from which it holds and the row that says so."""

    section: str
    label: str
    words: str
    start: date | None
    until: date | None
    on: date | None
    holds: bool
    note: str
    settlement: str
    source: SourceOut | None


class StandingOut(Schema):
    """A figure in which the person counts."""

    code: str
    part: str
    reason: str


class Person(Schema):
    """A person's file, as far as it may be seen."""

    serial: int
    name: str
    id_tail: str
    sex: str
    age: int | None
    place: str
    place_name: str
    groups: str
    insured: bool
    household: str
    relation: str
    members: list[MemberOut]
    classes: str
    treated: str
    facts: list[FactOut]
    settlements: list[str] = Field(description="结算单号；没有“看结算和资金”的凭据看不到。")
    standings: list[StandingOut]


def asking_of(request: Asked) -> Asking:
    """Return who asks, of which scheme, on the scheme's last day."""
    return Asking(request.viewer, request.county_scheme, known_layouts(), AsOf(default_day(request.county_scheme)))


@room.endpoint(
    "POST",
    "/people/find",
    Rule((SEE_PEOPLE,)),
    Found,
    summary="按身份证号查人",
    told="身份证号只写在请求的内容里，不写在地址里；要写全，不能只写一部分。没有这个人，与这个人不在范围内、级别看不到证件号，答复相同。",
)
def find(request: Asked, wanted: Wanted) -> Found:
    """Return who goes by an identity number, within the viewer's scope."""
    asking = asking_of(request)
    serials = find_people(asking, wanted.id_number, today=today())
    people = people_of_serials(asking, serials).people if serials else ()
    items = [FoundOut(serial=item.serial, name=item.name, place=item.place, groups=item.groups) for item in people]
    return Found(items=items)


@room.endpoint(
    "GET",
    "/people/{serial}",
    Rule((SEE_PEOPLE,)),
    Person,
    summary="一个人的档案",
    told="与网页上的档案相同：姓名不写用途就遮盖，证件号只给末四位，专管病种按权限；级别不够的写“无权查看”。",
)
def person(request: Asked, serial: Path[Annotated[int, Field(ge=1, le=999_999)]]) -> Person:
    """Return a person's file."""
    asking = asking_of(request)
    standings = kept_standings(asking.viewer, asking.scheme, asking.as_of.on) or NoStandings()
    found, sees_money = open_person(asking, standings, serial), request.viewer.may(SEE_MONEY)
    return _person(found if sees_money else found.without_money(), sees_money=sees_money)


def _person(found: PersonFile, *, sees_money: bool) -> Person:
    members = [MemberOut(serial=item.serial, name=item.name, relation=item.relation) for item in found.members]
    return Person(
        serial=found.serial,
        name=found.name,
        id_tail=found.id_tail,
        sex=found.sex,
        age=found.age,
        place=found.place,
        place_name=found.place_name,
        groups=found.groups,
        insured=found.insured,
        household=found.household,
        relation=found.relation,
        members=members,
        classes=found.classes,
        treated=found.treated,
        facts=[_fact(line) for line in found.facts if sees_money or not line.settlement],
        settlements=[item.number for item in found.settlements] if sees_money else [],
        standings=[StandingOut(code=item.code, part=item.part, reason=item.reason) for item in found.standings],
    )


def _fact(line: FactLine) -> FactOut:
    return FactOut(
        section=line.section,
        label=line.label,
        words=line.words,
        start=line.start,
        until=line.until,
        on=line.on,
        holds=line.holds,
        note=line.note,
        settlement=line.settlement,
        source=source_out(line.source),
    )


def source_out(source: SourceView | None) -> SourceOut | None:
    """Return a received row as answers tell it."""
    if source is None:
        return None
    return SourceOut(row=str(source.row_id), file=source.place.file, sheet=source.place.sheet, line=source.place.row)
