"""A county of two townships with two villages each, and its founder: enough places for accounts. All of it is synthetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from fuqi.access.actions import grant
from fuqi.access.queries import viewer_for
from fuqi.basics.viewer import Viewer
from fuqi.flows.workspaces import PROGRAM
from fuqi.places.actions import lay_out

ON = date(2031, 5, 6)
AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)

COUNTY, EAST, WEST = "990101", "990101001", "990101002"
EAST_VILLAGES = ("990101001001", "990101001002")
WEST_VILLAGES = ("990101002001", "990101002002")
PLACES = (COUNTY, EAST, WEST, *EAST_VILLAGES, *WEST_VILLAGES)
HOSPITALS = ("东乡医院", "西乡医院")
FOUNDER = "田建区"


@dataclass(frozen=True)
class Place:
    """A division as a scheme lists it."""

    code: str
    name: str


def lay_county() -> None:
    """Lay out the places and give the founder the first roles, as opening a workspace does."""
    lay_out([Place(code, f"地方{code[6:] or '县'}") for code in PLACES], by=PROGRAM.name, at=AT)
    for role in ("county_officer", "founder"):
        grant(FOUNDER, role, COUNTY, valid_from=ON, by=PROGRAM.name, at=AT)


def acting(name: str, on: date = ON) -> Viewer:
    """Return a person as the doors make one."""
    return viewer_for(PROGRAM, name, on=on)
