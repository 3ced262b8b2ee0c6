"""The rooms that the head of every page leads to, and who may enter them."""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.access.codes import IMPORT_LISTS, SEE_FIGURES
from fuqi.basics.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entrance:
    """A room as the navigation shows it."""

    url_name: str
    words: str
    permission: str
    rooms: tuple[str, ...]
    """The rooms under whose pages this entrance is marked as the current one."""
    whole_county: bool = False


ENTRANCES = (
    Entrance("county", "县情", SEE_FIGURES, ("county", "figures")),
    Entrance("find_person", "人员", SEE_FIGURES, ("people",)),
    Entrance("lists", "名单", IMPORT_LISTS, ("lists",), whole_county=True),
    Entrance("adjustments", "补报追回", SEE_FIGURES, ("adjustments",)),
    Entrance("papers", "报告", SEE_FIGURES, ("papers",)),
    Entrance("scheme", "方案", SEE_FIGURES, ("scheme", "trying")),
)


def entrances(viewer: Viewer, county: str) -> list[Entrance]:
    """Return the entrances that the viewer may use, in the order of the navigation."""
    whole = viewer.covers(county)
    return [item for item in ENTRANCES if viewer.may(item.permission) and (whole or not item.whole_county)]


def room_of(module: str) -> str:
    """Return the room that a view's module belongs to, '' for modules outside the rooms."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["fuqi", "web"] and len(parts) > 3 else ""
