"""Reading places within a viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.places.models import Division
from fuqi.places.rules import bare


class UnknownPlaceError(FuqiError):
    """No division, or more than one, goes by that code or name within the viewer's scope."""

    code = "unknown_place"


@dataclass(frozen=True, slots=True)
class DivisionView:
    """A division as others see it."""

    id: UUID
    code: str
    name: str
    full_name: str
    level: str


def divisions(viewer: Viewer) -> list[DivisionView]:
    """Return the divisions that the viewer's scope covers, by code."""
    rows = Division.objects.order_by("code")
    return [DivisionView(row.id, row.code, row.name, row.full_name, row.level) for row in rows if viewer.covers(row.code)]


def sees_everywhere(viewer: Viewer) -> bool:
    """Return whether the viewer's scope is the whole county, so that what belongs to no place is in it too."""
    return any(row.level == "county" for row in divisions(viewer))


def find_division(viewer: Viewer, code_or_name: str) -> DivisionView:
    """Return the division that goes by a code, its full Chinese name, or a name that only one division has.

    Raises UnknownPlaceError; "not yours" and "not there" read the same.
    """
    wanted = code_or_name.strip()
    known = divisions(viewer)
    exact = [row for row in known if wanted in (row.code, row.full_name)]
    found = (
        exact or [row for row in known if row.full_name.endswith(wanted) or wanted.endswith(row.full_name)] if wanted else []
    )
    if len(found) != 1:
        found = [row for row in found or known if bare(row.name) == bare(wanted)] or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownPlaceError(f"没有“{wanted}”这个地方，或者它不在您的范围内。请写区划代码或从县名写起的全称。")
    several = "、".join(f"{row.full_name}({row.code})" for row in found[:5])
    raise UnknownPlaceError(f"“{wanted}”可以指几个地方：{several}{'等' if len(found) > 5 else ''}。请写区划代码或全称。")
