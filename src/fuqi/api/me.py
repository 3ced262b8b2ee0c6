"""Whose credential this is, and what may be done with it now."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from fuqi.access.codes import ACTIONS
from fuqi.api.door import Asked, Room, Rule
from fuqi.api.shapes import PlaceOut
from fuqi.places.queries import divisions

room = Room("凭据")


class Action(Schema):
    """Something that may be done."""

    code: str
    name: str


class Me(Schema):
    """A credential as it holds at this moment."""

    owner: str
    credential: str
    kind: str
    actions: list[Action]
    places: list[str]
    institutions: list[str]
    valid_until: date
    purpose: str


class Places(Schema):
    """The divisions within reach."""

    items: list[PlaceOut]


@room.endpoint(
    "GET",
    "/me",
    Rule(),
    Me,
    summary="这个凭据是谁的、现在能做什么",
    told="能做的事每次请求都重新计算：本人被停用、失去角色或换了地方，下一次请求就不同。",
)
def me(request: Asked) -> Me:
    """Return what the credential may do."""
    shown = request.shown
    return Me(
        owner=shown.credential.owner,
        credential=shown.credential.name,
        kind=shown.credential.kind,
        actions=[Action(code=code, name=name) for code, name in ACTIONS.items() if request.viewer.may(code)],
        places=list(request.viewer.places),
        institutions=list(request.viewer.institutions),
        valid_until=shown.credential.valid_until,
        purpose=request.viewer.purpose,
    )


@room.endpoint(
    "GET",
    "/places",
    Rule(),
    Places,
    summary="范围内的地方",
    told="按区划代码排列。别处的地方不会出现，查询别处的地方与查询不存在的地方答复相同。",
)
def places(request: Asked) -> Places:
    """Return the divisions within the viewer's places."""
    return Places(items=[PlaceOut.from_orm(item) for item in divisions(request.viewer)])
